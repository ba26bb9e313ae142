import ControlProtocol
import Testing

@Suite("control values")
struct RoundTripTests {
    private static let match = PatientMatch(
        id: "01234567-89ab-cdef-0123-456789abcdef", displayName: "Sample Á 李", birthDate: "1970",
        gender: "other", identifiers: [PatientIdentifier(system: "urn:x", value: "/1\"")],
        homeSite: "Practice", isOwn: true)
    private static let unit = UnitReport(
        kind: .batchEntry, position: 3, outcome: .refused, resources: 1, created: 0, changed: 0,
        unchanged: 0,
        refusal: UnitRefusal(
            rule: "reference", entry: 3, path: "Observation.subject", offset: 40,
            message: "The reference has no target."))

    @Test("say the same after they travelled: import")
    func importValues() throws {
        try RoundTrip.expectSame(ImportLine.unit(Self.unit))
        try RoundTrip.expectSame(ImportLine.progress(ImportProgress(done: 1, total: 2)))
        try RoundTrip.expectSame(
            ImportLine.summary(
                ImportSummary(
                    units: 1, applied: 2, alreadyImported: 3, refused: 4, resources: 5,
                    created: 6, changed: 7, unchanged: 8, patients: 9, seconds: 0.5)))
        for code in ControlFailure.Code.allCases {
            try RoundTrip.expectSame(
                ImportLine.failure(ControlFailure(code: code, message: "m", next: "n")))
        }
        for kind in UnitReport.Kind.allCases { try RoundTrip.expectSame([kind]) }
        for outcome in UnitReport.Outcome.allCases { try RoundTrip.expectSame([outcome]) }
    }

    @Test("say the same after they travelled: patients and plans")
    func patientValues() throws {
        try RoundTrip.expectSame(PatientQuery(text: "t", limit: 1))
        try RoundTrip.expectSame(PatientReference(id: "i"))
        try RoundTrip.expectSame(
            PatientRecord(
                match: Self.match,
                compartments: [
                    CompartmentSummary(
                        name: "general",
                        resourcesByType: [ResourceCount(type: "Condition", count: 2)])
                ], heldFrom: ["Practice"]))
        try RoundTrip.expectSame(TimelineRequest(id: "i"))
        try RoundTrip.expectSame(TimelineRequest(id: "i", limit: 3))
        try RoundTrip.expectSame(
            TimelineEntry(
                date: "2020", type: "Condition", id: "i", display: "d", status: "s", site: "S",
                recordedMilliseconds: -1, compartment: "general"))
        try RoundTrip.expectSame(PlanReference(id: "i"))
        try RoundTrip.expectSame(
            MergedPlan(
                id: "i", title: "t", status: "active", categories: ["c"],
                period: PlanPeriod(start: "2020"),
                activities: [PlanActivity(description: "d", status: "s", isDisputed: true)],
                goals: ["g"], conflicts: ["c"],
                elements: [
                    PlanElement(element: "e", part: "p", conflictClass: "U", values: []),
                    PlanElement(element: "e", values: []),
                ], resource: "{}"))
    }

    @Test("say the same after they travelled: versions of a plan")
    func planVersions() throws {
        try RoundTrip.expectSame(PlanHistoryRequest(id: "i", limit: 3))
        try RoundTrip.expectSame(PlanDifferenceRequest(id: "i"))
        try RoundTrip.expectSame(PlanDifferenceRequest(id: "i", from: 1, to: 2))
        let version = PlanVersion(
            number: 2, kind: "changed", isDisputed: true, acceptedMilliseconds: 1, authors: [],
            changedParts: [
                PlanPart(element: "e", part: "p", isDisputed: true), PlanPart(element: "e"),
            ])
        try RoundTrip.expectSame(PlanHistory(id: "i", total: 2, versions: [version]))
        let element = PlanElement(element: "e", part: "p", state: "disputed", values: [])
        try RoundTrip.expectSame(
            PlanDifference(
                id: "i", from: version, to: version,
                parts: [
                    PlanPartDifference(element: "e", part: "p", before: element),
                    PlanPartDifference(element: "e", after: element),
                ]))
    }

