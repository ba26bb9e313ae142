import CareRecord
import StrictJSON
import Testing

@testable import ConflictResolver

/// What a client puts, compared with what it was rendered. All content is invented.
@Suite("What a client changes")
struct WritingClientTests {
    private static func plan(_ status: String, _ title: String, _ activity: String = "") -> String {
        #"{"resourceType":"CarePlan","status":"\#(status)","intent":"plan","title":"\#(title)","#
            + #""subject":{"reference":"Patient/p"}\#(activity)}"#
    }

    private static let id = "00000000-0000-4000-8000-000000000001"

    private static func visit(_ text: String) -> String {
        #","activity":[{"id":"\#(id)","detail":{"status":"scheduled","description":"\#(text)"}}]"#
    }

    /// Two sources that say different things; their statuses are class H, their headings class F.
    private static func apart() throws -> Desk {
        var desk = Desk("CarePlan")
        try desk.send(plan("revoked", "t"), by: 1)
        try desk.send(plan("active", "u"), by: 2)
        #expect(desk.view.letter("status") == "H" && desk.view.letter("heading") == "F")
        return desk
    }

    @Test("of class F the value that stood is replaced, the others stay")
    func flagged() throws {
        var desk = try Self.apart()
        let (first, second) = (desk.view.texts("heading")[0], desk.view.texts("heading")[1])
        let shown = try #require(desk.view.root.element(Facet("heading"))?.siblings[0].heads)
        let changes = try desk.put(Self.edited(desk.json, "title", #""v""#), by: 5)
        #expect(changes.map(\.line) == ["changed CarePlan/heading"])
        #expect(changes[0].supersedes == shown)
        #expect(Set(desk.view.texts("heading")) == [#"{"title":"v"}"#, second])
        #expect(!desk.view.texts("heading").contains(first))
        // Who was shown all of them replaces all.
        let all = try desk.put(Self.edited(desk.json, "title", #""w""#), by: 6, isAware: true)
        #expect(all[0].supersedes.count == 2)
        #expect(desk.view.texts("heading") == [#"{"title":"w"}"#])
    }

    @Test("what is disputed gets a further value, and only its writer's own is replaced")
    func disputed() throws {
        var desk = try Self.apart()
        let heads = desk.heads("status")
        let first = try desk.put(Self.edited(desk.json, "status", #""on-hold""#), by: 5)
        #expect(first.map(\.line) == ["changed CarePlan/status"])
        #expect(first[0].supersedes.isEmpty)
        #expect(Set(heads).isSubset(of: desk.heads("status")))
        #expect(desk.view.texts("status").count == 3)
        // The same again is nothing; another value takes the place of the client's own.
        #expect(try desk.put(Self.edited(desk.json, "status", #""on-hold""#), by: 5).isEmpty)
        let own = Set(desk.heads("status")).subtracting(heads)
        let second = try desk.put(Self.edited(desk.json, "status", #""draft""#), by: 5)
        #expect(Set(second[0].supersedes) == own)
        // Left out, what is disputed is not omitted.
        #expect(try desk.put(Self.edited(desk.json, "status", nil), by: 5).isEmpty)
    }

    @Test("a warning that stands while it is disputed is not replaced")
    func warnings() throws {
        var desk = Desk("AllergyIntolerance")
        func allergy(_ text: String) -> String {
            #"{"resourceType":"AllergyIntolerance","code":{"text":"\#(text)"}}"#
        }
        try desk.send(allergy("a"), by: 1)
        try desk.send(allergy("b"), by: 2)
        let heads = desk.heads("substance")
        #expect(desk.view.letter("substance") == "H")
        #expect(try desk.put(Self.edited(desk.json, "code", nil), by: 5).isEmpty)
        let changes = try desk.put(Self.edited(desk.json, "code", #"{"text":"c"}"#), by: 5)
        #expect(changes.map(\.line) == ["changed AllergyIntolerance/substance"])
        #expect(changes[0].supersedes.isEmpty)
        #expect(Set(heads).isSubset(of: desk.heads("substance")))
    }

    @Test("a client that is aware of conflicts was shown every head")
    func aware() throws {
        var desk = try Self.apart()
        let heads = desk.heads("status")
        #expect(try desk.put(desk.json, by: 5, isAware: true).isEmpty)
        let changes = try desk.put(
            Self.edited(desk.json, "status", #""on-hold""#), by: 5, isAware: true)
        #expect(changes[0].supersedes == heads)
        #expect(desk.view.texts("status") == [#"{"status":"on-hold"}"#])
    }

    @Test("what came after the rendering is not replaced")
    func inBetween() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan("active", "t", Self.visit("a")))
        let (json, shown) = (desk.json, desk.rendered(to: 5, isAware: true))
        try desk.send(Self.plan("active", "u", Self.visit("b")))
        let body = Self.edited(json, "title", #""v""#)
        let changes = try desk.differences(of: body, from: shown)
        desk.write(changes, by: 5)
        #expect(Set(desk.view.texts("heading")) == [#"{"title":"u"}"#, #"{"title":"v"}"#])
        #expect(changes.map(\.line) == ["changed CarePlan/heading"])
    }

    @Test("what was rendered and is missing is omitted, once for each writer")
    func omitted() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan("active", "t", Self.visit("a")))
        let bare = Self.edited(Self.edited(desk.json, "activity", nil), "title", nil)
        let changes = try desk.put(bare, by: 5)
        #expect(
            changes.map(\.line) == [
                "omitted CarePlan/heading", "omitted CarePlan.activity/existence",
            ])
        #expect(desk.view.root.element(Facet("heading")) != nil)
        #expect(try desk.put(bare, by: 5).isEmpty)
        #expect(try desk.put(bare, by: 6).count == 2)
        #expect(try desk.put(desk.json, by: 5).isEmpty)
    }

    @Test("what ended and was not rendered is not omitted, and does not come back with its id")
    func hidden() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan("active", "t", Self.visit("a")))
        let old = desk.json
        let part = try #require(desk.parts("CarePlan.activity").first)
        desk.write(
            [
                WritingChange(
                    PartElement(part: part, facet: .existence), .assign, Array(#""ended""#.utf8),
                    replacing: desk.heads("existence", of: part),
                    inSightOf: desk.heads("body", of: part))
            ], by: 1)
        #expect(try desk.put(desk.json, by: 5).isEmpty)
        #expect(try desk.put(old, by: 5).isEmpty)
        #expect(desk.view.part(part)?.presence == .ended)
    }

    @Test("an ending covers the instructions that were shown, and none that is disputed")
    func covers() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan("active", "t", Self.visit("a")), by: 1)
        let part = try #require(desk.parts("CarePlan.activity").first)
        let body = desk.heads("body", of: part)
        let revoked = Self.edited(desk.json, "status", #""revoked""#)
        #expect(try desk.differences(of: revoked, from: desk.rendered(to: 5))[0].covers == body)
        desk.write(
            [
                WritingChange(
                    PartElement(part: part, facet: Facet("body")), .assign,
                    Array(#"{"detail":{"description":"b"}}"#.utf8))
            ], by: 2)
        let disputed = Self.edited(desk.json, "status", #""revoked""#)
        let plain = try desk.differences(of: disputed, from: desk.rendered(to: 5))
        #expect(plain.map(\.covers) == [[]])
        let aware = try desk.differences(of: disputed, from: desk.rendered(to: 5, isAware: true))
        #expect(aware.map(\.covers.count) == [2])
    }

    @Test("what a projection adds is nobody's value")
    func marks() throws {
        var desk = try Self.apart()
        desk.write(
            [
                WritingChange(
                    PartElement(part: desk.root, facet: .rest), .assign,
                    Array(#"{"intent":"plan","created":"2026"}"#.utf8),
                    replacing: desk.heads("rest"))
            ], by: 1)
        let body = Self.edited(desk.json, "created", #""2027""#)
        let changes = try desk.put(body, by: 5)
        #expect(changes.map(\.text) == [#"{"created":"2027","intent":"plan"}"#])
        var report = Desk("Observation")
        try report.send(#"{"resourceType":"Observation","status":"final"}"#, by: 1)
        try report.send(#"{"resourceType":"Observation","status":"amended"}"#, by: 2)
        let heads = report.heads("item")
        let written = try report.put(
            Self.edited(report.json, "valueString", #""v""#), by: 5)
        #expect(written[0].supersedes.isEmpty)
        #expect(!written[0].text.contains("accord") && !written[0].text.contains("DISPUTED"))
        #expect(Set(heads).isSubset(of: report.heads("item")))
    }

    @Test("a body of other identity is refused, also where the rest is disputed")
    func identity() throws {
        let desk = try Self.apart()
        var other = desk
        #expect(throws: WriteRefusal(rule: .identityChanged, member: "intent")) {
            try other.put(Self.edited(desk.json, "intent", #""order""#), by: 5)
        }
    }

    /// A body with another value of one member, or without it.
    private static func edited(_ json: String, _ name: String, _ value: String?) -> String {
        let members = WrittenObject(Array(json.utf8))?.members ?? []
        var found = members.filter { $0.text != name }
            .map { "\"\($0.text)\":" + String(decoding: $0.bytes, as: UTF8.self) }
        if let value { found.append("\"\(name)\":\(value)") }
        return "{\(found.joined(separator: ","))}"
    }
}
