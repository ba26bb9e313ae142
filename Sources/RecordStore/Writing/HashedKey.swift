import CareRecord
import Signing

/// 63-bit keys of the side tables that find entities; a hit is verified on content.
enum HashedKey {
    /// The first 63 bits of an entity's id, which is random already.
    static func entity(_ id: EntityID) -> Int64 {
        Int64(bitPattern: id.bits.high) & Int64.max
    }

    /// What a source called an entity.
    static func source(system: String, type: String, id: String) -> Int64 {
        key(of: [system, type, id])
    }

    /// A business identifier of a directory resource.
    static func identifier(type: String, system: String, value: String) -> Int64 {
        key(of: [type, system, value])
    }

    private static func key(of texts: [String]) -> Int64 {
        let digest = Digest.sha256(of: texts.flatMap { [Array($0.utf8), [0]] })
        let bits = digest.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return Int64(bitPattern: bits) & Int64.max
    }
}
