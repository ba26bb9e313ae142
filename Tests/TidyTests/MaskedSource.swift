/// Swift text taken apart into code and comments, byte for byte at the same offsets.
///
/// In `code`, comments and the contents of string literals are blanks; in `comments`, everything
/// else is. Line ends stay in both, so that offsets and line numbers hold in either. What stands
/// in an interpolation is code. Regular-expression literals are not understood: the project
/// writes none.
struct MaskedSource {
    /// The text as it stands in the file.
    let text: [UInt8]
    /// The code alone; quotation marks stay.
    let code: [UInt8]
    /// The comments alone, with their markers.
    let comments: [UInt8]
    /// The offset at which each line starts.
    let lineStarts: [Int]

    init(_ source: String) {
        self.init(bytes: Array(source.utf8))
    }

    init(bytes: [UInt8]) {
        var masker = Masker(text: bytes)
        masker.run()
        text = bytes
        code = masker.code
        comments = masker.comments
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// The number of lines, a last line without a line end included.
    var lineCount: Int {
        lineStarts.last == text.count ? lineStarts.count - 1 : lineStarts.count
    }

    /// The number, from 1, of the line that holds an offset.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The lines of `code`, without their ends.
    var codeLines: [String] { Self.lines(code) }

    /// The lines of `text`, without their ends.
    var textLines: [String] { Self.lines(text) }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The state machine that tells code, comments and string literals apart.
private struct Masker {
    private enum Mode {
        case code(openParentheses: Int)
        case string(hashes: Int, isMultiline: Bool)
        case lineComment
        case blockComment
    }

    let text: [UInt8]
    var code: [UInt8]
    var comments: [UInt8]
    private var modes: [Mode] = [.code(openParentheses: 0)]
    private var position = 0

    init(text: [UInt8]) {
        self.text = text
        let blank = text.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        code = blank
        comments = blank
    }

    mutating func run() {
        while position < text.count {
            switch modes[modes.count - 1] {
            case .code(let open): stepCode(open)
            case .string(let hashes, let isMultiline): stepString(hashes, isMultiline)
            case .lineComment: stepLineComment()
            case .blockComment: stepBlockComment()
            }
        }
    }

    private func starts(_ word: String, at offset: Int) -> Bool {
        text[min(offset, text.count)...].starts(with: word.utf8)
    }

    private mutating func keep(_ count: Int) {
        for offset in position..<min(position + count, text.count) { code[offset] = text[offset] }
        position += count
    }

    private mutating func remark(_ count: Int) {
        for offset in position..<min(position + count, text.count) {
            comments[offset] = text[offset]
        }
        position += count
    }

    private mutating func stepCode(_ open: Int) {
        if starts("//", at: position) {
            modes.append(.lineComment)
        } else if starts("/*", at: position) {
            modes.append(.blockComment)
            remark(2)
        } else if let opening = stringOpening() {
            modes.append(.string(hashes: opening.hashes, isMultiline: opening.isMultiline))
            keep(opening.hashes + (opening.isMultiline ? 3 : 1))
        } else if text[position] == UInt8(ascii: "(") {
            modes[modes.count - 1] = .code(openParentheses: open + 1)
            keep(1)
        } else if text[position] == UInt8(ascii: ")") {
            if open == 1, modes.count > 1 {
                modes.removeLast()
            } else {
                modes[modes.count - 1] = .code(openParentheses: open - 1)
            }
            keep(1)
        } else {
            keep(1)
        }
    }

    private func stringOpening() -> (hashes: Int, isMultiline: Bool)? {
        var hashes = 0
        while position + hashes < text.count, text[position + hashes] == UInt8(ascii: "#") {
            hashes += 1
        }
        let quote = position + hashes
        guard quote < text.count, text[quote] == UInt8(ascii: "\"") else { return nil }
        return (hashes, starts("\"\"\"", at: quote))
    }

    private mutating func stepString(_ hashes: Int, _ isMultiline: Bool) {
        let guardMarks = String(repeating: "#", count: hashes)
        let end = (isMultiline ? "\"\"\"" : "\"") + guardMarks
        let escape = "\\" + guardMarks
        if starts(end, at: position) {
            modes.removeLast()
            keep(end.utf8.count)
        } else if starts(escape + "(", at: position) {
            // The parenthesis belongs to the interpolation, whose code begins with it.
            position += escape.utf8.count
            keep(1)
            modes.append(.code(openParentheses: 1))
        } else if starts(escape, at: position) {
            position += escape.utf8.count + 1
        } else if !isMultiline, text[position] == UInt8(ascii: "\n") {
            modes.removeLast()
        } else {
            position += 1
        }
    }

    private mutating func stepLineComment() {
        if text[position] == UInt8(ascii: "\n") {
            modes.removeLast()
        } else {
            remark(1)
        }
    }

    private mutating func stepBlockComment() {
        if starts("/*", at: position) {
            modes.append(.blockComment)
            remark(2)
        } else if starts("*/", at: position) {
            modes.removeLast()
            remark(2)
        } else {
            remark(1)
        }
    }
}
