/// Finds functions and counts their lines.
struct FunctionLengths {
    /// One function, initialiser, subscript or computed property.
    struct Function: Equatable {
        /// What introduces it, with its name where it has one.
        let name: String
        /// The line of the keyword.
        let line: Int
        /// From the keyword to the closing brace, both included.
        let lineCount: Int
    }

    private static let keywords = ["func", "init", "deinit", "subscript", "var"]
    private static let declarationStarts: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "static", "class", "struct", "enum",
        "actor", "protocol", "extension", "case", "typealias", "associatedtype", "mutating",
        "nonmutating", "public", "package", "internal", "private", "fileprivate", "import",
        "override", "required", "convenience", "final", "lazy", "weak", "unowned", "nonisolated",
        "isolated", "indirect", "prefix", "infix", "postfix", "guard", "return", "for", "while",
        "if", "switch", "do", "defer", "throw",
    ]

    private let source: MaskedSource
    private let code: [UInt8]

    init(_ source: MaskedSource) {
        self.source = source
        code = source.code
    }

    /// Every function of the text that has a body, in order; nested ones count for themselves and
    /// for the one around them.
    var functions: [Function] {
        Self.keywords.flatMap { keyword in
            TokenSearch.offsets(of: keyword, in: code).compactMap { function(keyword, at: $0) }
        }
        .sorted { ($0.line, $0.name) < ($1.line, $1.name) }
    }

    private func function(_ keyword: String, at start: Int) -> Function? {
        // `self.init(…)`, `.var` and `` `func` `` declare nothing.
        if start > 0, code[start - 1] == UInt8(ascii: ".") || code[start - 1] == UInt8(ascii: "`") {
            return nil
        }
        var position = start + keyword.utf8.count
        if keyword == "func" || keyword == "init" || keyword == "subscript" {
            guard let open = code[position...].firstIndex(of: UInt8(ascii: "(")),
                let close = end(ofGroupAt: open)
            else { return nil }
            position = close + 1
        }
        guard let open = bodyStart(from: position, isProperty: keyword == "var"),
            let close = end(ofGroupAt: open)
        else { return nil }
        let first = source.line(at: start)
        return Function(
            name: name(keyword, at: start), line: first,
            lineCount: source.line(at: close) - first + 1)
    }

    private func name(_ keyword: String, at start: Int) -> String {
        guard keyword == "func" || keyword == "var" else { return keyword }
        let rest = code[(start + keyword.utf8.count)...].drop(while: TokenSearch.isSpace)
        let word = rest.prefix(while: TokenSearch.isWord)
        let sign = rest.prefix { $0 != UInt8(ascii: "(") && !TokenSearch.isSpace($0) }
        return String(decoding: word.isEmpty ? sign : word, as: UTF8.self)
    }

    /// The brace that opens the body; `nil` if another declaration or the end of the type comes
    /// first, as in a protocol.
    private func bodyStart(from start: Int, isProperty: Bool) -> Int? {
        var position = start
        while position < code.count {
            let byte = code[position]
            switch byte {
            case UInt8(ascii: "{"): return position
            case UInt8(ascii: "}"), UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "#"):
                return nil
            case UInt8(ascii: "=") where isProperty: return nil
            case UInt8(ascii: "("), UInt8(ascii: "["):
                guard let close = end(ofGroupAt: position) else { return nil }
                position = close + 1
            case _ where TokenSearch.isWord(byte):
                let word = code[position...].prefix(while: TokenSearch.isWord)
                if position > start,
                    Self.declarationStarts.contains(String(decoding: word, as: UTF8.self)),
                    startsLine(position) || !isProperty
                {
                    return nil
                }
                position = word.endIndex
            default: position += 1
            }
        }
        return nil
    }

    private func startsLine(_ offset: Int) -> Bool {
        let blanks = code[..<offset].reversed().prefix { $0 == UInt8(ascii: " ") }.count
        let before = offset - blanks - 1
        return before < 0 || code[before] == UInt8(ascii: "\n")
    }

    /// The offset of the bracket that closes the one at `open`.
    private func end(ofGroupAt open: Int) -> Int? {
        var depth = 0
        for position in open..<code.count {
            switch code[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
        }
        return nil
    }
}

/// The most lines that a file and a function may have.
enum Budget {
    /// Lines of a file of the product.
    static let sourceLinesMax = 500
    /// Lines of a file of the tests.
    static let testLinesMax = 600
    /// Lines of a function, signature and braces included.
    static let functionLinesMax = 70

    /// Old excess: a path, or `path:function`, and the lines it has. Entries may only shrink.
    static let ratchet: [String: Int] = [:]

    /// Files and functions over their budget, and entries of the ratchet that could be lower.
    static func violations(
        in file: SourceTree.File, fileLinesMax: Int, ratchet: [String: Int] = Self.ratchet
    ) -> [Finding] {
        var sizes = [(key: file.path, line: 1, count: file.source.lineCount, most: fileLinesMax)]
        sizes += FunctionLengths(file.source).functions.map {
            (file.path + ":" + $0.name, $0.line, $0.lineCount, functionLinesMax)
        }
        return sizes.compactMap { key, line, count, most in
            guard let old = ratchet[key] else {
                return count <= most
                    ? nil
                    : Finding(
                        path: file.path, line: line,
                        problem: "\(key): \(count) lines, at most \(most)")
            }
            guard count != old || old <= most else { return nil }
            return Finding(
                path: file.path, line: line,
                problem: "\(key): \(count) lines, the ratchet says \(old); it may only shrink")
        }
    }
}
