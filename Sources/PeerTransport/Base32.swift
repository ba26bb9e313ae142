/// Base32 of RFC 4648 §6 in lower case and without padding, with a check digit over GF(32).
enum Base32 {
    /// The digits of `bytes`, most significant bit first; unused low bits of the last are zero.
    static func digits(_ bytes: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            pendingBits += 8
            while pendingBits >= 5 {
                pendingBits -= 5
                digits.append(UInt8(truncatingIfNeeded: pending >> pendingBits) & 31)
            }
        }
        if pendingBits > 0 {
            digits.append(UInt8(truncatingIfNeeded: pending << (5 - pendingBits)) & 31)
        }
        return digits
    }

    /// The bytes that `digits` spell; nil when the bits beyond the last whole byte are not zero.
    static func bytes(_ digits: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for digit in digits {
            pending = pending << 5 | UInt32(digit)
            pendingBits += 5
            if pendingBits >= 8 {
                pendingBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
            }
        }
        return pending & ((1 << pendingBits) - 1) == 0 ? bytes : nil
    }

    /// The ASCII character of a digit below 32.
    static func character(_ digit: UInt8) -> UInt8 {
        digit < 26 ? 0x61 + digit : 0x32 + digit - 26
    }

    /// The digit of an ASCII character of either case; nil for any other.
    static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x61...0x7A: character - 0x61
        case 0x41...0x5A: character - 0x41
        case 0x32...0x37: character - 0x32 + 26
        default: nil
        }
    }

    /// The digit that makes the polynomial `digits` ‖ check vanish at a generator of GF(32).
    ///
    /// The field is GF(2)[x] / (x⁵ + x² + 1), whose generator is x. Powers of x up to the 30th
    /// differ, so within 31 digits every single error and every exchange of two digits is found.
    static func checkDigit(_ digits: some Sequence<UInt8>) -> UInt8 {
        digits.reduce(0) { sum, digit in timesGenerator(sum ^ digit) }
    }

    private static func timesGenerator(_ element: UInt8) -> UInt8 {
        let shifted = element << 1
        return shifted & 0b10_0000 == 0 ? shifted : shifted ^ 0b10_0101
    }
}
