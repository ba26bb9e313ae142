/// 128 bits, the raw value of every opaque identifier of a record.
///
/// Ordered as an unsigned big-endian number, so that the order of values equals the order of
/// their bytes.
public struct Bits128: Sendable, Hashable, Comparable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// Creates the value from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads exactly 16 bytes, most significant first; `nil` for any other number of bytes.
    public init?(bytes: some Sequence<UInt8>) {
        // Rows and messages hold their bytes in one piece, and ids are most of what they hold.
        let read = bytes.withContiguousStorageIfAvailable {
            Self(piece: UnsafeRawBufferPointer($0))
        }
        if let read {
            guard let value = read else { return nil }
            self = value
            return
        }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        var count = 0
        for byte in bytes {
            guard count < 16 else { return nil }
            if count < 8 {
                words.high = words.high << 8 | UInt64(byte)
            } else {
                words.low = words.low << 8 | UInt64(byte)
            }
            count += 1
        }
        guard count == 16 else { return nil }
        self.init(high: words.high, low: words.low)
    }

    private init?(piece: UnsafeRawBufferPointer) {
        guard piece.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: piece.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: piece.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// The 16 bytes, most significant first.
    public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for index in 0..<8 {
                buffer[index] = UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64(index)))
                buffer[index + 8] = UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64(index)))
            }
            count = 16
        }
    }

    /// Draws 128 bits and sets version 4 and the variant of RFC 9562 §5.4, so that the value is a
    /// valid `urn:uuid`; 122 bits are random.
    public static func random(using generator: inout some RandomNumberGenerator) -> Bits128 {
        let high: UInt64 = generator.next()
        let low: UInt64 = generator.next()
        return Bits128(
            high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    public static func < (left: Bits128, right: Bits128) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension Bits128 {
    private static let hexDigits = Array("0123456789abcdef".utf8)
    private static let uuidHyphens = [8, 13, 18, 23]

    /// The value in the form of a UUID: 8-4-4-4-12 lower-case hexadecimal digits (RFC 9562 §4).
    public var uuidText: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for nibble in 0..<32 {
                if Self.uuidHyphens.contains(position) {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = nibble < 16 ? high : low
                let shift = 60 - 4 * UInt64(nibble % 16)
                buffer[position] = Self.hexDigits[Int(truncatingIfNeeded: word >> shift & 0xF)]
                position += 1
            }
            return position
        }
    }

    /// Reads a UUID in the 8-4-4-4-12 form, digits in either case; `nil` for anything else.
    public init?(uuidText: some StringProtocol) {
        self.init(uuidUTF8: uuidText.utf8)
    }

    /// Reads the 36 bytes of a UUID in the 8-4-4-4-12 form; `nil` for anything else.
    public init?(uuidUTF8 text: some Sequence<UInt8>) {
        let read =
            text.withContiguousStorageIfAvailable { Self(uuid: $0) }
            ?? Array(text.prefix(37)).withUnsafeBufferPointer { Self(uuid: $0) }
        guard let read else { return nil }
        self = read
    }

    private init?(uuid text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 36 else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        var nibble = 0
        for (position, byte) in text.enumerated() {
            switch position {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return nil }
            default:
                guard let digit = Self.hexValue(byte) else { return nil }
                if nibble < 16 {
                    words.high = words.high << 4 | digit
                } else {
                    words.low = words.low << 4 | digit
                }
                nibble += 1
            }
        }
        self.init(high: words.high, low: words.low)
    }

    private static func hexValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