    @Test("a history lists from 1 to 1,000 versions", arguments: [0, -1, 1_001, .max])
    func historyLimits(limit: Int) throws {
        for limit in [1, 50, 1_000] { try PlanHistoryRequest(id: "i", limit: limit).check() }
        #expect(throws: ControlFailure.self) {
            try PlanHistoryRequest(id: "i", limit: limit).check()
        }
    }

    @Test("say the same after they travelled: conflicts")
    func conflictValues() throws {
        try RoundTrip.expectSame(ConflictFilter())
        try RoundTrip.expectSame(ConflictFilter(patient: "p", includesReview: true))
        try RoundTrip.expectSame(ConflictReference(conflict: "i"))
        let item = ConflictItem(
            id: "i", conflictClass: "U", kind: "siblings", resourceType: "CarePlan",
            resource: "r", patient: "p", element: "CarePlan status", part: "e", sites: ["a", "b"],
            sinceMilliseconds: 1, dueMilliseconds: 2, mayResolve: "m", roles: ["o"])
        try RoundTrip.expectSame(item)
        try RoundTrip.expectSame(
            ConflictDetail(
                item: item,
                values: [
                    ConflictValue(
                        element: "e", part: "p", text: "t",
                        authors: [
                            ConflictAuthor(
                                site: "s", sourceSystem: "y", practitioner: "p", role: "r",
                                recordedMilliseconds: 1, reason: "w",
                                together: ["Goal"])
                        ])
                ], choices: [ConflictChoice(id: "0", decision: "value", text: "t")],
                takesValue: true))
        try RoundTrip.expectSame(
            ConflictResolution(
                conflict: "i", choice: "1", practitioner: "p", role: "r", reason: "w"))
        try RoundTrip.expectSame(
            ConflictResolution(
                conflict: "i", value: "{}", practitioner: "p", role: "r", reason: "w"))
        try RoundTrip.expectSame(
            ConflictResolved(
                conflict: "i", resourceType: "Goal", resource: "r", patient: "p", stillOpen: 1))
    }

    @Test("a decision names one choice or one value, a person, a role and a reason")
    func decisions() throws {
        let good = ConflictResolution(
            conflict: "i", choice: "1", practitioner: "p", role: "r", reason: "w")
        try good.check()
        let wrong: [(inout ConflictResolution) -> Void] = [
            { $0.choice = nil }, { $0.choice = "" }, { $0.value = "{}" }, { $0.practitioner = "" },
            { $0.practitioner = "p\u{1B}[31m" }, { $0.role = String(repeating: "r", count: 257) },
            { $0.role = "a\nb" }, { $0.role = "a" + String(repeating: "\u{301}", count: 200) },
            { $0.reason = "" },
            { $0.reason = String(repeating: "w", count: 4_097) },
            { ($0.choice, $0.value) = (nil, String(repeating: "v", count: (256 << 10) + 1)) },
        ]
        for change in wrong {
            var resolution = good
            change(&resolution)
            #expect(throws: ControlFailure.self) { try resolution.check() }
        }
    }

    @Test("have one encoding, without members for what is absent")
    func bytes() throws {
        let line = try ControlCoding.encodeLine(
            ImportLine.unit(
                UnitReport(
                    kind: .line, position: 2, outcome: .applied, resources: 1, created: 1,
                    changed: 0, unchanged: 0)))
        let text = String(decoding: line, as: UTF8.self)
        #expect(
            text == """
                {"unit":{"changed":0,"created":1,"kind":"line","outcome":"applied","position":2,\
                "resources":1,"unchanged":0}}

                """)
    }

    @Test(
        "an import line has exactly one member",
        arguments: [
            "{}", #"{"progress":{"done":1,"total":2},"failure":null}"#, #"{"other":1}"#, "[]",
        ])
    func malformedLine(text: String) {
        #expect(throws: (any Error).self) {
            try ControlCoding.decode(ImportLine.self, from: text.utf8)
        }
    }

    @Test("a body that cannot be read is a bad request that repeats nothing of it")
    func malformedBody() {
        let failure = #expect(throws: ControlFailure.self) {
            try ControlCoding.decodeRequest(PatientQuery.self, from: Array("\"Secret\"".utf8))
        }
        #expect(failure?.code == .badRequest)
        #expect(failure?.description.contains("Secret") == false)
    }
}
