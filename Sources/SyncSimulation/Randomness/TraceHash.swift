/// A running hash over what happened (FNV-1a, 64 bits): the same seed must give the same.
public struct TraceHash: Sendable, Hashable {
    private static let prime: UInt64 = 0x0000_0100_0000_01B3
    private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325

    /// What was noted so far, as one number.
    public private(set) var value: UInt64 = Self.offset

    /// A hash of nothing.
    public init() {}

    /// Adds a line.
    public mutating func note(_ line: String) {
        for byte in line.utf8 { add(byte) }
        add(UInt8(ascii: "\n"))
    }

    /// Adds a number.
    public mutating func note(_ number: UInt64) {
        for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
            add(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// The hash of some bytes.
    static func fnv(of bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = TraceHash()
        for byte in bytes { hash.add(byte) }
        return hash.value
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* Self.prime
    }
}
