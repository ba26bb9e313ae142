import Testing

/// The checkers of size, documentation, names and places.
@Suite("The checkers of shape")
struct ShapeCheckerTests {
    private func file(
        _ text: String, at path: String = "Sources/CareRecord/Example.swift"
    ) -> SourceTree.File {
        SourceTree.File(path: path, source: MaskedSource(text))
    }

    @Test("count the lines of functions, signature included, and see none in a protocol")
    func functionLengths() {
        let text = """
            protocol P {
                func required(a: Int) throws -> Int
                var value: Int { get }
            }
            struct S {
                let text = "func no() {"
                init?(_ a: Int) { self.init(a, { $0 }) }
                func f<T>(
                    a: T = { 1 }()
                ) throws(E) -> [T]
                where T: Sendable {
                    // }
                    g("}")
                }
                var stored = 1
                var computed: Int {
                    func inner() {}
                    return 1
                }
                static func < (a: S, b: S) -> Bool { true }
            }
            """
        let found = FunctionLengths(MaskedSource(text)).functions
        #expect(found.map(\.name) == ["value", "init", "f", "computed", "inner", "<"])
        #expect(found.map(\.lineCount) == [1, 1, 7, 4, 1, 1])
        #expect(found[2].line == 8)
    }

    @Test("see a function of 71 lines and a file of 501")
    func budgets() {
        func function(lines: Int) -> String {
            "func f() {\n" + String(repeating: "g()\n", count: lines - 2) + "}\n"
        }
        func found(_ text: String, ratchet: [String: Int] = [:]) -> [Finding] {
            Budget.violations(in: file(text), fileLinesMax: 500, ratchet: ratchet)
        }
        #expect(found(function(lines: 70)).isEmpty)
        #expect(found(function(lines: 71)).map(\.line) == [1])
        #expect(found(String(repeating: "\n", count: 500)).isEmpty)
        #expect(found(String(repeating: "\n", count: 501)).count == 1)

        let key = "Sources/CareRecord/Example.swift:f"
        #expect(found(function(lines: 80), ratchet: [key: 80]).isEmpty)
        #expect(found(function(lines: 81), ratchet: [key: 80]).count == 1)
        #expect(found(function(lines: 79), ratchet: [key: 80]).count == 1)
        #expect(found(function(lines: 60), ratchet: [key: 60]).count == 1)
    }

    @Test(
        "see a visible declaration without documentation",
        arguments: [
            "public struct A {", "    package func f() {", "public private(set) var a = 1",
            "@inlinable public static func f() {", "public class A {", "public class func f() {",
            "// no documentation\npublic let a = 1", "/// of a\nlet a = 1\npublic let b = 2",
            "@frozen\npublic enum A {", "package init(a: Int) {", "public typealias A = B",
            "@available(*, deprecated, message: \"gone (now)\") public func f() {",
        ])
    func undocumented(text: String) {
        #expect(DocumentationRule.violations(in: file(text)).count == 1)
    }

    @Test(
        "ask for no documentation where it stands, is inherited or nobody sees it",
        arguments: [
            "/// One.\npublic struct A {", "/// One.\n@frozen\n@objc(x)\npublic enum A {",
            "public import CareRecord", "struct A {", "private var a = 1", "// public func f()",
            "    public static func < (a: A, b: A) -> Bool {",
            "public func hash(into h: inout H) {",
            "public var description: String { \"\" }", "public init(from decoder: any D) throws {",
            "\"\"\"\npublic func f()\n\"\"\"",
        ])
    func documented(text: String) {
        #expect(DocumentationRule.violations(in: file(text)).isEmpty)
    }

    @Test("take what a documented protocol of the file demands as documented")
    func witnesses() {
        let text = """
            protocol P {
                /// The bits.
                var bits: Int { get }
                var more: Int { get }
            }
            struct S: P {
                public let bits: Int
                public let more: Int
            }
            """
        #expect(DocumentationRule.violations(in: file(text)).map(\.line) == [8])
    }

    @Test(
        "see a file name without a noun",
        arguments: ["Utils", "StringHelpers", "SessionManager", "Common", "Event+Extensions"])
    func emptyNames(stem: String) {
        let path = "Sources/CareRecord/\(stem).swift"
        #expect(NameRules.emptyName(of: file("", at: path)).count == 1)
    }

    @Test("leave good file names alone", arguments: ["Event", "Event+Coding", "CommonName"])
    func goodNames(stem: String) {
        #expect(NameRules.emptyName(of: file("", at: "Sources/CareRecord/\(stem).swift")).isEmpty)
    }

    @Test("see a type named as a module")
    func typeNames() {
        let bad = file("\npublic enum  Consent {}\nstruct ConsentRule {}\n// struct Signing")
        let found = NameRules.typesNamedAsModules(in: bad, modules: ["Consent", "Signing"])
        #expect(found.map(\.line) == [2])
    }

    @Test("see a path of one machine, and no other path", arguments: PlaceRule.folders)
    func places(folder: String) {
        func found(_ text: String) -> [Int] {
            PlaceRule.violations(path: "a.md", bytes: Array(text.utf8)).map(\.line)
        }
        #expect(found("one\nsee `\(folder)a/b`") == [2])
        #expect(found("\(folder)a") == [1])
        #expect(found("--path=\(folder)a") == [1])
        #expect(found("/srv\(folder)a, ../a\(folder)b and $dir\(folder)c").isEmpty)
        #expect(found("\0\n\(folder)").isEmpty)
    }
}
