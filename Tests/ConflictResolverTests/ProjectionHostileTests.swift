import CareRecord
import StrictJSON
import Testing

@testable import ConflictResolver

/// Content that is not what R4 says, and content that cannot be read.
@Suite("Projection of hostile content")
struct ProjectionHostileTests {
    private static func check(_ scenario: Scenario) throws -> ProjectionTree {
        let projected = try #require(scenario.history.projected())
        let problem = ProjectionCheck.problem(scenario.view, projected)
        #expect(problem == nil)
        return try #require(ProjectionTree(projected.json))
    }

    /// What all extensions of a kind say, in one text.
    private static func said(_ tree: ProjectionTree, _ name: AccordExtension) -> String {
        "\(tree.objects.flatMap { $0.extensions(name) })"
    }

    @Test("lists and objects that are something else stay as they are while nothing is added")
    func otherKinds() throws {
        for more in [
            #","extension":"x""#, #","modifierExtension":{"url":"u"}"#, #","activity":"x""#,
            #","activity":["x"]"#, #","activity":{"detail":1}"#, #","meta":"x""#,
            #","meta":{"tag":{"code":"c"}}"#, #","text":5"#, #","title":{"a":[null]}"#,
            #","_status":"x""#, #","_activity":[null]"#, #","activity":[{"detail":"x"}]"#,
            #","note":null"#, #","goal":7.0e+1"#,
            #","contained":[{"resourceType":"CarePlan","id":"x","status":5}]"#,
            #","__status":1,"_":2,"":3"#,
        ] {
            let difference = ProjectionRoundTripTests.difference(ProjectionTests.plan(more))
            #expect(difference == nil)
        }
    }

