import CareRecord
import MergeComparison
import MergeModel
import Testing

@testable import ConflictResolver

@Suite("Resolutions")
struct ResolutionTests {
    /// A history to which somebody's decision was added as one event.
    private static func decided(
        _ option: ResolutionOption, in history: ResourceHistory, by site: UInt64 = 0xD
    ) -> ResourceHistory {
        var history = history
        let dot = Dot(
            replica: Replica(site: Scenario.site(site), incarnation: Incarnation(site)), counter: 1)
        for (index, resolving) in option.changes.enumerated() {
            let change = history.change(of: resolving)
            history.insert(
                HeldChange(
                    name: HeadName(
                        dot: dot, index: UInt32(index), event: Scenario.named(0xD, site)),
                    element: change.element, operation: change.operation,
                    supersedes: change.supersedes, covers: change.covers,
                    holder: change.element.inside?.holder,
                    author: Author(practitioner: "p", role: "r", organisation: "o"),
                    time: HybridTime(milliseconds: 1 << 40 + site, counter: 0),
                    value: .given(resolving.value)))
        }
        return history
    }

    @Test("whatever is decided, that conflict is gone, and it ends what it lists and nothing else")
    func endsWhatItLists() throws {
        var tried: [Conflict.Kind: Int] = [:]
        for seed in HistoryTests.seeds(0) + HistoryTests.seeds(1) {
            let generator = HistoryTests.ended(seed)
            let history = EngineSide(generator.root, generator.allChanges).history
            guard let view = history.view() else { continue }
            for conflict in view.conflicts {
                for option in history.options(for: conflict, in: view) {
                    tried[conflict.kind, default: 0] += 1
                    let after = Self.decided(option, in: history)
                    let left = after.view()?.conflicts ?? []
                    #expect(
                        !left.contains { $0.id == conflict.id },
                        "SEED=\(seed): \(conflict.kind) by \(option.decision)")
                    #expect(
                        !left.contains {
                            $0.kind == conflict.kind && $0.element == conflict.element
                                && Set($0.heads).isSuperset(of: conflict.heads)
                        }, "SEED=\(seed): \(conflict.kind) by \(option.decision)")
                    Self.compare(history, after, option, seed: seed)
                }
            }
        }
        print("resolutions tried: \(tried.map { "\($0.key) \($0.value)" }.sorted())")
        #expect(tried[.siblings, default: 0] > 0)
    }

    /// Of every element, exactly the listed heads are gone (S8).
    private static func compare(
        _ before: ResourceHistory, _ after: ResourceHistory, _ option: ResolutionOption,
        seed: UInt64
    ) {
        for (element, heads) in before.elements {
            let gone = Set(heads.heads.map(\.name))
                .subtracting(after.elements[element]?.heads.map(\.name) ?? [])
            let listed = option.changes.filter { $0.element == element }.flatMap(\.supersedes)
            #expect(gone == Set(listed), "SEED=\(seed): \(element.facet)")
        }
    }

    private static let body = #"{"medicationCodeableConcept":{"text":"m"},"dosageInstruction":"#

    private static func medicine(_ dose: String) -> String {
        #"{"resourceType":"MedicationRequest","status":"active","intent":"order","#
            + #""medicationCodeableConcept":{"text":"m"},"dosageInstruction":[{"text":"\#(dose)"}]}"#
    }

    @Test("a value that is chosen is the only one, with its bytes as somebody wrote them")
    func chosen() throws {
        var scenario = Scenario("MedicationRequest")
        scenario.whole(by: 1, Self.medicine("5"))
        scenario.whole(by: 2, Self.medicine("10"))
        let (history, view) = (scenario.history, scenario.view)
        let conflict = try #require(view.conflicts.first)
        let options = history.options(for: conflict, in: view)
        #expect(options.count == 2)
        for (option, text) in zip(options, view.texts("body")) {
            let after = try #require(Self.decided(option, in: history).view())
            #expect(after.texts("body") == [text])
            #expect(after.conflicts.isEmpty)
        }
    }

    @Test("who had not seen a third value does not end it")
    func unseen() throws {
        var scenario = Scenario("MedicationRequest")
        scenario.whole(by: 1, Self.medicine("5"))
        scenario.whole(by: 2, Self.medicine("10"))
        let view = scenario.view
        let option = try #require(
            scenario.history.options(for: view.conflicts[0], in: view).first)
        scenario.whole(by: 3, Self.medicine("20"))
        let after = try #require(Self.decided(option, in: scenario.history).view())
        #expect(after.texts("body").count == 2)
        #expect(after.found == ["U siblings"])
    }

    @Test("equal decisions at two sites are one, others conflict again")
    func concurrentDecisions() throws {
        var scenario = Scenario("MedicationRequest")
        scenario.whole(by: 1, Self.medicine("5"))
        scenario.whole(by: 2, Self.medicine("10"))
        let (history, view) = (scenario.history, scenario.view)
        let options = history.options(for: view.conflicts[0], in: view)
        let equal = Self.decided(
            options[0], in: Self.decided(options[0], in: history, by: 7), by: 8)
        #expect(equal.view()?.conflicts.isEmpty == true)
        let apart = Self.decided(
            options[1], in: Self.decided(options[0], in: history, by: 7), by: 8)
        #expect(apart.view()?.found == ["U siblings"])
    }

    @Test("a retraction beside an edit: it is there, or it goes in sight of the edit")
    func retracted() throws {
        var scenario = Scenario("MedicationRequest")
        let first = scenario.whole(by: 1, Self.medicine("5"))
        scenario.facet(by: 2, "body", Self.body + #"[{"text":"10"}]}"#, shown: [first])
        scenario.end(by: 3, shown: [first], covers: [first])
        let (history, view) = (scenario.history, scenario.view)
        let conflict = try #require(view.conflicts.first { $0.kind == .changedBesideEnding })
        let options = history.options(for: conflict, in: view)
        #expect(options.map(\.decision) == [.isThere, .enteredInError])
        let kept = try #require(Self.decided(options[0], in: history).view())
        #expect(kept.root.presence == .present)
        #expect(kept.conflicts.isEmpty)
        let gone = try #require(Self.decided(options[1], in: history).view())
        #expect(gone.root.presence == .retracted)
        #expect(gone.conflicts.isEmpty)
    }

    @Test("a stop and a dose that are decided one after the other leave nothing open")
    func stopThenDose() throws {
        for order in [["status", "body"], ["body", "status"]] {
            var scenario = Scenario("MedicationRequest")
            let first = scenario.whole(by: 1, Self.medicine("5"))
            scenario.whole(
                by: 1, Self.medicine("5").replacing("active", with: "stopped"), shown: [first],
                .assign)
            scenario.whole(by: 2, Self.medicine("10"))
            var history = scenario.history
            for (number, facet) in order.enumerated() {
                let view = try #require(history.view())
                let conflict = try #require(
                    view.conflicts.first { $0.element.facet.name == facet })
                let option = try #require(
                    history.options(for: conflict, in: view).first { option in
                        guard case .value(let content) = option.decision else { return false }
                        return content.value.map { String(decoding: $0, as: UTF8.self) }?
                            .contains(facet == "status" ? "stopped" : "10") ?? false
                    })
                history = Self.decided(option, in: history, by: UInt64(7 + number))
            }
            #expect(history.view()?.found == [], "\(order)")
        }
    }

    @Test("a change cannot have been made in sight of an ending that comes later")
    func endingOfTheFuture() {
        var scenario = Scenario("MedicationRequest")
        let first = scenario.whole(by: 1, Self.medicine("5"))
        let stop = HeadName(
            dot: Dot(
                replica: Replica(site: Scenario.site(3), incarnation: Incarnation(3)), counter: 1),
            index: 0, event: Scenario.named(3, 1))
        scenario.facet(
            by: 2, "body", Self.body + #"[{"text":"10"}]}"#, shown: [first], covers: [stop])
        let status = scenario.facet(
            by: 3, "status", #"{"status":"stopped"}"#, shown: [first], covers: [first])
        #expect(status == stop)
        #expect(scenario.view.found == ["U changedBesideEnding"])
    }

    @Test("a status that is decided has only what it names in sight, not all of its versions")
    func statusAlone() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(by: 1, Self.plan("walk", status: "revoked"))
        scenario.whole(by: 2, Self.plan("swim"))
        let (history, view) = (scenario.history, scenario.view)
        let conflict = try #require(view.conflicts.first { $0.element.facet.name == "status" })
        let change = try #require(
            history.change(saying: Array(#"{"status":"revoked"}"#.utf8), of: conflict))
        let after = try #require(
            Self.decided(
                ResolutionOption(decision: .isThere, changes: [change]), in: history
            ).view())
        #expect(after.found.filter { $0 == "U activityOfEndedPlan" }.count == 2)
    }

    private static func plan(_ activities: String..., status: String = "active") -> String {
        let items = activities.map {
            #"{"detail":{"status":"in-progress","description":"\#($0)"}}"#
        }
        return #"{"resourceType":"CarePlan","status":"\#(status)","intent":"plan","activity":["#
            + items.joined(separator: ",") + "]}"
    }

    @Test("of two versions whose activities have no ids one stays, or all do")
    func versions() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(by: 1, Self.plan("walk", "swim"))
        scenario.whole(by: 2, Self.plan("walk", "rest"))
        let (history, view) = (scenario.history, scenario.view)
        let conflict = try #require(view.conflicts.first { $0.kind == .unmatched })
        let options = history.options(for: conflict, in: view)
        #expect(options.count == 3)
        let one = try #require(Self.decided(options[0], in: history).view())
        let shown = one.parts.filter { $0.presence == .present && $0.part.kind != "CarePlan" }
        #expect(shown.count == 2)
        #expect(one.conflicts.isEmpty)
        let all = try #require(Self.decided(options[2], in: history).view())
        #expect(all.parts.filter { $0.presence == .present }.count == 5)
        #expect(all.conflicts.isEmpty)
    }

    @Test("a plan that ended beside a new activity: it ends in sight of it, or the activity does")
    func endedPlan() throws {
        var scenario = Scenario("CarePlan")
        let first = scenario.whole(by: 1, Self.plan("walk"))
        let walk = scenario.parts("CarePlan.activity")[0]
        scenario.facet(
            by: 2, of: walk, "body", #"{"detail":{"description":"walk far"}}"#, shown: [first])
        scenario.facet(
            by: 3, "status", #"{"status":"revoked"}"#, shown: [first], covers: [first])
        let (history, view) = (scenario.history, scenario.view)
        let conflict = try #require(view.conflicts.first { $0.kind == .activityOfEndedPlan })
        let options = history.options(for: conflict, in: view)
        #expect(options.count == 2)
        for option in options {
            let after = try #require(Self.decided(option, in: history).view())
            #expect(!after.found.contains("U activityOfEndedPlan"))
        }
    }

    @Test("of two targets for one measure one stays")
    func targets() throws {
        var scenario = Scenario("Goal")
        let goal = #"{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"g"}"#
        let first = scenario.whole(by: 1, goal + "}")
        for (site, value) in [(2, "5"), (3, "6")] as [(UInt64, String)] {
            let part = Part(
                kind: "Goal.target", entity: EntityID(Bits128(high: 0xF, low: site)))
            scenario.facet(
                by: site, of: part, "*",
                #"{"measure":{"text":"m"},"detailString":"\#(value)"}"#, shown: [], .create)
        }
        _ = first
        let (history, view) = (scenario.history, scenario.view)
        let conflict = try #require(view.conflicts.first { $0.kind == .targetsOfOneMeasure })
        let options = history.options(for: conflict, in: view)
        #expect(options.count == 2)
        for option in options {
            let after = try #require(Self.decided(option, in: history).view())
            #expect(after.conflicts.isEmpty)
            #expect(after.parts.filter { $0.presence == .present }.count == 2)
        }
    }
}
