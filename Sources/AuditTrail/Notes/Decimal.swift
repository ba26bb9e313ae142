/// Numbers as the C2SP formats write them: ASCII digits without sign or leading zero.
enum Decimal {
    /// The number; `nil` for any other text and above 2^63 − 1.
    static func value(of text: some Collection<UInt8>) -> UInt64? {
        guard (1...19).contains(text.count) else { return nil }
        guard text.count == 1 || text.first != UInt8(ascii: "0") else { return nil }
        var value: UInt64 = 0
        for byte in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return value <= LogLimits.sizeMax ? value : nil
    }
}
