import Testing

/// Each checker, seen to find what it is for and to leave the rest alone.
@Suite("The checkers")
struct CheckerTests {
    private func file(
        _ text: String, at path: String = "Sources/CareRecord/Example.swift"
    ) -> SourceTree.File {
        SourceTree.File(path: path, source: MaskedSource(text))
    }

    @Test("blank out comments and string contents but not interpolations")
    func masking() {
        let source = MaskedSource(
            ##"let a = "x // y" // z"## + "\n" + ##"let b = #"q"r"# /* s /* t */ u */ + v"## + "\n"
                + ##"let c = "w \(try! f(")")) k""## + "\n")
        #expect(source.codeLines[0].contains(#"let a = "      ""#))
        #expect(!source.codeLines[0].contains("z"))
        #expect(source.codeLines[1].hasSuffix("+ v"))
        #expect(!source.codeLines[1].contains("u"))
        #expect(source.codeLines[2].contains("try! f("))
        #expect(!source.codeLines[2].contains("k"))
        #expect(source.lineCount == 3)
        #expect(source.code.count == source.text.count)
    }

    @Test("blank out strings of several lines")
    func maskingOfLongStrings() {
        let source = MaskedSource("let a = \"\"\"\n  func \"f\" {\n  \\(b)\n  \"\"\"\nlet d = 1")
        #expect(!source.codeLines[1].contains("func"))
        #expect(source.codeLines[2].contains("(b)"))
        #expect(source.codeLines[4] == "let d = 1")
    }

    @Test(
        "see an import in every form",
        arguments: [
            "import Foundation", "public import Foundation", "@testable import Foundation",
            "@_spi(Testing) package import Foundation", "import struct Foundation.Date",
            "    internal import Foundation // why", "import Synchronization; import Foundation",
        ])
    func imports(line: String) {
        #expect(ImportRule.imports(in: MaskedSource(line)).map(\.module).contains("Foundation"))
        #expect(!ImportRule.violations(in: file(line)).isEmpty)
    }

    @Test("allow what the table lists and see no import in comments")
    func allowedImports() {
        let path = "Sources/SyncEngine/Example.swift"
        #expect(ImportRule.violations(in: file("public import CareRecord", at: path)).isEmpty)
        #expect(ImportRule.violations(in: file("// import GRDB\n/* \nimport GRDB */")).isEmpty)
        #expect(
            ImportRule.violations(in: file("\nimport RecordStore", at: path)) == [
                Finding(
                    path: path, line: 2, problem: "SyncEngine may not import RecordStore")
            ])
        #expect(!ImportRule.violations(in: file("", at: "Sources/Elsewhere/A.swift")).isEmpty)
    }

    @Test("see an arrow that points up, and one to nowhere")
    func arrows() {
        let rules = [
            "Low": TargetRule(1, own: ["High", "Absent"]), "High": TargetRule(2, own: ["Low"]),
        ]
        #expect(RankTable.upwardArrows(in: rules) == ["Low → High", "Low → Absent"])
    }

    private static let manifest = """
        let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
        let yams: Target.Dependency = .product(
            name: "Yams", package: "Yams")
        let package = Package(
            dependencies: [
                .package(url: "https://example.org/a", exact: "1.0.0"),
                .package(url: "https://example.org/b", from: "1.0.0"),
            ],
            targets: [
                // Rank 0
                library("Low"),
                library("High", ["Low", log, yams], exclude: ["DESIGN.md"]),
                .target(
                    name: "Shim", dependencies: ["Low"], cSettings: c),
                executable("tool", path: "Benchmarks/Tool", [log]),
                tests("LowTests", ["Low"]),
            ])
        """

    @Test("read a manifest")
    func manifestReading() {
        let manifest = Manifest(Self.manifest)
        #expect(manifest.targets.map(\.name) == ["Low", "High", "Shim", "tool", "LowTests"])
        #expect(manifest.targets[1].dependencies == ["Low", "Logging", "Yams"])
        #expect(manifest.targets[2].dependencies == ["Low"])
        #expect(manifest.targets[3].path == "Benchmarks/Tool")
        #expect(manifest.targets[4].isTest)
        #expect(manifest.unpinnedPackages == ["\"https://example.org/b\""])
    }

    @Test("see a manifest and a table disagree both ways")
    func manifestDisagreement() {
        let rules = [
            "Low": TargetRule(0, products: ["Yams"]),
            "High": TargetRule(1, own: ["Low"], products: ["Yams"]),
        ]
        #expect(
            ManifestRule.disagreements(Manifest(Self.manifest), rules: rules) == [
                "Low lists Yams, which the manifest does not declare",
                "High depends on Logging, which the table does not list",
                "Shim has no row in the table",
            ])
    }

    @Test(
        "see impurity in a pure target and nowhere else",
        arguments: [
            "func f() async {}", "await f()", "let now = Date()", "ContinuousClock().now",
            "var g = SystemRandomNumberGenerator()", "let id = UUID()", "Task { f() }",
            "print(a)", "let n = Int.random(in: 0..<9)", "a.shuffled()",
        ])
    func impurity(line: String) {
        #expect(!TokenRules.impurities(in: file(line), target: "CareRecord").isEmpty)
        #expect(TokenRules.impurities(in: file(line), target: "SiteNode").isEmpty)
    }

    @Test(
        "take no innocent code for impure",
        arguments: [
            "// print(a) and await", #"let a = "Date()""#, "let asynchronous = hasDate()",
            "blueprint(a)", "Int.random(in: 0..<9, using: &generator)", "subtask { }",
        ])
    func purity(line: String) {
        #expect(TokenRules.impurities(in: file(line), target: "CareRecord").isEmpty)
    }

    @Test(
        "see banned fragments, force unwraps and remarks without an issue",
        arguments: [
            "try! f()", "let a = try? f()", "a as! B", "fatalError()", "Task.detached { }",
            "DispatchQueue.main", "final class A: @unchecked Sendable {}", "let a = b!",
            "f()!.g", "a[0]!", "var a: String!", "// TODO: later", "/* FIXME */", "Task{ f() }",
        ])
    func banned(line: String) {
        #expect(TokenRules.violations(in: file(line)).count == 1)
    }

    @Test(
        "take no innocent code for banned",
        arguments: [
            "a != b", "if !a, !(b) {}", "let c = a ? !b : b", #"let a = "Stop!""#,
            "// Never! use try!", "// TODO(#12): later", "// TODO #3", "a as? B", "try f()",
            "first(where: !=)",
        ])
    func allowed(line: String) {
        #expect(TokenRules.violations(in: file(line)).isEmpty)
    }

    @Test("let a listed file pass for the listed token alone")
    func exceptions() {
        let example = file("class A: @unchecked Sendable {}\nlet b = try? c()")
        let found = TokenRules.violations(
            in: example, exceptions: [example.path: ["@unchecked Sendable"]])
        #expect(found.map(\.line) == [2])
    }
}
