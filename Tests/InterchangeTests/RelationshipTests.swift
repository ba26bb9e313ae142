import Interchange
import StrictJSON
import Testing

@Suite struct RelationshipTests {
    static let day: Int64 = 86_400_000
    /// 2026-03-01T00:00:00Z.
    static let march: Int64 = 1_772_323_200_000

    private func drafts(_ type: String, _ members: String) throws -> [RelationshipDraft] {
        let document = try JSONDocument(
            Array(#"{"resourceType":"\#(type)",\#(members)}"#.utf8))
        return RelationshipDraft.all(of: document.root, type: type, in: document)
    }

    static let organization = #"{"reference":"Organization/o"}"#

    @Test(
        "the elements of the table speak for an organisation",
        arguments: [
            (
                "Patient",
                #""generalPractitioner":[{"reference":"Organization/a"}],"#
                    + #""managingOrganization":{"reference":"Organization/b"}"#,
                "registered-practice", ["Organization/a", "Organization/b"]
            ),
            (
                "CarePlan",
                #""status":"active","custodian":{"reference":"Organization/c"},"#
                    + #""contributor":[{"reference":"Practitioner/x"},"#
                    + #"{"reference":"Organization/b"}],"author":{"reference":"Organization/a"}"#,
                "plan-custodian", ["Organization/a", "Organization/b", "Organization/c"]
            ),
            (
                "CareTeam",
                #""participant":[{"member":{"reference":"Practitioner/x"},"#
                    + #""onBehalfOf":{"reference":"Organization/a"}},"#
                    + #"{"member":{"reference":"Organization/b"}},7],"#
                    + #""managingOrganization":[{"reference":"Organization/c"}]"#,
                "care-team-member", ["Organization/a", "Organization/b", "Organization/c"]
            ),
            (
                "Encounter", #""status":"arrived","serviceProvider":\#(organization)"#,
                "encounter", ["Organization/o"]
            ),
            (
                "EpisodeOfCare", #""status":"onhold","managingOrganization":\#(organization)"#,
                "episode", ["Organization/o"]
            ),
        ])
    func elements(
        _ type: String, _ members: String, _ kind: String, _ references: [String]
    ) throws {
        let found = try drafts(type, members)
        #expect(found.map(\.reference) == references)
        for draft in found {
            #expect(draft.kind.rawValue == kind)
            #expect(draft.endMilliseconds == nil)
            #expect(draft.identifier == nil)
        }
    }

    @Test(
        "only what leads to an organisation, or may, counts",
        arguments: [
            (#"{"reference":"Organization/1"}"#, true),
            (#"{"reference":"Organization/1/_history/2"}"#, true),
            (#"{"reference":"https://h.example/fhir/Organization/1"}"#, true),
            (#"{"reference":"Organization?identifier=s|v"}"#, true),
            (#"{"reference":"urn:uuid:x"}"#, true),
            (#"{"reference":"urn:uuid:x","type":"Organization"}"#, true),
            (#"{"identifier":{"system":"s","value":"v"}}"#, true),
            (##"{"identifier":{"system":"s","value":"v"},"reference":"#o"}"##, true),
            (#"{"reference":"odd","type":"Organization"}"#, true),
            (#"{"reference":"odd"}"#, false),
            (#"{"reference":"Practitioner/1"}"#, false),
            (#"{"reference":"Practitioner/1","type":"Organization"}"#, false),
            (#"{"reference":"Practitioner?identifier=s|v"}"#, false),
            (#"{"reference":"Organization/1","type":"Practitioner"}"#, false),
            (#"{"reference":"urn:uuid:x","type":"Practitioner"}"#, false),
            (##"{"reference":"#o"}"##, false),
            (#"{"identifier":{"value":"v"}}"#, false),
            (#"{"display":"d"}"#, false),
            (#"{"reference":7}"#, false),
            (#""Organization/1""#, false),
        ])
    func organisations(_ reference: String, counts: Bool) throws {
        let found = try drafts("Patient", #""managingOrganization":\#(reference)"#)
        #expect(found.count == (counts ? 1 : 0))
    }

    @Test("a reference's identifier is read beside its text, and a contained one has no position")
    func identifiers() throws {
        let identifier = #""identifier":{"system":"s","value":"v"}"#
        let found = try drafts(
            "Patient",
            ##""generalPractitioner":[{\##(identifier),"reference":"#o"},{\##(identifier)},"##
                + #"{\#(identifier),"reference":"Organization/1"}]"#)
        #expect(found.map(\.identifier?.value) == ["v", "v", "v"])
        #expect(found.map(\.reference) == [nil, nil, "Organization/1"])
        #expect(found.map(\.referenceIndex) == [nil, nil, 0])
    }

    @Test("positions are those of the entry's references")
    func positions() throws {
        let members =
            ##""subject":{"reference":"Patient/p"},"contained":[{"resourceType":"Basic","##
            + ##""x":{"reference":"Basic/b"}}],"author":{"reference":"#in"},"##
            + #""contributor":[{"reference":"Practitioner/x"},{"reference":"Organization/a"}],"#
            + #""status":"active","custodian":{"reference":"\u004frganization/b"}"#
        let entry = try Fixture.resource(
            #"{"resourceType":"CarePlan","id":"c",\#(members)}"#)
        let document = try JSONDocument(entry.value)
        let found = RelationshipDraft.all(of: document.root, type: "CarePlan", in: document)
        try #require(found.map(\.referenceIndex) == [3, 4])
        for draft in found {
            let index = try #require(draft.referenceIndex)
            guard case .literal(let type, let id, _) = entry.references[index] else {
                Issue.record("no literal reference")
                continue
            }
            #expect(draft.reference == "\(type)/\(id)")
        }
    }

    @Test(
        "a plan, an encounter or an episode that is over counts 30 days more",
        arguments: [
            ("CarePlan", "custodian", "draft", nil, nil),
            ("CarePlan", "custodian", "active", "2026-02-28", nil),
            ("CarePlan", "custodian", "completed", "2026-02-28", march + 30 * day),
            ("CarePlan", "custodian", "revoked", nil, 0),
            ("CarePlan", "custodian", "unknown", nil, 0),
            ("Encounter", "serviceProvider", "planned", nil, nil),
            ("Encounter", "serviceProvider", "onleave", nil, nil),
            (
                "Encounter", "serviceProvider", "finished", "2026-02-28T23:59:30Z",
                march - 30_000 + 30 * day
            ),
            ("Encounter", "serviceProvider", "cancelled", nil, 0),
            ("Encounter", "serviceProvider", "finished", "28.02.2026", 0),
            ("EpisodeOfCare", "managingOrganization", "waitlist", "2001", nil),
            ("EpisodeOfCare", "managingOrganization", "finished", "2026-02", march + 30 * day),
        ] as [(String, String, String, String?, Int64?)])
    func ending(
        _ type: String, _ member: String, _ status: String, _ end: String?, _ expected: Int64?
    ) throws {
        let period = end.map { #","period":{"start":"2020","end":"\#($0)"}"# } ?? ""
        let found = try drafts(
            type, #""status":"\#(status)","\#(member)":\#(Self.organization)\#(period)"#)
        try #require(found.count == 1)
        #expect(found[0].endMilliseconds == expected)
    }

    @Test("what is entered in error, and every other type, says nothing")
    func none() throws {
        for (type, member) in [
            ("CarePlan", "custodian"), ("CareTeam", "managingOrganization"),
            ("Encounter", "serviceProvider"), ("EpisodeOfCare", "managingOrganization"),
        ] {
            let found = try drafts(
                type, #""status":"entered-in-error","\#(member)":\#(Self.organization)"#)
            #expect(found.isEmpty)
        }
        for type in ["Practitioner", "Claim", "Organization"] {
            let found = try drafts(type, #""managingOrganization":\#(Self.organization)"#)
            #expect(found.isEmpty)
        }
        #expect(
            try drafts(
                "CareTeam",
                #""status":"proposed","managingOrganization":\#(Self.organization)"#
            ).isEmpty)
    }

    @Test("a status that is absent or not a text is over, but for a team")
    func noStatus() throws {
        for status in ["", #""status":7,"#] {
            let found = try drafts(
                "Encounter", status + #""serviceProvider":\#(Self.organization)"#)
            #expect(found.map(\.endMilliseconds) == [0])
        }
        let team = #""managingOrganization":\#(Self.organization)"#
        #expect(try drafts("CareTeam", team).map(\.endMilliseconds) == [nil])
        #expect(try drafts("CareTeam", #""status":7,"# + team).map(\.endMilliseconds) == [0])
        #expect(
            try drafts("CareTeam", #""status":"inactive","# + team).map(\.endMilliseconds) == [0])
    }

    @Test("a member's time ends with its own period or the team's, whichever is earlier")
    func team() throws {
        let found = try drafts(
            "CareTeam",
            #""status":"active","period":{"end":"2026-03"},"participant":["#
                + #"{"member":\#(Self.organization)},"#
                + #"{"member":\#(Self.organization),"period":{"end":"2026-02-28"}},"#
                + #"{"member":\#(Self.organization),"period":{"end":"2026-05"}},"#
                + #"{"member":\#(Self.organization),"period":{"end":"soon"}}]"#)
        let april = Self.march + 31 * Self.day
        #expect(found.map(\.endMilliseconds) == [april, Self.march, april, 0])
    }
}
