/// What `Package.swift` says, read from its text.
///
/// It understands the manifest's own helpers `library`, `executable` and `tests`, SwiftPM's
/// target constructors, and constants of the form `let x: Target.Dependency = .product(…)`.
struct Manifest {
    /// One target with the names it depends on.
    struct Target: Equatable {
        let name: String
        let dependencies: [String]
        let path: String?
        let isTest: Bool
    }

    /// Targets in the order of the manifest.
    let targets: [Target]
    /// The packages whose version is not pinned with `exact:`.
    let unpinnedPackages: [String]

    private static let constructors = [
        "library(": false, "executable(": false, "tests(": true, ".target(": false,
        ".executableTarget(": false, ".testTarget(": true,
    ]

    init(_ text: String) {
        let source = MaskedSource(text)
        let products = Self.productConstants(in: source)
        let listStart = TokenSearch.offsets(of: "targets: [", in: source.code).last ?? 0
        targets = Self.constructors.flatMap { constructor, isTest in
            TokenSearch.offsets(of: constructor, in: source.code)
                .filter { $0 > listStart }
                .compactMap { start -> (Int, Target)? in
                    let open = start + constructor.utf8.count - 1
                    return Self.target(CallText(source, open: open), isTest, products)
                        .map { (start, $0) }
                }
        }
        .sorted { $0.0 < $1.0 }
        .map(\.1)
        unpinnedPackages = TokenSearch.offsets(of: ".package(", in: source.code).compactMap {
            start in
            let call = CallText(source, open: start + ".package(".utf8.count - 1)
            return call.argument("exact") == nil ? call.argument("url") ?? "?" : nil
        }
    }

    /// Constant → product.
    private static func productConstants(in source: MaskedSource) -> [String: String] {
        var products: [String: String] = [:]
        for start in TokenSearch.offsets(of: ": Target.Dependency = .product(", in: source.code) {
            guard let open = source.code[start...].firstIndex(of: UInt8(ascii: "(")) else {
                continue
            }
            let name = source.code[..<start].reversed().prefix(while: TokenSearch.isWord).reversed()
            let product = CallText.literals(in: CallText(source, open: open).argument("name")).first
            products[String(decoding: Array(name), as: UTF8.self)] = product
        }
        return products
    }

    private static func target(
        _ call: CallText, _ isTest: Bool, _ products: [String: String]
    ) -> Target? {
        guard
            let name = CallText.literals(in: call.argument("name") ?? call.arguments.first?.text)
                .first
        else { return nil }
        let list =
            call.argument("dependencies")
            ?? call.arguments.first { $0.label == nil && $0.text.hasPrefix("[") }?.text
        return Target(
            name: name, dependencies: dependencies(list ?? "[]", products),
            path: CallText.literals(in: call.argument("path")).first, isTest: isTest)
    }

    private static func dependencies(_ list: String, _ products: [String: String]) -> [String] {
        let source = MaskedSource(list)
        return CallText(source, open: 0).arguments.compactMap { argument in
            CallText.literals(in: argument.text).first ?? products[argument.text]
        }
    }
}

/// The arguments of one call or the elements of one array literal.
struct CallText {
    /// One argument as written, without the white space around it.
    struct Argument {
        let label: String?
        let text: String
    }

    let arguments: [Argument]

    /// Reads from the opening parenthesis or bracket at `open` to the one that closes it.
    init(_ source: MaskedSource, open: Int) {
        var arguments: [Argument] = []
        var depth = 0
        var start = open + 1
        var position = open
        reading: while position < source.code.count {
            switch source.code[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { break reading }
            case UInt8(ascii: ",") where depth == 1:
                arguments.append(Self.argument(source, start..<position))
                start = position + 1
            default: break
            }
            position += 1
        }
        if start < position { arguments.append(Self.argument(source, start..<position)) }
        self.arguments = arguments.filter { !$0.text.isEmpty }
    }

    /// The text behind a label; `nil` if there is none.
    func argument(_ label: String) -> String? {
        arguments.first { $0.label == label }?.text
    }

    /// The contents of the string literals in a text.
    static func literals(in text: String?) -> [String] {
        let parts = (text ?? "").split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    private static func argument(_ source: MaskedSource, _ range: Range<Int>) -> Argument {
        // Comments inside the argument are left out.
        let bytes = range.filter {
            source.comments[$0] == UInt8(ascii: " ") || source.code[$0] != UInt8(ascii: " ")
        }
        .map { source.text[$0] }
        let text = trimmed(String(decoding: bytes, as: UTF8.self))
        let word = text.prefix { $0.isLetter || $0 == "_" }
        guard !word.isEmpty, text.dropFirst(word.count).first == ":" else {
            return Argument(label: nil, text: text)
        }
        return Argument(
            label: String(word), text: trimmed(String(text.dropFirst(word.count + 1))))
    }

    private static func trimmed(_ text: String) -> String {
        let body = text.drop(while: \.isWhitespace)
        return String(String(body.reversed()).drop(while: \.isWhitespace).reversed())
    }
}

/// Holds the manifest against the table.
enum ManifestRule {
    /// Differences between a manifest and a table, as sentences.
    static func disagreements(
        _ manifest: Manifest, rules: [String: TargetRule] = RankTable.rules
    ) -> [String] {
        manifest.targets.filter { !$0.isTest }.flatMap { target -> [String] in
            guard let rule = rules[target.name] else {
                let isInSources = target.path?.hasPrefix("Sources/") ?? true
                return isInSources ? ["\(target.name) has no row in the table"] : []
            }
            if rule.seesEverything { return [] }
            let declared = Set(target.dependencies)
            let listed = Set(rule.own + rule.products)
            return declared.subtracting(listed).sorted().map {
                "\(target.name) depends on \($0), which the table does not list"
            }
                + listed.subtracting(declared).sorted().map {
                    "\(target.name) lists \($0), which the manifest does not declare"
                }
        }
    }
}