    @Test("entities that cannot be read are not the same")
    func unreadableEntities() throws {
        var scenario = Scenario("CareTeam")
        for site in [1, 2] as [UInt64] {
            scenario.whole(by: site, #"{"resourceType":"CareTeam","participant":[{"period":{}}]}"#)
            let part = try #require(scenario.parts("CareTeam.participant").last)
            scenario.facet(
                by: site, of: part, "item", "[", shown: [try #require(scenario.changes.last).name])
        }
        #expect(try Self.check(scenario)["participant"]?.items.count == 2)
    }

    @Test("names that only look the same are two")
    func equivalentNames() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(by: 1, ProjectionTests.plan(#","e\u0301":1,"\u00e9":2"#))
        let projected = try #require(scenario.history.projected())
        for bytes in [Array("\"e\u{301}\":1".utf8), Array("\"\u{E9}\":2".utf8)] {
            #expect(projected.json.contains(bytes))
        }
    }

    @Test(
        "extensions that are no lists make room for what is added",
        arguments: [
            #""x""#, "{}", "5", "null",
        ])
    func extensionsMakeRoom(value: String) throws {
        for name in ["extension", "modifierExtension"] {
            var scenario = Scenario("CarePlan")
            let created = scenario.whole(
                by: 1, ProjectionTests.plan(#","title":"t","\#(name)":\#(value)"#))
            for site in [1, 2] as [UInt64] {
                scenario.facet(by: site, "heading", #"{"title":"\#(site)"}"#, shown: [created])
                scenario.facet(
                    by: site, "encounter", #"{"encounter":{"display":"\#(site)"}}"#,
                    shown: [created])
                scenario.facet(
                    by: site, "status", #"{"status":"\#(site == 1 ? "revoked" : "active")"}"#,
                    shown: [created])
            }
            let tree = try Self.check(scenario)
            #expect(tree.extensions(.unplaced).count == 1)
            #expect(!tree.extensions(.disputed).isEmpty && !tree.extensions(.siblings).isEmpty)
        }
    }

    @Test("extensions that were there stay before those that are added, whatever they are called")
    func extensionsStay() throws {
        var scenario = Scenario("CarePlan")
        let own = #"{"url":"\#(AccordExtension.disputed.url)","valueString":"old"}"#
        let tag = #"{"code":"unresolved-conflict","system":"\#(AccordExtension.tagSystem)"}"#
        let created = scenario.whole(
            by: 1,
            ProjectionTests.plan(
                #","modifierExtension":[\#(own),7],"extension":[null],"meta":{"tag":[\#(tag)]}"#))
        for (site, code) in [(1, "revoked"), (2, "active")] as [(UInt64, String)] {
            scenario.facet(by: site, "status", #"{"status":"\#(code)"}"#, shown: [created])
        }
        let projected = try #require(scenario.history.projected())
        let tree = try #require(ProjectionTree(projected.json))
        #expect(tree.modifiers.count == 3)
        #expect(tree.modifiers.first == ProjectionTree(own))
        #expect(tree["extension"] == .list([.null]))
        #expect(tree["meta"]?["tag"]?.items.count == 1)
    }

    @Test("a meta that is none makes room for the tag")
    func metaMakesRoom() throws {
        for meta in [#""x""#, #"{"tag":{"code":"c"}}"#, #"{"security":5}"#, "[]"] {
            var scenario = Scenario("CarePlan")
            let created = scenario.whole(by: 1, ProjectionTests.plan(",\"meta\":\(meta)"))
            for (site, code) in [(1, "revoked"), (2, "active")] as [(UInt64, String)] {
                scenario.facet(by: site, "status", #"{"status":"\#(code)"}"#, shown: [created])
            }
            let tree = try Self.check(scenario)
            let said = tree.extensions(.unplaced).first?.parts("sibling").first?
                .said(as: "CarePlan")
            #expect(said?["meta"] == ProjectionTree(meta))
        }
    }

    @Test("members that belong elsewhere have no place, and nothing of them is lost")
    func strays() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            ProjectionTests.plan(
                #","title":"t","goal":[{"reference":"Goal/1"}],"#
                    + #""activity":[{"detail":{"status":"scheduled"}}]"#
            ))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        let goal = try #require(scenario.parts("CarePlan.goal").first)
        scenario.facet(
            by: 1, "heading",
            #"""
            {"title":"u","status":"entered-in-error","id":"other","resourceType":"Goal",
            "activity":[{"detail":{"status":"stopped"}}],"goal":"x","intent":"order"}
            """#, shown: [created])
        scenario.facet(
            by: 1, of: activity, "schedule",
            #"{"id":"i","detail":{"scheduledString":"s","status":"completed"},"reference":{}}"#,
            shown: [created])
        scenario.facet(
            by: 1, of: goal, "item",
            #"{"id":"\#(goal.entity)","reference":"Goal/2","resourceType":"x"}"#, shown: [created])
        let tree = try Self.check(scenario)
        #expect(tree["title"]?.string == "u" && tree["status"]?.string == "active")
        #expect(tree["id"]?.string == scenario.entity.description)
        #expect(tree["activity"]?[0]?["detail"]?["status"]?.string == "scheduled")
        #expect(tree["activity"]?[0]?["detail"]?["scheduledString"]?.string == "s")
        #expect(tree["goal"] == ProjectionTree(#"[{"reference":"Goal/2","resourceType":"x"}]"#))
        let all = Self.said(tree, .unplaced)
        for text in ["entered-in-error", "other", "order", "stopped", "completed"] {
            #expect(all.contains(text))
        }
    }

    @Test("an entity inside that meets a text of the same name stands, the text beside it")
    func innerMeetsText() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(by: 1, ProjectionTests.plan(#","activity":"take two""#))
        _ = scenario.write(
            by: 2,
            Element(
                entityType: "CarePlan.activity", entity: Scenario("").entity, facet: .whole),
            .create, #"{"detail":{"status":"scheduled"},"extension":"e","progress":5}"#)
        let tree = try Self.check(scenario)
        #expect(tree["activity"]?.items.count == 1)
        #expect(Self.said(tree, .unplaced).contains("take two"))
    }

    @Test("a detail that is a text makes room for one that is not")
    func detailMakesRoom() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, ProjectionTests.plan(#","activity":[{"detail":"x"}]"#))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        scenario.facet(
            by: 1, of: activity, "status", #"{"detail":{"status":"scheduled"}}"#, shown: [])
        let tree = try Self.check(scenario)
        #expect(tree["activity"]?[0]?["detail"]?["status"]?.string == "scheduled")
        #expect(tree["activity"]?[0]?.extensions(.unplaced).count == 1)
        #expect(created.index == 0)
    }

    @Test("what R4 allows no detail beside keeps a status that ends it in sight")
    func referenceMeetsDetail() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            ProjectionTests.plan(
                #","activity":[{"detail":{"status":"stopped","description":"d"}}]"#))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        scenario.facet(
            by: 2, of: activity, "body", #"{"reference":{"reference":"ServiceRequest/1"}}"#,
            shown: [created])
        let tree = try Self.check(scenario)
        let shown = try #require(tree["activity"]?[0])
        #expect(shown["detail"] == nil && shown["reference"] != nil)
        let sibling = shown.modifiers.first { $0["url"]?.string == AccordExtension.unplaced.url }?
            .parts("sibling").first
        #expect(sibling?.said(as: "CarePlan.activity")?["detail"]?["status"]?.string == "stopped")
    }

    @Test(
        "whole versions that are no objects, or cannot be read, are marked and kept",
        arguments: [
            #""text""#, "[1,2]", "5.00", "{", "",
        ])
    func noObjects(json: String) throws {
        for type in ["CarePlan", "AllergyIntolerance", "Observation", "Basic"] {
            var scenario = Scenario(type)
            scenario.whole(by: 1, json)
            let tree = try Self.check(scenario)
            #expect(tree["resourceType"]?.string == type)
            let unplaced = try #require(tree.extensions(.unplaced).first)
            let sibling = try #require(unplaced.parts("sibling").first)
            #expect(sibling.value("state")?.string == "opaque")
            let kept = sibling.parts("value").first?.value("json")?.string
            #expect(kept == (json.isEmpty ? nil : json))
            let isWarning = type == "AllergyIntolerance"
            #expect((tree["modifierExtension"] == nil) == isWarning)
        }
    }

    @Test("bytes that are no text are kept in base 64")
    func noText() throws {
        var history = ResourceHistory(type: "Goal", entity: Scenario("").entity)
        var scenario = Scenario("Goal")
        scenario.whole(by: 1, "x")
        let bytes: [UInt8] = [0xFF, 0x00, 0x41, 0xC3]
        for value in [HeldChange.Value.given(bytes), .onItsWay, .erased, .none] {
            let change = scenario.changes[0]
            history.insert(
                HeldChange(
                    name: HeadName(
                        dot: change.name.dot, index: UInt32(history.changes.count),
                        event: change.name.event), element: change.element,
                    operation: .unknown(77), author: change.author, time: change.time, value: value)
            )
        }
        let projected = try #require(history.projected())
        let tree = try #require(ProjectionTree(projected.json))
        #expect(projected.isDisputed)
        let siblings = tree.extensions(.disputed)[0].parts("sibling")
        let states = siblings.compactMap { $0.value("state")?.string }
        #expect(states.sorted() == ["erased", "on-its-way", "opaque", "opaque"])
        let kept = siblings.compactMap { $0.parts("value").first?.value("json")?.string }
        #expect(kept == ["/wBBww=="])
        #expect(tree["_lifecycleStatus"] != nil && tree["description"] != nil)
    }

    @Test(
        "a value that is on its way or erased leaves a mark, and no status for granted",
        arguments: [
            HeldChange.Value.onItsWay, .erased,
        ])
    func unread(value: HeldChange.Value) throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1, ProjectionTests.plan(#","activity":[{"detail":{"status":"scheduled"}}]"#))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        scenario.facet(by: 1, "status", "{}", shown: [created])
        scenario.facet(by: 1, of: activity, "status", "{}", shown: [created])
        let changes = scenario.changes.map { change in
            change.name == created
                ? change
                : HeldChange(
                    name: change.name, element: change.element, operation: change.operation,
                    supersedes: change.supersedes, holder: change.holder, author: change.author,
                    time: change.time, value: value)
        }
        let projected = try #require(scenario.history(of: changes).projected())
        let tree = try #require(ProjectionTree(projected.json))
        #expect(!projected.isDisputed)
        #expect(tree["status"]?.string == "unknown")
        #expect(tree["activity"]?[0]?["detail"]?["status"]?.string == "unknown")
        for object in [tree, tree["activity"]?[0] ?? .null] {
            let unplaced = object.modifiers.filter {
                $0["url"]?.string == AccordExtension.unplaced.url
            }
            #expect(unplaced.count == 1)
        }
    }

    @Test("entities of unknown kinds, and those whose holder has not come, are there")
    func unknownKinds() throws {
        var scenario = Scenario("CarePlan")
        let (plan, holder) = (
            EntityID(Bits128(high: 9, low: 9)), EntityID(Bits128(high: 8, low: 8))
        )
        for (kind, holder) in [
            ("CarePlan.title", nil), ("CarePlan.activity.progress", holder),
            ("CarePlan.activity.unheard", holder), ("CarePlan.unheard.inner", holder),
            ("CarePlan.goal.inner", holder),
        ] as [(String, EntityID?)] {
            _ = scenario.write(
                by: 1, Element(entityType: kind, entity: plan, facet: .whole), .create,
                #"{"text":"said of \#(kind)"}"#, holder: holder)
        }
        let tree = try Self.check(scenario)
        #expect(tree["status"]?.string == "unknown" && tree["title"] == nil)
        #expect(tree["activity"]?[0]?["id"]?.string == holder.description)
        #expect(tree["activity"]?[0]?["progress"]?.items.count == 1)
        let all = Self.said(tree, .unplaced)
        for kind in ["title", "activity.unheard", "unheard.inner", "goal.inner"] {
            #expect(all.contains("said of CarePlan.\(kind)"))
        }
    }

    @Test("a narrative escapes what people wrote")
    func narrativeIsXML() throws {
        var scenario = Scenario("Goal")
        let created = scenario.whole(by: 1, #"{"resourceType":"Goal","lifecycleStatus":"active"}"#)
        for text in [#"</li><script>&\u0001\uffff"#, "b"] {
            scenario.facet(
                by: 1, "description", #"{"description":{"text":"\#(text)"}}"#, shown: [created])
        }
        let div = try Self.check(scenario)["text"]?["div"]?.string ?? ""
        #expect(!div.contains("<script>") && !div.unicodeScalars.contains { $0.value < 32 })
        #expect(!div.unicodeScalars.contains("\u{FFFF}"))
        #expect(div.contains("&lt;/li&gt;&lt;script&gt;&amp;"))
    }

    @Test("deep values can be read again after they were carried", arguments: [5, 40, 59])
    func deepValues(depth: Int) throws {
        var scenario = Scenario("Goal")
        let created = scenario.whole(by: 1, #"{"resourceType":"Goal","lifecycleStatus":"active"}"#)
        for site in [1, 2] as [UInt64] {
            let open = String(repeating: #"{"a":["#, count: depth / 2)
            let close = String(repeating: "]}", count: depth / 2)
            scenario.facet(
                by: site, "description", #"{"description":\#(open)"\#(site)"\#(close)}"#,
                shown: [created])
        }
        _ = try Self.check(scenario)
        let projected = try #require(scenario.history.projected())
        #expect(throws: Never.self) { try JSONDocument(projected.json) }
    }
}
