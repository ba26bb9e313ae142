/// The SHA-256 name of an event (`record-v1.md`, *Event id*), 32 bytes.
///
/// Ordered as an unsigned big-endian number.
public struct EventID: Sendable, Hashable, Comparable {
    /// The first 16 bytes.
    public let upper: Bits128
    /// The last 16 bytes.
    public let lower: Bits128

    /// Reads exactly 32 bytes; `nil` for any other number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32, let upper = Bits128(bytes: bytes.prefix(16)),
            let lower = Bits128(bytes: bytes.dropFirst(16))
        else { return nil }
        self.upper = upper
        self.lower = lower
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { upper.bytes + lower.bytes }

    public static func < (left: EventID, right: EventID) -> Bool {
        (left.upper, left.lower) < (right.upper, right.lower)
    }
}

extension EventID: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] },
            as: UTF8.self)
    }
}
