/// Rules on the names of files and types.
enum NameRules {
    /// Words that say nothing about what a file holds.
    static let emptyWords = [
        "Utils", "Util", "Utilities", "Helpers", "Helper", "Manager", "Managers", "Extensions",
        "Common", "Misc",
    ]

    private static let declarations = [
        "struct", "class", "enum", "actor", "protocol", "typealias",
    ]

    /// A finding if the file's name, or a part of it beside a `+`, ends in such a word. `Common`
    /// counts only as the whole part: a certificate has a common name.
    static func emptyName(of file: SourceTree.File) -> [Finding] {
        let parts = file.stem.split(separator: "+")
        let isEmpty = parts.contains { part in
            emptyWords.contains { $0 == "Common" ? part == $0 : part.hasSuffix($0) }
        }
        return isEmpty
            ? [Finding(path: file.path, line: 1, problem: "a file name without a noun of its own")]
            : []
    }

    /// Types that are named as a module.
    static func typesNamedAsModules(
        in file: SourceTree.File, modules: some Sequence<String>
    ) -> [Finding] {
        modules.sorted().flatMap { module in
            declarations.flatMap { declaration in
                TokenSearch.offsets(of: declaration + " " + module, in: file.source.code)
            }
            .map {
                Finding(
                    path: file.path, line: file.source.line(at: $0),
                    problem: "a type named as the module \(module)")
            }
        }
    }
}
