/// Strings, numbers, literals, white space and refusals.
extension Reader {
    /// Reads a string from its opening quote to behind its closing one; returns whether it holds
    /// escapes.
    @inline(__always)
    mutating func readString() throws(JSONRefusal) -> Bool {
        let open = position
        var hasEscapes = false
        position = input.plainTextEnd(from: open + 1)
        while position < input.count, input[position] != Byte.quote {
            hasEscapes = try readSpecial() || hasEscapes
            position = input.plainTextEnd(from: position)
        }
        guard position < input.count else { throw refusal(.unexpectedEnd) }
        guard position - open - 1 <= limits.stringBytesMax else {
            throw JSONRefusal(rule: .stringBytes, offset: open)
        }
        position += 1
        return hasEscapes
    }

    /// Reads a run of characters beyond ASCII or one escape; returns whether it was an escape.
    private mutating func readSpecial() throws(JSONRefusal) -> Bool {
        let byte = input[position]
        if byte == Byte.backslash {
            try readEscape()
            return true
        }
        guard byte > 0x7F else { throw unexpected(.controlCharacter) }
        repeat {
            position += try sequenceLength()
        } while position < input.count && input[position] > 0x7F
        return false
    }

    /// The length in bytes of the UTF-8 sequence at `position` (RFC 3629 §4).
    @inline(__always)
    private func sequenceLength() throws(JSONRefusal) -> Int {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch input[position] {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw refusal(.invalidUTF8)
        }
        guard position + length <= input.count, second.contains(input[position + 1]) else {
            throw refusal(.invalidUTF8)
        }
        for offset in position + 2..<position + max(length, 2)
        where input[offset] & 0xC0 != 0x80 {
            throw refusal(.invalidUTF8)
        }
        return length
    }

    /// Reads one escape, or the two of a surrogate pair, from its backslash.
    private mutating func readEscape() throws(JSONRefusal) {
        let letterOffset = position + 1
        guard letterOffset < input.count else { throw refusalAtEnd() }
        switch input[letterOffset] {
        case Byte.quote, Byte.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            try readUnicodeEscape()
        default:
            throw refusal(.invalidEscape)
        }
    }

    private mutating func readUnicodeEscape() throws(JSONRefusal) {
        let first = try unicodeEscape(at: position)
        guard first != 0 else { throw refusal(.nul) }
        guard first >= 0xD800, first <= 0xDFFF else {
            position += 6
            return
        }
        guard first < 0xDC00 else { throw refusal(.loneSurrogate) }
        let other = position + 6
        guard other < input.count else { throw refusalAtEnd() }
        guard input[other] == Byte.backslash else { throw refusal(.loneSurrogate) }
        guard other + 1 < input.count else { throw refusalAtEnd() }
        guard input[other + 1] == UInt8(ascii: "u") else { throw refusal(.loneSurrogate) }
        let second = try unicodeEscape(at: other)
        guard second >= 0xDC00, second <= 0xDFFF else { throw refusal(.loneSurrogate) }
        position += 12
    }

    /// The number in the `\u` escape whose backslash is at `offset`.
    private func unicodeEscape(at offset: Int) throws(JSONRefusal) -> UInt32 {
        var value: UInt32 = 0
        for digitOffset in offset + 2..<offset + 6 {
            guard digitOffset < input.count else { throw refusalAtEnd() }
            guard let digit = hexadecimalValue(of: input[digitOffset]) else {
                throw JSONRefusal(rule: .invalidEscape, offset: offset)
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Reads a number (RFC 8259 §6). Whatever could go on with it has to belong to it.
    mutating func readNumber() throws(JSONRefusal) {
        var at = position
        if input[at] == Byte.minus { at += 1 }
        if at < input.count, input[at] == Byte.zero {
            at += 1
        } else {
            at = try digitsEnd(from: at)
        }
        if at < input.count, input[at] == Byte.point {
            at = try digitsEnd(from: at + 1)
        }
        if at < input.count, input[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < input.count, input[at] == Byte.plus || input[at] == Byte.minus { at += 1 }
            at = try digitsEnd(from: at)
        }
        if at < input.count, Self.continuesNumber(input[at]) { throw refusal(.invalidNumber) }
        sink.addScalar(.number, start: position, end: at, isMarked: false)
        position = at
    }

    /// The offset behind at least one digit.
    @inline(__always)
    private func digitsEnd(from offset: Int) throws(JSONRefusal) -> Int {
        var at = offset
        while at < input.count, input[at] &- Byte.zero < 10 { at += 1 }
        guard at > offset else { throw refusal(.invalidNumber) }
        return at
    }

    @inline(__always)
    private static func continuesNumber(_ byte: UInt8) -> Bool {
        byte &- Byte.zero < 10 || byte == Byte.point || byte == Byte.minus || byte == Byte.plus
            || byte | 0x20 == UInt8(ascii: "e")
    }

    mutating func readLiteral(_ text: StaticString, _ kind: JSONKind) throws(JSONRefusal) {
        let length = text.utf8CodeUnitCount
        let isWhole =
            position + length <= input.count
            && text.withUTF8Buffer { expected in
                expected.indices.allSatisfy { input[position + $0] == expected[$0] }
            }
        guard isWhole else { throw refusal(.invalidLiteral) }
        sink.addScalar(kind, start: position, end: position + length, isMarked: false)
        position += length
    }

    @inline(__always)
    mutating func skipSpace() {
        let end = input.spaceEnd(from: position)
        spaceBytes += end - position
        position = end
    }

    func refuseByteOrderMark() throws(JSONRefusal) {
        if input.count >= 3, input[0] == 0xEF, input[1] == 0xBB, input[2] == 0xBF {
            throw refusal(.byteOrderMark)
        }
    }

    /// A refusal at the byte that is next.
    func refusal(_ rule: JSONRefusal.Rule) -> JSONRefusal {
        JSONRefusal(rule: rule, offset: position)
    }

    /// A refusal of the byte that is next; a byte 0 has a rule of its own.
    func unexpected(_ rule: JSONRefusal.Rule = .unexpectedByte) -> JSONRefusal {
        refusal(input[position] == 0 ? .nul : rule)
    }

    private func refusalAtEnd() -> JSONRefusal {
        JSONRefusal(rule: .unexpectedEnd, offset: input.count)
    }
}
