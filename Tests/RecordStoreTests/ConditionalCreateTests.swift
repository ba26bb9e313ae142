import CareRecord
import RecordStore
import Testing

/// Creations that ask for nothing once something exists, and references by identifier.
@Suite struct ConditionalCreateTests {
    private static func create(_ name: String) -> String {
        TestBundles.transaction([
            #"{"resource":\#(TestBundles.organization("A1", name: name)),"request":{"#
                + #""method":"POST","url":"Organization","#
                + #""ifNoneExist":"identifier=urn:test:org|A1"}}"#
        ])
    }

    /// Two resources with one identifier, which only their ids tell apart.
    private static func importTwins(_ site: TestSite) async throws {
        for id in ["x", "y"] {
            try await site.importFile(
                TestBundles.transaction([
                    TestBundles.put(
                        TestBundles.organization("A1", name: "North", id: id), "Organization/\(id)")
                ]))
        }
        #expect(try await site.store.counts().resources == 2)
    }

    private static func rules(_ outcomes: [ImportOutcome]) -> [String] {
        outcomes.map { if case .refused(let refusal) = $0 { refusal.rule } else { "" } }
    }

    @Test("what exists is left as it is, whatever the file says of it")
    func exists() async throws {
        let site = try TestSite("practice")
        try await site.importFile(Self.create("North"))
        let again = try await site.importFile(Self.create("South"))
        guard case .applied(let receipt)? = again.first else {
            Issue.record("not applied")
            return
        }
        #expect(receipt.unchanged == 1)
        let counts = try await site.store.counts()
        #expect(counts.resources == 1)
        #expect(counts.events == 1)
    }

    @Test("of many that arrive together one makes the resource")
    func together() async throws {
        let site = try TestSite("practice")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask { try await site.importFile(Self.create("North \(number)")) }
            }
            try await group.waitForAll()
        }
        let counts = try await site.store.counts()
        #expect(counts.resources == 1)
        #expect(counts.events == 1)
    }

    @Test("a directory resource that shares some identifiers with another is another one")
    func someIdentifiers() async throws {
        let site = try TestSite("practice")
        for second in ["B1", "C1"] {
            try await site.importFile(
                TestBundles.transaction([
                    TestBundles.post(
                        #"{"resourceType":"Organization","identifier":[{"system":"urn:test:org","#
                            + #""value":"A1"},{"system":"urn:test:org","value":"\#(second)"}]}"#,
                        type: "Organization")
                ]))
        }
        #expect(try await site.store.counts().resources == 2)
    }

    @Test("a condition or reference that fits two resources is refused")
    func ambiguous() async throws {
        let site = try TestSite("practice")
        try await Self.importTwins(site)
        try await site.importFile(TestBundles.patient("p"))
        let refers = TestBundles.transaction([
            TestBundles.post(
                #"{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"},"#
                    + #""performer":[{"reference":"Organization?identifier=urn:test:org|A1"}]}"#,
                type: "Observation")
        ])
        for file in [Self.create("North"), refers] {
            let outcomes = try await site.importFile(file)
            #expect(Self.rules(outcomes) == ["conditional-reference-ambiguous"])
        }
        #expect(try await site.store.counts().resources == 3)
    }

    @Test("a resource whose labels changed is not written on where it was, nor moved")
    func otherCompartment() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(TestBundles.observation("o", of: "Patient/p"))
        let events = try await site.store.counts().events
        let outcomes = try await site.importFile(
            TestBundles.observation("o", of: "Patient/p", value: 2, labels: ["PSY"]))
        #expect(Self.rules(outcomes) == ["resource-in-another-record"])
        #expect(try await site.store.counts().events == events)
    }
}
