public import CareRecord
import Crypto

/// Leaves, salts and ids of events (`record-v1.md`, *Event id*).
public enum EventHashing {
    /// What an event id's hash begins with.
    private static let domain = Array("accord/event/v1\0".utf8)

    /// The salt of the value at `index`, 32 bytes: HMAC-SHA-256 under the event salt over the index
    /// as four big-endian bytes (FIPS 198-1).
    public static func valueSalt(eventSalt: [UInt8], index: Int) -> [UInt8] {
        var salt = [UInt8](repeating: 0, count: 32)
        HMACKey(eventSalt).salt(of: index, into: &salt)
        return salt
    }

    /// The leaf of one value, 32 bytes: SHA-256(0x00 ‖ salt ‖ value).
    public static func leaf(valueSalt: [UInt8], value: UnsafeRawBufferPointer) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: [0x00] as [UInt8])
        hasher.update(data: valueSalt)
        hasher.update(bufferPointer: value)
        return Array(hasher.finalize())
    }

    /// The id of an event: SHA-256 over the domain tag, the header's length as four big-endian
    /// bytes, the header, and the leaves in order.
    public static func eventID(headerBytes: [UInt8], leaves: [UInt8]) -> EventID {
        precondition(leaves.count % 32 == 0, "leaves are 32 bytes each")
        var hasher = SHA256()
        hasher.update(data: domain)
        let length = UInt32(headerBytes.count)
        hasher.update(data: [
            UInt8(truncatingIfNeeded: length >> 24), UInt8(truncatingIfNeeded: length >> 16),
            UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length),
        ])
        hasher.update(data: headerBytes)
        hasher.update(data: leaves)
        return EventID(digest: hasher.finalize())
    }

    /// The leaves of all values, 32 bytes each, in order: what `eventID` asks for.
    ///
    /// Returns `nil` if the salt does not fit the values: an erased value beside a whole salt, a
    /// held one without its own salt, or a leaf or salt of the wrong length.
    public static func leaves(of values: [EventValue], salt: EventSalt) -> [UInt8]? {
        switch salt {
        case .whole(let eventSalt):
            let isWhole = values.allSatisfy { value in
                guard case .held = value else { return false }
                return true
            }
            guard eventSalt.count == 16, isWhole else { return nil }
            let key = HMACKey(eventSalt)
            return leaves(of: values) { index, salt in key.salt(of: index, into: &salt) }
        case .remaining(let salts):
            var next = salts[...]
            let leaves = leaves(of: values) { index, salt in
                guard let first = next.first, first.index == index, first.bytes.count == 32 else {
                    return false
                }
                salt = first.bytes
                next.removeFirst()
                return true
            }
            return next.isEmpty ? leaves : nil
        }
    }

    private static func leaves(
        of values: [EventValue], saltOf: (Int, inout [UInt8]) -> Bool
    ) -> [UInt8]? {
        var leaves: [UInt8] = []
        leaves.reserveCapacity(values.count * 32)
        var prefixed = [UInt8](repeating: 0, count: 32)
        for (index, value) in values.enumerated() {
            switch value {
            case .held(let bytes):
                guard saltOf(index, &prefixed) else { return nil }
                var hasher = SHA256()
                hasher.update(data: [0x00] as [UInt8])
                hasher.update(data: prefixed)
                bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
                leaves.append(contentsOf: hasher.finalize())
            case .erased(let leaf):
                guard leaf.count == 32 else { return nil }
                leaves.append(contentsOf: leaf)
            }
        }
        return leaves
    }
}

/// An event salt as a key, made once for all values of an event.
private struct HMACKey {
    private let key: SymmetricKey

    init(_ eventSalt: [UInt8]) {
        key = SymmetricKey(data: eventSalt)
    }

    @discardableResult
    func salt(of index: Int, into salt: inout [UInt8]) -> Bool {
        var message = UInt32(index).bigEndian
        withUnsafeBytes(of: &message) { bytes in
            var code = HMAC<SHA256>(key: key)
            code.update(data: bytes)
            code.finalize().withUnsafeBytes { digest in
                salt.withUnsafeMutableBytes { $0.copyMemory(from: digest) }
            }
        }
        return true
    }
}

extension EventID {
    init(digest: SHA256.Digest) {
        let bytes = Array(digest)
        guard let id = EventID(bytes: bytes) else {
            preconditionFailure("a SHA-256 digest has 32 bytes, not \(bytes.count)")
        }
        self = id
    }
}
