import Interchange
import StrictJSON
import Testing

@Suite struct ReadingTests {
    private func document(_ text: String) throws -> JSONDocument {
        try JSONDocument(Array(text.utf8))
    }

    @Test("demographics are read as given")
    func demographics() throws {
        let patient = try document(
            #"""
            {"resourceType":"Patient","name":[{"use":"official","family":"Fam","given":["A","B"]},
             {"text":"T"},7],"gender":"other","birthDate":"1970-01","deceasedBoolean":false,
             "identifier":[{"system":"s","value":"v"},{"value":"w"}]}
            """#)
        let read = try #require(Demographics.read(patient))
        #expect(read.names.map(\.family) == ["Fam", nil])
        #expect(read.names.map(\.given) == [["A", "B"], []])
        #expect(read.names.map(\.text) == [nil, "T"])
        #expect(read.names.map(\.use) == ["official", nil])
        #expect(read.gender == "other" && read.birthDate == "1970-01")
        #expect(read.deceased == .stated(false))
        #expect(read.identifiers == [IdentifierDraft(system: "s", value: "v")])
        let dated = try document(#"{"resourceType":"Patient","deceasedDateTime":"2001"}"#)
        #expect(Demographics.read(dated)?.deceased == .at("2001"))
        #expect(Demographics.read(try document(#"{"resourceType":"Group"}"#)) == nil)
    }

    @Test(
        "a summary says what, how and when",
        arguments: [
            (
                #""resourceType":"Observation","status":"final","code":{"text":"c"},"#
                    + #""issued":"2","effectiveDateTime":"1""#, ["c", "final", "1"]
            ),
            (
                #""resourceType":"Condition","clinicalStatus":{"coding":[{"code":"active"}]},"#
                    + #""code":{"coding":[{"code":"k"},{"display":"d"}]},"#
                    + #""onsetPeriod":{"start":"3"}"#,
                ["d", "active", "3"]
            ),
            (
                #""resourceType":"MedicationRequest","status":"active","authoredOn":"4","#
                    + #""medicationReference":{"display":"m"}"#, ["m", "active", "4"]
            ),
            (
                #""resourceType":"Encounter","class":{"code":"AMB"},"period":{"start":"5"}"#,
                ["AMB", nil, "5"]
            ),
            (
                #""resourceType":"Goal","lifecycleStatus":"active","description":{"text":"g"},"#
                    + #""startDate":"6""#, ["g", "active", "6"]
            ),
            (
                #""resourceType":"Patient","name":[{"given":["A"],"family":"B"}],"birthDate":"7""#,
                ["A B", nil, "7"]
            ),
            (#""resourceType":"Organization","name":"o""#, ["o", nil, nil]),
            (#""resourceType":"NotYetKnown","date":"8","code":7"#, [nil, nil, "8"]),
        ] as [(String, [String?])])
    func summaries(_ members: String, _ expected: [String?]) throws {
        let summary = try #require(ResourceSummary.read(try document("{\(members)}")))
        #expect([summary.title, summary.status, summary.date] == expected)
    }

    @Test("a plan's outline lists goals and activities in order")
    func plan() throws {
        let outline = try #require(
            CarePlanOutline.read(
                try document(
                    #"""
                    {"resourceType":"CarePlan","status":"active","intent":"plan","title":"t",
                     "category":[{"text":"c"},{"coding":[{"code":"k"}]}],
                     "period":{"start":"1","end":"2"},"goal":[{"reference":"#g"},{"display":"x"}],
                     "activity":[{"detail":{"status":"scheduled","description":"d"}},
                     {"reference":{"reference":"Task/1","display":"r"}},
                     {"detail":{"code":{"text":"e"},"doNotPerform":true}}]}
                    """#)))
        #expect(outline.title == "t" && outline.status == "active" && outline.intent == "plan")
        #expect(outline.categories == ["c", "k"])
        #expect(outline.periodStart == "1" && outline.periodEnd == "2")
        #expect(outline.goals == ["#g"])
        #expect(outline.activities.map(\.description) == ["d", "r", "e"])
        #expect(outline.activities.map(\.reference) == [nil, "Task/1", nil])
        #expect(outline.activities.map(\.status) == ["scheduled", nil, nil])
        #expect(outline.activities.map(\.isProhibited) == [false, false, true])
        #expect(CarePlanOutline.read(try document(#"{"resourceType":"Goal"}"#)) == nil)
    }
}
