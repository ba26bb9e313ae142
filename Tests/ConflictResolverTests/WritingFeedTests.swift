import CareRecord
import StrictJSON
import Testing

@testable import ConflictResolver

/// What a feed sends, compared with what it sent last. All content is invented.
@Suite("What a feed changes")
struct WritingFeedTests {
    private static func plan(
        _ activities: String = "", status: String = "active", title: String = "t",
        rest: String = ""
    ) -> String {
        #"{"resourceType":"CarePlan","status":"\#(status)","intent":"plan","title":"\#(title)","#
            + #""subject":{"reference":"Patient/p"},"meta":{"versionId":"\#(title)"}\#(rest)"#
            + (activities.isEmpty ? "}" : #","activity":[\#(activities)]}"#)
    }

    private static func visit(_ text: String, id: String = "", status: String = "scheduled")
        -> String
    {
        (id.isEmpty ? "{" : #"{"id":"\#(id)","#)
            + #""detail":{"status":"\#(status)","description":"\#(text)"}}"#
    }

    private static func uuid(_ number: Int) -> String {
        "00000000-0000-4000-8000-00000000000\(number)"
    }

    private static func lines(_ changes: [WritingChange]) -> [String] { changes.map(\.line) }

    @Test("an id that counts places does not take a stop to what stands there now")
    func places() throws {
        var desk = Desk("CarePlan")
        let stop = Self.visit("a", id: "1", status: "stopped")
        try desk.send(Self.plan(stop + "," + Self.visit("b", id: "2")))
        let moved = Self.visit("a", id: "2", status: "stopped")
        #expect(try desk.send(Self.plan(Self.visit("b", id: "1") + "," + moved)).isEmpty)
    }

    // MARK: - Facets

    @Test("what was never sent is written as given; what is sent again unchanged is nothing")
    func firstAndSame() throws {
        var desk = Desk("CarePlan")
        let first = try desk.send(Self.plan(Self.visit("a")))
        #expect(Self.lines(first) == ["created CarePlan/*"])
        #expect(first[0].text == Self.plan(Self.visit("a")))
        #expect(try desk.send(Self.plan(Self.visit("a"))).isEmpty)
        // Neither the order of members nor how it is shown is compared.
        let other =
            #"{"text":{"status":"empty"},"title":"t","subject":{"reference":"Patient/p"},"#
            + #""activity":[{"detail":{"description":"a","status":"scheduled"}}],"#
            + #""intent":"plan","status":"active","resourceType":"CarePlan","language":"en"}"#
        #expect(try desk.send(other).isEmpty)
    }

    @Test("a facet that differs is one change, in the place of what its source sent")
    func oneFacet() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan())
        let created = desk.heads("heading")
        let changes = try desk.send(Self.plan(title: "u"))
        #expect(Self.lines(changes) == ["changed CarePlan/heading"])
        #expect(changes[0].text == #"{"title":"u"}"#)
        #expect(changes[0].supersedes == created)
        #expect(desk.view.texts("heading") == [#"{"title":"u"}"#])
        #expect(desk.view.conflicts.isEmpty)
        // A facet that is new replaces nothing.
        let new = try desk.send(Self.plan(title: "u", rest: #","author":{"display":"d"}"#))
        #expect(Self.lines(new) == ["changed CarePlan/custodian"])
        #expect(new[0].supersedes.isEmpty)
    }

    @Test("what others wrote in between is never replaced")
    func others() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan())
        let heads = desk.heads("heading")
        let theirs = desk.write(
            [
                WritingChange(
                    PartElement(part: desk.root, facet: Facet("heading")), .assign,
                    Array(#"{"title":"x"}"#.utf8), replacing: heads)
            ], by: 2)
        // Theirs stands while the source says what it said.
        #expect(try desk.send(Self.plan()).isEmpty)
        let changes = try desk.send(Self.plan(title: "u"))
        #expect(changes[0].supersedes == heads)
        #expect(Set(desk.view.texts("heading")) == [#"{"title":"u"}"#, #"{"title":"x"}"#])
        #expect(desk.heads("heading").contains(theirs[0]))
    }

    @Test("what is left out stays, is said once, and closes when it is sent again")
    func omitted() throws {
        var desk = Desk("CarePlan")
        let author = #","author":{"display":"d"}"#
        try desk.send(Self.plan(rest: author))
        let heads = desk.heads("custodian")
        let changes = try desk.send(Self.plan())
        #expect(Self.lines(changes) == ["omitted CarePlan/custodian"])
        #expect(changes[0].supersedes == heads && changes[0].value.isEmpty)
        #expect(desk.view.texts("custodian") == [#"{"author":{"display":"d"}}"#])
        #expect(desk.view.found == ["F omitted"])
        #expect(try desk.send(Self.plan()).isEmpty)
        let again = try desk.send(Self.plan(rest: author))
        #expect(Self.lines(again) == ["changed CarePlan/custodian"])
        #expect(again[0].supersedes == heads)
        #expect(desk.view.conflicts.isEmpty)
        #expect(try desk.send(Self.plan(rest: author)).isEmpty)
        #expect(Self.lines(try desk.send(Self.plan())) == ["omitted CarePlan/custodian"])
    }

    @Test("values that a source sent apart differ from whatever it sends next")
    func severalValues() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan())
        let heading = PartElement(part: desk.root, facet: Facet("heading"))
        desk.write([WritingChange(heading, .assign, Array(#"{"title":"u"}"#.utf8))], by: 1)
        let heads = desk.heads("heading")
        #expect(heads.count == 2)
        let changes = try desk.send(Self.plan())
        #expect(changes[0].supersedes == heads)
        #expect(desk.view.texts("heading") == [#"{"title":"t"}"#])
    }

    @Test("whose resource it is and what it is meant as cannot be changed")
    func identity() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan())
        let other = Self.plan().replacing("Patient/p", with: "Patient/q")
        #expect(throws: WriteRefusal(rule: .identityChanged, member: "subject")) {
            try desk.send(other)
        }
        #expect(throws: WriteRefusal(rule: .identityChanged, member: "intent")) {
            try desk.send(Self.plan().replacing(#""plan""#, with: #""order""#))
        }
        var report = Desk("Observation")
        try report.send(#"{"resourceType":"Observation","subject":{"reference":"Patient/p"}}"#)
        #expect(throws: WriteRefusal(rule: .identityChanged, member: "subject")) {
            try report.send(#"{"resourceType":"Observation","subject":{"reference":"Patient/q"}}"#)
        }
        #expect(WriteRefusal.Rule.allCases.map(\.code).count == 2)
    }

    @Test("a type that is one value is written whole, or not at all")
    func oneValue() throws {
        var desk = Desk("Observation")
        let first = #"{"resourceType":"Observation", "status":"final","meta":{"versionId":"1"}}"#
        try desk.send(first)
        #expect(try desk.send(first.replacing(#""1""#, with: #""2""#)).isEmpty)
        let heads = desk.heads("item")
        let second = #"{"resourceType":"Observation", "status":"amended"}"#
        let changes = try desk.send(second)
        #expect(Self.lines(changes) == ["changed Observation/*"])
        #expect(changes[0].text == second)
        #expect(changes[0].supersedes == heads)
        #expect(desk.view.texts("item") == [#"{"status":"amended"}"#])
        #expect(try desk.send(second).isEmpty)
    }

    // MARK: - Entities inside

    @Test("an activity is found by its id, and only what differs in it is written")
    func byID() throws {
        var desk = Desk("CarePlan")
        try desk.send(
            Self.plan(
                [Self.visit("a", id: Self.uuid(1)), Self.visit("b", id: "two")].joined(
                    separator: ",")))
        let parts = desk.parts("CarePlan.activity")
        let changes = try desk.send(
            Self.plan(
                [Self.visit("B", id: "two"), Self.visit("A", id: Self.uuid(1))].joined(
                    separator: ",")))
        #expect(Self.lines(changes) == Array(repeating: "changed CarePlan.activity/body", count: 2))
        #expect(changes.map(\.element.part) == [parts[1], parts[0]])
        #expect(desk.view.conflicts.isEmpty)
        // The id of a derived entity, as a projection has it.
        let id = parts[1].entity.description
        let third = try desk.send(
            Self.plan(
                [Self.visit("c", id: id), Self.visit("A", id: Self.uuid(1))].joined(separator: ","))
        )
        #expect(third.map(\.element.part) == [parts[1]])
    }

    @Test("without ids a reference, equal content or a code of its own tells an activity")
    func withoutIDs() throws {
        func coded(_ code: String, _ text: String) -> String {
            #"{"detail":{"status":"scheduled","code":{"coding":[{"code":"\#(code)"}]},"#
                + #""description":"\#(text)"}}"#
        }
        func request(_ number: Int, _ progress: String) -> String {
            #"{"reference":{"reference":"ServiceRequest/\#(number)"},"#
                + #""progress":[{"text":"\#(progress)"}]}"#
        }
        func all(_ items: [String]) -> String { Self.plan(items.joined(separator: ",")) }
        var desk = Desk("CarePlan")
        try desk.send(all([coded("x", "1"), request(1, "p"), Self.visit("same")]))
        let parts = desk.parts("CarePlan.activity")
        let changes = try desk.send(all([Self.visit("same"), request(1, "q"), coded("x", "2")]))
        #expect(
            Self.lines(changes) == [
                "created CarePlan.activity.progress/*",
                "omitted CarePlan.activity.progress/existence",
                "changed CarePlan.activity/body",
            ])
        #expect(changes[0].element.part.holder == parts[1].entity)
        #expect(changes[2].element.part == parts[0])
        #expect(desk.parts("CarePlan.activity") == parts)
        // A code that two have tells neither.
        try desk.send(all([Self.visit("same"), request(1, "q"), coded("x", "2"), coded("x", "3")]))
        #expect(throws: WriteRefusal(rule: .unmatchedInstruction, member: "activity")) {
            try desk.send(
                all([Self.visit("same"), request(1, "q"), coded("x", "3"), coded("x", "4")]))
        }
        #expect(throws: WriteRefusal(rule: .unmatchedInstruction, member: "activity")) {
            try desk.send(all([Self.visit("same"), request(1, "q"), coded("x", "5")]))
        }
    }

