import CareRecord
import Testing

@testable import ConflictResolver

@Suite("Advance decisions")
struct AdvanceDecisionTests {
    private static let dnr = #"{"coding":[{"system":"http://snomed.info/sct","code":"304253006"}]}"#

    private static func resource(_ type: String, _ member: String, _ status: String) -> String {
        #"{"resourceType":"\#(type)","status":"\#(status)","\#(member)":\#(dnr),"#
            + #""subject":{"reference":"Patient/p"}}"#
    }

    @Test(
        "current against cancelled is urgent, and no click resolves it",
        arguments: [
            ("DocumentReference", "type", "current", "superseded"),
            ("ServiceRequest", "code", "active", "revoked"),
            ("Flag", "code", "active", "inactive"), ("Observation", "code", "final", "cancelled"),
        ])
    func currentAgainstCancelled(
        type: String, member: String, current: String, cancelled: String
    ) throws {
        var scenario = Scenario(type)
        scenario.whole(by: 1, Self.resource(type, member, current))
        scenario.whole(by: 2, Self.resource(type, member, cancelled))
        let (history, view) = (scenario.history, scenario.view)
        #expect(view.conflicts.map(\.conflictClass) == [.urgent])
        #expect(history.responsibility == .seniorClinician)
        let conflict = try #require(view.conflicts.first)
        #expect(history.options(for: conflict, in: view).isEmpty)
        // Nor does writing one of them again.
        let texts = view.texts(conflict.element.facet.name)
        #expect(texts.count == 2)
        for text in texts {
            #expect(history.change(saying: Array(text.utf8), of: conflict) == nil)
        }
        // Nothing of it is shown plainly (S6).
        let json = String(decoding: history.projected(view).json, as: UTF8.self)
        #expect(json.contains("unresolved-conflict"))
        #expect(!json.contains(#""status":"\#(current)","subject""#))
        #expect(history.projected(view).isDisputed)
    }

    @Test("a document that was issued again takes the place of both")
    func issuedAgain() throws {
        var scenario = Scenario("DocumentReference")
        scenario.whole(by: 1, Self.resource("DocumentReference", "type", "current"))
        scenario.whole(by: 2, Self.resource("DocumentReference", "type", "superseded"))
        let (history, view) = (scenario.history, scenario.view)
        let conflict = try #require(view.conflicts.first)
        let again = #"{"status":"current","type":\#(Self.dnr),"date":"2026-11-01"}"#
        let change = try #require(history.change(saying: Array(again.utf8), of: conflict))
        #expect(Set(change.supersedes) == Set(conflict.heads))
    }

    @Test("the same resource without such a code is no advance decision")
    func others() {
        var scenario = Scenario("ServiceRequest")
        scenario.whole(by: 1, #"{"resourceType":"ServiceRequest","status":"active"}"#)
        scenario.whole(by: 2, #"{"resourceType":"ServiceRequest","status":"revoked"}"#)
        #expect(scenario.view.conflicts.map(\.conflictClass) == [.human])
        #expect(!scenario.history.isAdvanceDecision)
    }

    @Test("a retraction beside an edit of one is urgent")
    func retracted() throws {
        var scenario = Scenario("DocumentReference")
        let first = scenario.whole(
            by: 1, Self.resource("DocumentReference", "type", "current"))
        scenario.whole(
            by: 2, Self.resource("DocumentReference", "type", "superseded"), shown: [first],
            .assign)
        scenario.end(by: 3, shown: [first], covers: [first])
        #expect(scenario.view.conflicts.allSatisfy { $0.conflictClass == .urgent })
        #expect(!scenario.view.conflicts.isEmpty)
    }
}
