import CareRecord
package import MergeModel
import Signing

/// The ids of entities that came inside a whole value without one (`merge.md` §2.1).
enum DerivedID {
    /// A UUID of version 8 (RFC 9562 §5.8) from SHA-256 over the event, the change and the path.
    @Sendable static func of(_ name: WrittenName, _ path: String) -> EntityID {
        let index = withUnsafeBytes(of: name.index.bigEndian) { Array($0) }
        var bytes = Array(
            Digest.sha256(Array("accord/inner/v1\n".utf8) + name.event.bytes + index + path.utf8)
                .prefix(16))
        bytes[6] = 0x80 | bytes[6] & 0x0F
        bytes[8] = 0x80 | bytes[8] & 0x3F
        guard let bits = Bits128(bytes: bytes) else { preconditionFailure("16 bytes are an id") }
        return EntityID(bits)
    }
}

extension HistoryGenerator {
    /// A whole history.
    package static func run(_ seed: UInt64, steps: Int) -> HistoryGenerator {
        var generator = HistoryGenerator(seed: seed, derive: DerivedID.of)
        for _ in 0..<steps { _ = generator.step() }
        return generator
    }
}
