import CareRecord
import Signing

/// Short keys of the side tables that find entities; a hit is verified on content.
///
/// A row exists for every entity, so that few bytes must do where a false hit costs one look at a
/// header.
enum HashedKey {
    /// An entity, by 48 bits of SHA-256 over its id: ids that begin alike, as those of some systems
    /// do, are as far apart as any, and nobody can make thousands that meet.
    static func entity(_ id: EntityID) -> Int64 {
        let bits = Digest.sha256(id.bytes).prefix(6).reduce(0 as Int64) { $0 << 8 | Int64($1) }
        return (bits << 16) >> 16
    }

    /// What a source called an entity: 32 bits.
    static func source(system: String, type: String, id: String) -> Int64 {
        short(key(of: [system, type, id]) << 1)
    }

    /// An event of a stream: 63 bits, since nothing else tells a hit from another.
    static func dot(_ dot: Dot) -> Int64 {
        key(of: [Hexadecimal.text(dot.replica.bytes), String(dot.counter)])
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
