import Testing
import WireFormat

@Suite("ProtocolRange")
struct ProtocolRangeTests {
    struct Case: Sendable {
        let left: ProtocolRange
        let right: ProtocolRange
        let version: UInt32?

        init(_ left: ClosedRange<UInt32>, _ right: ClosedRange<UInt32>, _ version: UInt32?) {
            self.left = ProtocolRange(min: left.lowerBound, max: left.upperBound)
            self.right = ProtocolRange(min: right.lowerBound, max: right.upperBound)
            self.version = version
        }
    }

    private static let cases = [
        Case(1...1, 1...1, 1), Case(1...2, 2...3, 2), Case(1...4, 2...3, 3),
        Case(1...2, 3...4, nil),
        Case(0...UInt32.max, 7...7, 7), Case(UInt32.max...UInt32.max, 1...UInt32.max, UInt32.max),
    ]

    @Test("two sides speak the highest version that both know", arguments: cases)
    func common(item: Case) {
        #expect(item.left.common(with: item.right) == item.version)
        #expect(item.right.common(with: item.left) == item.version)
    }

    @Test("a range that ends before it starts has nothing in common with any other")
    func backwards() {
        let backwards = ProtocolRange(min: 2, max: 1)
        #expect(backwards.common(with: ProtocolRange(min: 1, max: 2)) == nil)
        #expect(backwards.common(with: backwards) == nil)
    }

    @Test("this code speaks the version that its limits name")
    func spoken() {
        #expect(ProtocolRange.spoken.common(with: .spoken) == SyncLimits.protocolVersion)
    }
}
