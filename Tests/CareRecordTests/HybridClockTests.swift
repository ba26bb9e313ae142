import CareRecord
import TestSupport
import Testing

@Suite("HybridClock")
struct HybridClockTests {
    private static let wall: UInt64 = 1_780_000_000_000

    @Test("times rise strictly, however the wall clock jumps")
    func monotone() {
        var generator = SeededGenerator(seed: 1)
        var clock = HybridClock()
        var last = clock.latest
        for _ in 0..<10_000 {
            let wall = Self.wall + UInt64.random(in: 0...10_000, using: &generator)
            if Bool.random(using: &generator) {
                let lead = UInt64.random(in: 0...300_000, using: &generator)
                let remote = HybridTime(milliseconds: Self.wall + lead, counter: .max)
                let isSuspect = clock.observe(remote, wallMilliseconds: wall)
                #expect(isSuspect == (remote.milliseconds > wall + 120_000))
                #expect(clock.latest >= last)
            } else {
                let time = clock.next(wallMilliseconds: wall)
                #expect(time > last)
                #expect(time.milliseconds >= wall)
            }
            last = clock.latest
        }
    }

    @Test("a full counter carries into the milliseconds")
    func overflow() {
        var clock = HybridClock()
        var last = clock.next(wallMilliseconds: Self.wall)
        for _ in 0..<70_000 {
            let time = clock.next(wallMilliseconds: Self.wall)
            #expect(time > last)
            last = time
        }
        #expect(last == HybridTime(milliseconds: Self.wall + 1, counter: 4_464))
    }

    @Test("a remote time of exactly two minutes ahead is folded in, a later one never")
    func lead() {
        var clock = HybridClock()
        let at = HybridTime(milliseconds: Self.wall + 120_000, counter: 9)
        let isSuspect = clock.observe(at, wallMilliseconds: Self.wall)
        #expect(!isSuspect)
        #expect(clock.latest == at)
        for later in [
            HybridTime(milliseconds: Self.wall + 120_001, counter: 0), HybridTime(bits: .max),
        ] {
            let isSuspect = clock.observe(later, wallMilliseconds: Self.wall)
            #expect(isSuspect)
            #expect(clock.latest == at)
        }
    }

    @Test(
        "no reading of the wall clock traps", arguments: [0, 1 << 48, .max - 1, .max] as [UInt64])
    func extremes(wall: UInt64) {
        var clock = HybridClock(latest: HybridTime(bits: .max - 1))
        _ = clock.observe(HybridTime(bits: 0), wallMilliseconds: wall)
        let next = clock.next(wallMilliseconds: wall)
        #expect(next.bits == UInt64.max)
        let last = clock.next(wallMilliseconds: wall)
        #expect(last.bits == UInt64.max)
    }

    @Test("milliseconds and counter are the parts of the travelling form")
    func parts() {
        let time = HybridTime(milliseconds: Self.wall, counter: 513)
        #expect(time.milliseconds == Self.wall)
        #expect(time.counter == 513)
        #expect(HybridTime(bits: time.bits) == time)
        let latest = HybridTime(milliseconds: .max, counter: .max)
        #expect(latest.bits == UInt64.max)
        #expect(latest.milliseconds == HybridTime.millisecondsMax)
    }

    @Test("a chain position lies inside its chain")
    func chainPosition() {
        let id = ChainID(Bits128(high: 1, low: 1))
        #expect(ChainPosition(id: id, index: 0, count: 0) == nil)
        #expect(ChainPosition(id: id, index: 2, count: 2) == nil)
        #expect(ChainPosition(id: id, index: 1, count: 2) != nil)
    }
}
