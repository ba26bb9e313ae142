/// Searches masked text for fragments of code.
enum TokenSearch {
    /// The offsets at which `token` stands as words of its own.
    ///
    /// A blank in the token matches any white space, none included. Where the token begins or
    /// ends with a letter, no letter, digit or underscore may touch it there.
    static func offsets(of token: String, in code: [UInt8]) -> [Int] {
        let pattern = Array(token.utf8)
        guard let first = pattern.first, let last = pattern.last else { return [] }
        var found: [Int] = []
        for start in code.indices where code[start] == first {
            if isWord(first), start > 0, isWord(code[start - 1]) { continue }
            guard let end = matchEnd(pattern, in: code, from: start) else { continue }
            if isWord(last), end < code.count, isWord(code[end]) { continue }
            found.append(start)
        }
        return found
    }

    /// Whether a byte can be part of an identifier.
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    /// Whether a byte is a blank, a tab or a line end.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
    }

    private static func matchEnd(_ pattern: [UInt8], in code: [UInt8], from start: Int) -> Int? {
        var position = start
        for byte in pattern {
            if byte == UInt8(ascii: " ") {
                while position < code.count, isSpace(code[position]) { position += 1 }
            } else {
                guard position < code.count, code[position] == byte else { return nil }
                position += 1
            }
        }
        return position
    }
}
