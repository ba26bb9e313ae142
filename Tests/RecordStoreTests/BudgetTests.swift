import CareRecord
import Testing
import WireFormat

@testable import RecordStore

/// What one peer may leave waiting or set aside.
@Suite struct BudgetTests {
    @Test("a budget is used up by items or by bytes, whichever is first")
    func takes() throws {
        let site = try TestSite("practice")
        let envelope = HostilePeerTests.event(site, .patient(TestID.patient(), .general)).envelope
        func taken(items: Int, bytes: Int) -> Int {
            var budget = PeerBudget(items: items, bytes: bytes)
            return (0..<10).prefix { _ in budget.take(envelope) }.count
        }
        let size = envelope.byteCount
        #expect(taken(items: 3, bytes: 100 * size) == 3)
        #expect(taken(items: 100, bytes: 3 * size) == 3)
        // What is there for a part of an event is enough for it: a budget is no exact limit.
        #expect(taken(items: 100, bytes: 3 * size + 1) == 4)
        #expect(taken(items: 0, bytes: size) == 0)
        #expect(taken(items: 1, bytes: 0) == 0)
    }
}
