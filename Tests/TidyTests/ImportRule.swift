/// Reads the import statements of a file and holds them against the table.
enum ImportRule {
    private static let modifiers: Set<String> = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    /// The modules that a file imports, each with its line.
    static func imports(in source: MaskedSource) -> [(module: String, line: Int)] {
        source.codeLines.enumerated().flatMap { index, text in
            text.split(separator: ";").compactMap { statement in
                module(ofStatement: String(statement)).map { ($0, index + 1) }
            }
        }
    }

    /// The module of one statement; `nil` if it is no import.
    private static func module(ofStatement statement: String) -> String? {
        var words = statement.split { $0 == " " || $0 == "\t" }.map(String.init)[...]
        while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) {
            words.removeFirst()
        }
        guard words.first == "import" else { return nil }
        words.removeFirst()
        if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
        return words.first.map { String($0.prefix { $0 != "." }) }
    }

    /// Imports that the file's target may not have, and files of `Sources` that belong to no
    /// target. Benchmarks without a row may see everything.
    static func violations(
        in file: SourceTree.File, rules: [String: TargetRule] = RankTable.rules
    ) -> [Finding] {
        guard let target = RankTable.target(of: file.path, rules: rules) else {
            return file.path.hasPrefix("Sources/")
                ? [Finding(path: file.path, line: 1, problem: "belongs to no target of the table")]
                : []
        }
        return imports(in: file.source).filter { !target.rule.allows($0.module) }.map {
            Finding(
                path: file.path, line: $0.line,
                problem: "\(target.name) may not import \($0.module)")
        }
    }
}
