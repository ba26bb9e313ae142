import CareRecord
import Signing

/// Short keys of the side tables that find entities; a hit is verified on content.
///
/// A row exists for every entity, so that four bytes must do where a false hit costs one look at a
/// header: with a hundred million entities that is every fortieth search.
enum HashedKey {
    /// The first 32 bits of an entity's id, which is random already.
    static func entity(_ id: EntityID) -> Int64 {
        short(Int64(bitPattern: id.bits.high))
    }

    /// What a source called an entity: 32 bits.
    static func source(system: String, type: String, id: String) -> Int64 {
        short(key(of: [system, type, id]) << 1)
    }

    /// An event of a stream: 32 bits.
    static func dot(_ dot: Dot) -> Int64 {
        short(key(of: [Hexadecimal.text(dot.replica.bytes), String(dot.counter)]) << 1)
    }

    /// A business identifier of a directory resource: 63 bits, since decisions rest on the key.
    static func identifier(type: String, system: String, value: String) -> Int64 {
        key(of: [type, system, value])
    }

    /// The upper half, signed: what SQLite keeps in four bytes.
    private static func short(_ bits: Int64) -> Int64 { bits >> 32 }

    private static func key(of texts: [String]) -> Int64 {
        let digest = Digest.sha256(of: texts.flatMap { [Array($0.utf8), [0]] })
        let bits = digest.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return Int64(bitPattern: bits) & Int64.max
    }
}
