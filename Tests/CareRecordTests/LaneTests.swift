import CareRecord
import Testing

@Suite("Lane")
struct LaneTests {
    @Test("what goes first compares less, and codes are those that travel")
    func order() {
        #expect([Lane.backfill, .urgent, .current].sorted() == [.urgent, .current, .backfill])
        #expect(Lane.allCases.map(\.rawValue) == [1, 2, 3])
        #expect(Lane(rawValue: 0) == nil)
        #expect(Lane(rawValue: 4) == nil)
    }
}
