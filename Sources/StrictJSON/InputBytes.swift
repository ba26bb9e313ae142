/// The bytes of a document while they are being read, eight at a time where that helps.
///
/// It borrows memory that its maker keeps alive. Callers stay below `count`; debug builds assert.
struct InputBytes {
    let base: UnsafeRawPointer
    let count: Int

    /// Borrows the buffer; nil when it is empty.
    init?(_ buffer: UnsafeRawBufferPointer) {
        guard let base = buffer.baseAddress, !buffer.isEmpty else { return nil }
        self.base = base
        count = buffer.count
    }

    @inline(__always)
    subscript(offset: Int) -> UInt8 {
        assert(offset >= 0 && offset < count)
        return base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// The eight bytes from `offset`, the first one in the lowest bits.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        assert(offset >= 0 && offset + 8 <= count)
        return UInt64(
            littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The offset, from `offset` on, of the first byte inside a string that needs a closer look:
    /// a quote, a backslash, a control character or one beyond ASCII; or else `count`.
    @inline(__always)
    func plainTextEnd(from offset: Int) -> Int {
        var at = offset
        while at + 8 <= count {
            let hits = Self.specialBytes(word(at: at))
            if hits != 0 { return at + (hits.trailingZeroBitCount >> 3) }
            at += 8
        }
        while at < count {
            let byte = self[at]
            if byte == Byte.quote || byte == Byte.backslash || byte < 0x20 || byte > 0x7F {
                return at
            }
            at += 1
        }
        return at
    }

    /// The offset, from `offset` on, of the first byte that is not white space, or else `count`.
    @inline(__always)
    func spaceEnd(from offset: Int) -> Int {
        var at = offset
        while at < count {
            let byte = self[at]
            if byte > 0x20 { return at }
            if byte == 0x20 || byte == 0x0A {
                at = spaceRunEnd(from: at + 1)
            } else if byte == 0x0D || byte == 0x09 {
                at += 1
            } else {
                return at
            }
        }
        return at
    }

    /// The offset, from `offset` on, of the first byte that is not U+0020, or else `count`.
    @inline(__always)
    private func spaceRunEnd(from offset: Int) -> Int {
        var at = offset
        while at + 8 <= count {
            let difference = word(at: at) ^ 0x2020_2020_2020_2020
            if difference != 0 { return at + (difference.trailingZeroBitCount >> 3) }
            at += 8
        }
        while at < count, self[at] == 0x20 { at += 1 }
        return at
    }

    /// Sets the highest bit of every byte that `plainTextEnd` looks for.
    ///
    /// Adding to seven bits never carries into the next byte, so each verdict is exact: a sum
    /// stays below 0x80 only for the sought byte (difference 0, plus 0x7F) or range (below 0x20,
    /// plus 0x60).
    @inline(__always)
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let quotes = ((word ^ 0x2222_2222_2222_2222) & low) &+ low
        let backslashes = ((word ^ 0x5C5C_5C5C_5C5C_5C5C) & low) &+ low
        let controls = (word & low) &+ 0x6060_6060_6060_6060
        return (~(quotes & backslashes & controls) | word) & ~low
    }
}

/// The ASCII bytes that JSON gives a meaning.
enum Byte {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let point = UInt8(ascii: ".")
    static let zero = UInt8(ascii: "0")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
}
