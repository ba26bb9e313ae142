import Interchange
import Testing

@Suite struct ReferenceTests {
    private func references(_ texts: [String]) throws -> [ReferenceDraft] {
        let list = texts.map { #"{"reference":"\#($0)"}"# }.joined(separator: ",")
        return try Fixture.resource(#"{"resourceType":"Group","x":[\#(list)]}"#).references
    }

    @Test(
        "a reference outside the unit keeps what it says",
        arguments: [
            ("Patient/1", ReferenceDraft.literal(type: "Patient", id: "1", base: nil)),
            ("Patient/1/_history/3", .literal(type: "Patient", id: "1", base: nil)),
            (
                "https://a.example/fhir/Patient/1",
                .literal(type: "Patient", id: "1", base: "https://a.example/fhir")
            ),
            (
                "http://a.example/Patient/1/_history/2",
                .literal(type: "Patient", id: "1", base: "http://a.example")
            ),
            ("urn:uuid:x", .urn("urn:uuid:x")), ("urn:oid:1.2.3", .urn("urn:oid:1.2.3")),
            ("urn:isbn:1", .other), ("Patient", .other), ("/Patient/1", .other),
            ("patient/1", .other), ("Patient/1/2", .other), ("Patient/a_b", .other),
            ("", .other), ("ftp://a.example/Patient/1", .other), ("http://Patient/1", .other),
            ("Patient/1#x", .other), ("https://a.example/fhir/Patient?x=1", .other),
            ("Patient?", .other), ("Patient?identifier", .other), ("Patient?a=%F", .other),
            ("Patient?a=%FF", .other),
            (
                "Patient?a=b%7Cc&d=",
                .conditional(
                    ConditionalReference(
                        type: "Patient",
                        parameters: [.init(name: "a", value: "b|c"), .init(name: "d", value: "")]))
            ),
        ])
    func outside(_ text: String, _ draft: ReferenceDraft) throws {
        #expect(try references([text, text]) == [draft, draft])
    }

    @Test("a reference or query longer than a URL is not looked into")
    func length() throws {
        func reference(_ count: Int) -> String {
            "Patient?a=" + String(repeating: "b", count: count)
        }
        guard case .conditional = try references([reference(8_182)])[0] else {
            Issue.record("a reference of 8 KiB was not read")
            return
        }
        #expect(try references([reference(8_183)]) == [.other])
        let query = "a=" + String(repeating: "b", count: 8_191)
        let entry =
            #"{"resource":{"resourceType":"Group"},"request":{"method":"POST","#
            + #""url":"Group","ifNoneExist":"\#(query)"}}"#
        let refusal = Fixture.refusal(Fixture.bundle("transaction", [entry]))
        #expect(refusal?.rule == .ifNoneExistInvalid)
    }

    @Test("references are listed in document order, contained ones left out")
    func order() throws {
        let draft = try Fixture.resource(
            #"""
            {"resourceType":"Group","contained":[{"resourceType":"Group","id":"c",
             "managingEntity":{"reference":"Organization/1"}}],"a":{"reference":"#c"},
             "b":[{"reference":"Organization/2","c":{"reference":"x"}}],"reference":7,
             "d":{"reference":{"reference":"Organization/3"}},"e":["reference"]}
            """#)
        #expect(
            draft.references == [
                .literal(type: "Organization", id: "1", base: nil),
                .literal(type: "Organization", id: "2", base: nil), .other,
                .literal(type: "Organization", id: "3", base: nil),
            ])
    }

    @Test("a unit resolves fullUrls, relative references and versions")
    func inside() throws {
        let base = "https://a.example/fhir"
        let entries = try Fixture.collection(
            #"{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","id":"1"}}"#,
            #"{"fullUrl":"\#(base)/Group/2","resource":{"resourceType":"Group","id":"2"}}"#,
            #"{"fullUrl":"\#(base)/Flag/3","resource":{"resourceType":"Flag","x":["#
                + [
                    "urn:uuid:p", "Patient/1", "\(base)/Group/2", "Group/2", "Group/2/_history/9",
                    "\(base)/Group/2/_history/1", "https://b.example/Group/2", "urn:uuid:q",
                    "Flag/3",
                ].map { #"{"reference":"\#($0)"}"# }.joined(separator: ",") + "]}}")
        #expect(
            entries[2].references == [
                .entry(0), .entry(0), .entry(1), .entry(1), .entry(1), .entry(1),
                .literal(type: "Group", id: "2", base: "https://b.example"), .urn("urn:uuid:q"),
                .entry(2),
            ])
    }

    @Test("one Type/id at two servers is told apart by the base, and is nobody's without")
    func ambiguous() throws {
        func group(_ base: String) -> String {
            #"{"fullUrl":"\#(base)/Group/1","resource":{"resourceType":"Group","id":"1","#
                + #""x":{"reference":"Group/1"}}}"#
        }
        let entries = try Fixture.collection(
            group("https://a.example"), group("https://b.example"),
            #"{"resource":{"resourceType":"Group","x":{"reference":"Group/1"}}}"#)
        #expect(
            entries.map(\.references) == [
                [.entry(0)], [.entry(1)], [.literal(type: "Group", id: "1", base: nil)],
            ])
    }

    @Test("what an entry is called: fullUrl, else type and id, else nothing")
    func sourceIDs() throws {
        let entries = try Fixture.transaction(
            Fixture.post("Group", url: "urn:uuid:a", #""id":"1""#),
            Fixture.post("Group", #""id":"2""#), Fixture.post("Group"),
            Fixture.put("Group", id: "4"), #"{"request":{"method":"DELETE","url":"Group/5"}}"#)
        #expect(entries.map(\.sourceID) == ["urn:uuid:a", "Group/2", nil, "Group/4", "Group/5"])
        #expect(
            entries.map(\.method) == [
                .post(ifNoneExist: nil), .post(ifNoneExist: nil), .post(ifNoneExist: nil),
                .put(id: "4"), .delete(type: "Group", id: "5"),
            ])
        #expect(entries[4].value.isEmpty)
        #expect(entries[4].home == .alongside([.literal(type: "Group", id: "5", base: nil)]))
    }

    @Test(
        "an identifier query is understood exactly",
        arguments: [
            ("s|v", IdentifierDraft(system: "s", value: "v")),
            ("v", IdentifierDraft(system: nil, value: "v")),
            ("|v", IdentifierDraft(system: "", value: "v")),
            (#"s\|t|v\,w\\"#, IdentifierDraft(system: "s|t", value: #"v,w\"#)),
            ("s|", nil), ("", nil), ("s|v,t|w", nil), ("a|b|c", nil), (#"v\"#, nil),
        ])
    func identifierQuery(_ value: String, _ identifier: IdentifierDraft?) {
        func query(_ names: String...) -> ConditionalReference {
            ConditionalReference(
                type: "Practitioner", parameters: names.map { .init(name: $0, value: value) })
        }
        #expect(query("identifier").identifier == identifier)
        #expect(query("identifier:exact").identifier == nil)
        #expect(query("identifier", "identifier").identifier == nil)
    }

    @Test("a conditional create keeps its query, with or without its question mark")
    func ifNoneExist() throws {
        for mark in ["", "?"] {
            let draft = try Fixture.transaction(
                #"{"resource":{"resourceType":"Group"},"request":{"method":"POST","#
                    + #""url":"Group","ifNoneExist":"\#(mark)identifier=http%3A//s|v%20w"}}"#)[0]
            guard case .post(let query?) = draft.method else {
                Issue.record("the query is gone")
                return
            }
            #expect(query.type == "Group")
            #expect(query.identifier == IdentifierDraft(system: "http://s", value: "v w"))
        }
    }

    @Test("identifiers with system and value are listed, others left out")
    func identifiers() throws {
        let draft = try Fixture.resource(
            #"""
            {"resourceType":"Group","identifier":[{"system":"s","value":"1"},{"value":"2"},
             {"system":"s"},{"system":"","value":"3"},{"system":7,"value":"4"},5,
             {"system":"t","value":"\u0036"}]}
            """#)
        #expect(
            draft.identifiers == [
                IdentifierDraft(system: "s", value: "1"), IdentifierDraft(system: "t", value: "6"),
            ])
    }
}
