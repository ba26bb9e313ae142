import Testing

/// The rules, held against the tree as it stands. `CheckerTests` shows that each can fail.
@Suite("The tree")
struct TreeTests {
    private static let modules = RankTable.rules.keys

    @Test("was found, with sources and tests in it")
    func treeIsFound() throws {
        #expect(try SourceTree.manifest().hasPrefix("// swift-tools-version"))
        #expect(SourceTree.sources.count > 20)
        #expect(SourceTree.tests.count > 5)
    }

    @Test("points all arrows of the rank table down")
    func arrowsPointDown() {
        #expect(RankTable.upwardArrows(in: RankTable.rules).isEmpty)
    }

    @Test("imports only what the rank table allows")
    func imports() {
        expectNone { ImportRule.violations(in: $0) }
    }

    @Test("declares in the manifest what the rank table lists, and nothing else")
    func manifestAgrees() throws {
        let manifest = Manifest(try SourceTree.manifest())
        #expect(manifest.targets.count > 10)
        #expect(ManifestRule.disagreements(manifest).isEmpty)
    }

    @Test("pins every package to one version")
    func packagesArePinned() throws {
        #expect(Manifest(try SourceTree.manifest()).unpinnedPackages.isEmpty)
    }

    @Test("keeps input, output, clocks and chance out of pure targets")
    func pureTargets() {
        expectNone { file in
            RankTable.target(of: file.path).map {
                TokenRules.impurities(in: file, target: $0.name)
            } ?? []
        }
    }

    @Test("contains no banned fragment, force unwrap or remark without an issue")
    func bannedFragments() {
        expectNone { TokenRules.violations(in: $0) }
    }

    @Test("keeps no exception for a file that no longer needs it")
    func exceptionsAreNeeded() {
        let sources = Dictionary(uniqueKeysWithValues: SourceTree.sources.map { ($0.path, $0) })
        for (path, tokens) in TokenRules.exceptions {
            for token in tokens {
                let code = sources[path]?.source.code ?? []
                #expect(
                    !TokenSearch.offsets(of: token, in: code).isEmpty, "\(path) has no \(token)")
            }
        }
    }

    @Test("keeps files and functions within their budgets")
    func budgets() {
        expectNone { Budget.violations(in: $0, fileLinesMax: Budget.sourceLinesMax) }
        expectNone(in: SourceTree.tests) {
            Budget.violations(in: $0, fileLinesMax: Budget.testLinesMax)
        }
    }

    @Test("documents every public and package declaration")
    func documentation() {
        expectNone { DocumentationRule.violations(in: $0) }
    }

    @Test("names files for what they hold")
    func fileNames() {
        expectNone { NameRules.emptyName(of: $0) }
        expectNone(in: SourceTree.tests) { NameRules.emptyName(of: $0) }
    }

    @Test("names no type as a module")
    func typeNames() {
        expectNone { NameRules.typesNamedAsModules(in: $0, modules: Self.modules) }
    }

    @Test("names no path of one machine")
    func places() {
        let findings = SourceTree.trackedPaths().flatMap { path in
            PlaceRule.violations(path: path, bytes: SourceTree.bytes(of: path))
        }
        report(findings)
    }

    private func expectNone(
        in files: [SourceTree.File] = SourceTree.sources, _ rule: (SourceTree.File) -> [Finding]
    ) {
        report(files.flatMap(rule))
    }

    private func report(_ findings: [Finding]) {
        for finding in findings { Issue.record("\(finding)") }
    }
}
