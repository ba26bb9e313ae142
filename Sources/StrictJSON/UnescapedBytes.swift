/// The UTF-8 bytes that a string stands for, escapes resolved one at a time (RFC 8259 §7).
///
/// It reads only text that the reader has accepted: every escape is complete, and every half of a
/// surrogate pair has its other half.
struct UnescapedBytes: IteratorProtocol {
    private let input: InputBytes
    private var at: Int
    private let end: Int
    /// Bytes of a decoded escape that are still to be handed out, the next one lowest.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    /// Iterates over the text between the quotes, from `start` to before `end`.
    init(_ input: InputBytes, from start: Int, to end: Int) {
        self.input = input
        at = start
        self.end = end
    }

    mutating func next() -> UInt8? {
        if pendingCount > 0 {
            return nextPending()
        }
        guard at < end else { return nil }
        let byte = input[at]
        guard byte == Byte.backslash else {
            at += 1
            return byte
        }
        let letter = input[at + 1]
        guard letter == UInt8(ascii: "u") else {
            at += 2
            return Self.meaning(of: letter)
        }
        prepare(decodeScalar())
        return nextPending()
    }

    private mutating func nextPending() -> UInt8 {
        let byte = UInt8(truncatingIfNeeded: pending)
        pending >>= 8
        pendingCount -= 1
        return byte
    }

    /// Reads one `\u` escape, or the two of a surrogate pair, and steps behind.
    private mutating func decodeScalar() -> UInt32 {
        let first = hexadecimal(at: at + 2)
        at += 6
        guard first >= 0xD800, first < 0xDC00 else { return first }
        let second = hexadecimal(at: at + 2)
        at += 6
        return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
    }

    private func hexadecimal(at offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for digit in offset..<offset + 4 {
            value = value << 4 | UInt32(hexadecimalValue(of: input[digit]) ?? 0)
        }
        return value
    }

    /// Encodes the scalar as UTF-8 (RFC 3629 §3) into `pending`.
    private mutating func prepare(_ scalar: UInt32) {
        let last = 0x80 | scalar & 0x3F
        if scalar < 0x80 {
            pending = scalar
            pendingCount = 1
        } else if scalar < 0x800 {
            pending = 0xC0 | scalar >> 6 | last << 8
            pendingCount = 2
        } else if scalar < 0x10000 {
            let middle = 0x80 | scalar >> 6 & 0x3F
            pending = 0xE0 | scalar >> 12 | middle << 8 | last << 16
            pendingCount = 3
        } else {
            let second = 0x80 | scalar >> 12 & 0x3F
            let third = 0x80 | scalar >> 6 & 0x3F
            pending = 0xF0 | scalar >> 18 | second << 8 | third << 16 | last << 24
            pendingCount = 4
        }
    }

    /// What a backslash and this letter stand for; quote, backslash and slash are themselves.
    private static func meaning(of letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }
}

/// The value of a hexadecimal digit in either case, or nil for any other byte.
func hexadecimalValue(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