    @Test("an instruction that is missing beside one that is new is refused, not guessed")
    func unmatched() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan(Self.visit("a")))
        #expect(throws: WriteRefusal(rule: .unmatchedInstruction, member: "activity")) {
            try desk.send(Self.plan(Self.visit("b")))
        }
        let refusal = WriteRefusal(rule: .unmatchedInstruction, member: "activity")
        #expect(refusal.message.contains("send the element ids back"))
        // Beside the one that is known, a new one is new.
        let created = try desk.send(
            Self.plan(Self.visit("a") + "," + Self.visit("b", id: Self.uuid(7))))
        #expect(Self.lines(created) == ["created CarePlan.activity/*"])
        #expect(created[0].text == #"{"detail":{"description":"b","status":"scheduled"}}"#)
        #expect(created[0].element.part.entity == EntityID(text: Self.uuid(7)))
        // What is only missing is left out.
        let omitted = try desk.send(Self.plan(Self.visit("a")))
        #expect(Self.lines(omitted) == ["omitted CarePlan.activity/existence"])
        #expect(try desk.send(Self.plan(Self.visit("a"))).isEmpty)
        // What was missing before is not missing again.
        let later = try desk.send(Self.plan(Self.visit("a") + "," + Self.visit("c")))
        #expect(Self.lines(later) == ["created CarePlan.activity/*"])
    }

    @Test("members of sets come and go beside each other")
    func sets() throws {
        func patient(_ telecoms: String) -> String {
            #"{"resourceType":"Patient","telecom":[\#(telecoms)]}"#
        }
        var desk = Desk("Patient")
        try desk.send(patient(#"{"value":"1"},{"value":"2"}"#))
        let parts = desk.parts("Patient.telecom")
        let changes = try desk.send(patient(#"{"value":"3"},{"value":"2"}"#))
        #expect(
            Self.lines(changes) == [
                "created Patient.telecom/*", "omitted Patient.telecom/existence",
            ])
        #expect(changes[1].element.part == parts[0])
        #expect(desk.view.found == ["F omitted"])
        #expect(try desk.send(patient(#"{"value":"2"},{"value":"3"}"#)).isEmpty)
        let back = try desk.send(patient(#"{"value":"2"},{"value":"3"},{"value":"1"}"#))
        #expect(Self.lines(back) == ["changed Patient.telecom/existence"])
        #expect(back[0].text == #""present""#)
        #expect(desk.view.conflicts.isEmpty)
        #expect(desk.parts("Patient.telecom").count == 3)
    }

    @Test("that an entity was left out is open while a head is that it names, and can be answered")
    func omittedEntity() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan(Self.visit("a") + "," + Self.visit("b")))
        try desk.send(Self.plan(Self.visit("a")))
        let conflict = try #require(desk.view.conflicts.first)
        #expect(conflict.kind == .omitted && conflict.element.facet == .existence)
        // To change what it says does not answer whether it is there.
        let part = conflict.element.part
        desk.write(
            [
                WritingChange(
                    PartElement(part: part, facet: Facet("status")), .assign,
                    Array(#"{"detail":{"status":"on-hold"}}"#.utf8),
                    replacing: desk.heads("status", of: part))
            ], by: 2)
        #expect(desk.view.found == ["F omitted"])
        let options = desk.history.options(for: conflict, in: desk.view)
        #expect(options.map(\.decision) == [.isThere])
        let decided = options[0].changes[0]
        desk.write(
            [
                WritingChange(
                    decided.element, .resolve, decided.value, replacing: decided.supersedes)
            ],
            by: 2)
        #expect(desk.view.conflicts.isEmpty)
        #expect(desk.view.part(part)?.presence == .present)
        // The source goes on leaving it out, and said so once.
        #expect(try desk.send(Self.plan(Self.visit("a"))).isEmpty)
    }

    // MARK: - Endings

    @Test("an ending names the instructions that its source had sent, and no other")
    func covers() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan(Self.visit("a", id: Self.uuid(1))))
        let part = try #require(desk.parts("CarePlan.activity").first)
        let body = desk.heads("body", of: part)
        let theirs = desk.write(
            [
                WritingChange(
                    PartElement(part: part, facet: Facet("schedule")), .assign,
                    Array(#"{"detail":{"scheduledString":"d"}}"#.utf8))
            ], by: 2)
        let ended = try desk.send(
            Self.plan(Self.visit("a", id: Self.uuid(1), status: "cancelled")))
        #expect(Self.lines(ended) == ["changed CarePlan.activity/status"])
        #expect(ended[0].covers == body)
        #expect(desk.view.found == ["H changedBesideEnding"])
        let revoked = try desk.send(
            Self.plan(Self.visit("a", id: Self.uuid(1), status: "cancelled"), status: "revoked"))
        #expect(Self.lines(revoked) == ["changed CarePlan/status"])
        #expect(revoked[0].covers == body)
        #expect(!revoked[0].covers.contains(theirs[0]))
        // A hold ends nothing.
        var other = Desk("CarePlan")
        try other.send(Self.plan(Self.visit("a")))
        #expect(try other.send(Self.plan(Self.visit("a"), status: "on-hold"))[0].covers.isEmpty)
    }

    @Test("who goes on with what it ended itself was shown the ending")
    func afterEnding() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan(Self.visit("a", id: "1"), status: "revoked"))
        try desk.send(
            Self.plan(
                Self.visit("A", id: "1") + "," + Self.visit("b", id: "2"), status: "revoked"))
        #expect(desk.view.conflicts.isEmpty)
    }

    @Test("a head whose dot is forked is named with its event")
    func forks() throws {
        var desk = Desk("CarePlan")
        try desk.send(Self.plan())
        let head = try #require(desk.heads("heading").first)
        let heading = PartElement(part: desk.root, facet: Facet("heading"))
        desk.write(
            [WritingChange(heading, .assign, Array(#"{"title":"f"}"#.utf8))], by: 2, branch: head)
        let found = try desk.send(Self.plan(title: "u"))
        let travelling = desk.history.change(of: found[0])
        #expect(travelling.supersedes.map(\.event) == [head.event])
        #expect(travelling.operation == .assign && travelling.element.facet == Facet("heading"))
        #expect(Set(desk.view.texts("heading")) == [#"{"title":"f"}"#, #"{"title":"u"}"#])
    }

    @Test(
        "odd shapes are compared like any other value",
        arguments: [
            #""activity":5"#, #""activity":{"detail":{}}"#, #""activity":[1]"#, #""activity":[]"#,
            #""activity":[{"detail":5}]"#, #""activity":[{"id":5}]"#, #""activity":[{}]"#,
            #""status":{}"#, #""status":[null]"#, #""subject":7"#, #""goal":[{"reference":{}}]"#,
            #""activity":[{"reference":{"reference":{"reference":null}}},{"progress":{}}]"#,
            #""activity":[{"detail":{"code":{"coding":[5,{"code":[]}]}}}]"#, #""meta":5"#,
        ])
    func odd(member: String) throws {
        let bodies = [
            #"{"resourceType":"CarePlan",\#(member)}"#,
            #"{"resourceType":"CarePlan","title":"t",\#(member)}"#,
        ]
        for (first, second) in [(bodies[0], bodies[1]), (bodies[1], bodies[0])] {
            var desk = Desk("CarePlan")
            try desk.send(first)
            #expect(try desk.send(first).isEmpty)
            try desk.send(second)
            #expect(try desk.send(second).isEmpty)
            try desk.send(#"{"resourceType":"CarePlan"}"#)
            try desk.send(second)
            #expect(try desk.send(second).isEmpty)
        }
    }
}

extension String {
    fileprivate func replacing(_ old: String, with new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
