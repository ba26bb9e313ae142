/// Finds public and package declarations without a documentation comment.
enum DocumentationRule {
    private static let modifiers: Set<String> = [
        "public", "package", "open", "static", "final", "mutating", "nonmutating", "class",
        "override", "required", "convenience", "indirect", "nonisolated", "lazy", "weak",
        "consuming", "borrowing", "isolated", "unowned", "private", "fileprivate", "internal",
    ]
    private static let declarations: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "func", "var", "let", "init", "subscript",
        "typealias",
    ]

    /// What conformance to the standard protocols demands, as it begins after the modifiers: its
    /// meaning is the protocol's.
    private static let witnesses = [
        "func <", "func >", "func ==", "func !=", "func hash(into", "func encode(to", "func next(",
        "func makeIterator(", "func makeAsyncIterator(", "func index(", "func formIndex(",
        "init(from ", "init(from:", "init(stringLiteral", "init(integerLiteral",
        "init(arrayLiteral", "init(dictionaryLiteral", "subscript(position",
        "var description", "var debugDescription", "var errorDescription", "var hashValue",
        "var startIndex", "var endIndex", "var rawValue",
    ]

    /// The undocumented declarations of a file. What answers to a documented requirement of a
    /// protocol in the same file is documented there.
    static func violations(in file: SourceTree.File) -> [Finding] {
        let code = file.source.codeLines
        let text = file.source.textLines
        let requirements = requirements(code: code, text: text)
        return code.indices.compactMap { index in
            guard let declaration = visibleDeclaration(code[index]),
                !witnesses.contains(where: declaration.hasPrefix),
                !requirements.contains(signature(declaration)),
                !isDocumented(index, code: code, text: text)
            else { return nil }
            return Finding(
                path: file.path, line: index + 1,
                problem: "no `///` above `\(declaration.prefix(40))`")
        }
    }

    /// The signatures that documented lines inside protocols demand.
    private static func requirements(code: [String], text: [String]) -> Set<String> {
        var found: Set<String> = []
        var protocolIndent: Int?
        for index in code.indices {
            let line = code[index].drop(while: \.isWhitespace)
            let indent = code[index].count - line.count
            if protocolIndent == indent, line.hasPrefix("}") { protocolIndent = nil }
            if protocolIndent != nil {
                if isDocumented(index, code: code, text: text) { found.insert(signature(line)) }
            } else if line.hasSuffix("{"), line.split(separator: " ").contains("protocol") {
                protocolIndent = indent
            }
        }
        return found
    }

    /// A declaration without its body, with `let` read as `var`.
    private static func signature(_ declaration: some StringProtocol) -> String {
        var text = declaration.prefix { $0 != "{" && $0 != "=" }
            .split(separator: " ").drop { modifiers.contains(String($0)) }.joined(separator: " ")
        if text.hasPrefix("let ") { text = "var " + text.dropFirst("let ".count) }
        return text
    }

    /// The line from its declaring keyword on, if the declaration is public or package.
    private static func visibleDeclaration(_ line: String) -> String? {
        var rest = withoutAttributes(line)
        var isVisible = false
        while true {
            let word = rest.prefix { $0.isLetter }
            // `class` is a modifier before `func` and `var`, and a declaration before a name.
            let next = rest.dropFirst(word.count).drop(while: \.isWhitespace)
            let isModifier =
                modifiers.contains(String(word))
                && (word != "class" || declarations.contains(String(next.prefix { $0.isLetter })))
            if isModifier {
                isVisible = isVisible || ["public", "package", "open"].contains(word)
                rest = next
                if rest.first == "(" {
                    rest = rest.drop { $0 != ")" }.dropFirst().drop(while: \.isWhitespace)
                }
            } else {
                return isVisible && declarations.contains(String(word)) ? String(rest) : nil
            }
        }
    }

    /// A line without the attributes at its start.
    private static func withoutAttributes(_ line: String) -> Substring {
        var rest = line[...].drop(while: \.isWhitespace)
        while rest.first == "@" {
            rest = rest.dropFirst().drop { $0.isLetter || $0.isNumber || $0 == "_" }
            if rest.first == "(" {
                var depth = 0
                rest = rest.drop { character in
                    if character == "(" { depth += 1 }
                    if character == ")" { depth -= 1 }
                    return depth > 0
                }
                .dropFirst()
            }
            rest = rest.drop(while: \.isWhitespace)
        }
        return rest
    }

    /// Whether a `///` stands directly above a line, attributes aside.
    private static func isDocumented(_ index: Int, code: [String], text: [String]) -> Bool {
        var above = index - 1
        while above >= 0 {
            let line = text[above].drop(while: \.isWhitespace)
            if line.hasPrefix("///") { return true }
            let attribute = code[above].drop(while: \.isWhitespace)
            guard attribute.hasPrefix("@"), withoutAttributes(code[above]).isEmpty else {
                return false
            }
            above -= 1
        }
        return false
    }
}
