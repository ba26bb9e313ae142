import CareRecord
import TestSupport
import Testing

@Suite("SiteClock")
struct SiteClockTests {
    private static let wall: UInt64 = 1_780_000_000_000

    /// A machine whose two clocks a test moves.
    private struct Machine {
        var clock = SiteClock()
        var wall = SiteClockTests.wall
        var monotonic: UInt64 = 7_000
        var isSynchronised = false

        mutating func pass(_ milliseconds: UInt64) {
            wall += milliseconds
            monotonic += milliseconds
        }

        mutating func read() -> (milliseconds: UInt64, finding: ClockFinding?) {
            clock.read(
                ClockReading(
                    wallMilliseconds: wall, monotonicMilliseconds: monotonic,
                    isSynchronised: isSynchronised))
        }
    }

    @Test("time starts at the wall clock and goes on with it in silence")
    func ordinary() {
        var machine = Machine()
        for passed in [0, 0, 1, 999, 60_000, 86_400_000] as [UInt64] {
            machine.pass(passed)
            let reading = machine.read()
            #expect(reading.milliseconds == machine.wall)
            #expect(reading.finding == nil)
            #expect(machine.clock.offMilliseconds == 0 && !machine.clock.isHeld)
        }
    }

    @Test("a small difference is corrected by at most a second a reading, never backwards")
    func slew() {
        for sign in [1, -1] as [Int64] {
            var machine = Machine()
            var last = machine.read().milliseconds
            machine.wall = UInt64(Int64(machine.wall) + sign * 4_500)
            for part in 1...6 {
                machine.pass(100)
                let reading = machine.read()
                #expect(reading.finding == nil)
                #expect(reading.milliseconds >= last && reading.milliseconds <= last + 1_100)
                if sign > 0 {
                    let off = max(0, 4_500 - Int64(part) * 1_000)
                    #expect(machine.clock.offMilliseconds == off)
                }
                last = reading.milliseconds
            }
            for _ in 0..<5 {
                machine.pass(5_000)
                last = machine.read().milliseconds
            }
            #expect(last == machine.wall)
        }
    }

    @Test("a forward step up to five minutes is followed and reported")
    func shortForward() {
        var machine = Machine()
        _ = machine.read()
        machine.wall += 300_000
        let reading = machine.read()
        #expect(reading.milliseconds == machine.wall)
        #expect(reading.finding == .steppedForward(byMilliseconds: 300_000))
        #expect(reading.finding?.restartsHybridClock == false)
    }

    @Test("a longer one is held, reported once, and the time goes on without it")
    func held() {
        var machine = Machine()
        _ = machine.read()
        machine.wall += 300_001
        let first = machine.read()
        #expect(first.milliseconds == Self.wall)
        #expect(first.finding == .forwardHeld(byMilliseconds: 300_001))
        #expect(first.finding?.restartsHybridClock == false)
        for round in 1...3 {
            machine.pass(1_000)
            let reading = machine.read()
            #expect(reading.milliseconds == Self.wall + UInt64(round) * 1_000)
            #expect(reading.finding == nil)
            #expect(machine.clock.isHeld && machine.clock.offMilliseconds == 300_001)
        }
    }

    @Test(
        "a held step is followed when the clock is synchronised or was confirmed",
        arguments: [true, false])
    func followed(isSynchronised: Bool) {
        var machine = Machine()
        _ = machine.read()
        machine.wall += 3_600_000
        _ = machine.read()
        if isSynchronised {
            machine.isSynchronised = true
        } else {
            machine.clock.confirm()
        }
        machine.pass(10)
        let reading = machine.read()
        #expect(reading.milliseconds == machine.wall)
        #expect(reading.finding == .heldFollowed(byMilliseconds: 3_600_000))
        #expect(reading.finding?.restartsHybridClock == true)
        #expect(!machine.clock.isHeld && machine.clock.offMilliseconds == 0)
    }

    @Test("a synchronised reading is followed at once, however far it leads")
    func synchronised() {
        var machine = Machine()
        _ = machine.read()
        machine.wall += 86_400_000
        machine.isSynchronised = true
        let reading = machine.read()
        #expect(reading.milliseconds == machine.wall)
        #expect(reading.finding == .steppedForward(byMilliseconds: 86_400_000))
    }

    @Test("a confirmation is for the step that was held and for no other")
    func confirmation() {
        var machine = Machine()
        _ = machine.read()
        machine.clock.confirm()
        machine.wall += 600_000
        #expect(machine.read().finding == .forwardHeld(byMilliseconds: 600_000))
        machine.clock.confirm()
        machine.wall += 600_000
        #expect(machine.read().finding == .forwardHeld(byMilliseconds: 1_200_000))
        #expect(machine.read().finding == nil)
        machine.clock.confirm()
        #expect(machine.read().finding == .heldFollowed(byMilliseconds: 1_200_000))
        machine.wall += 300_001
        #expect(machine.read().finding == .forwardHeld(byMilliseconds: 300_001))
    }

    @Test("a hold ends when the wall clock comes back, in silence or as the step that is left")
    func comesBack() {
        for (left, finding) in [
            (5_000, nil), (5_001, .steppedForward(byMilliseconds: 5_001)),
        ] as [(UInt64, ClockFinding?)] {
            var machine = Machine()
            _ = machine.read()
            machine.wall += 900_000
            _ = machine.read()
            machine.wall -= 900_000 - left
            #expect(machine.read().finding == finding)
            #expect(!machine.clock.isHeld)
        }
    }

    @Test("many forward steps lead no further than one, until a reading is synchronised")
    func ratchet() {
        var machine = Machine()
        _ = machine.read()
        for expected in [
            .steppedForward(byMilliseconds: 200_000), .forwardHeld(byMilliseconds: 200_000),
        ] as [ClockFinding] {
            machine.wall += 200_000
            #expect(machine.read().finding == expected)
        }
        machine.isSynchronised = true
        #expect(machine.read().finding == .heldFollowed(byMilliseconds: 200_000))
        machine.isSynchronised = false
        machine.wall += 200_000
        #expect(machine.read().finding == .steppedForward(byMilliseconds: 200_000))
    }

    @Test("a site that lived in 2036 for ten minutes goes back and says so")
    func livedInTheFuture() throws {
        let future: UInt64 = 2_090_000_000_000
        var machine = Machine()
        machine.wall = future
        var hybrid = HybridClock()
        for _ in 0..<600 {
            machine.pass(1_000)
            let reading = machine.read()
            #expect(reading.finding == nil)
            _ = hybrid.next(wallMilliseconds: reading.milliseconds)
        }
        #expect(hybrid.latest.milliseconds == future + 600_000)
        machine.wall = Self.wall
        let corrected = machine.read()
        #expect(corrected.milliseconds == Self.wall)
        let finding = try #require(corrected.finding)
        #expect(finding == .steppedBack(byMilliseconds: future + 600_000 - Self.wall))
        #expect(finding.restartsHybridClock)
        hybrid.restart(wallMilliseconds: corrected.milliseconds)
        let next = hybrid.next(wallMilliseconds: corrected.milliseconds)
        #expect(next.milliseconds == Self.wall)
        machine.pass(1_000)
        #expect(machine.read().milliseconds == Self.wall + 1_000)
    }

    @Test("a monotonic clock that goes back counts as standing still")
    func monotonicBack() {
        var machine = Machine()
        _ = machine.read()
        machine.monotonic = 3
        #expect(machine.read().milliseconds == Self.wall)
        machine.pass(500)
        #expect(machine.read().milliseconds == Self.wall + 500)
    }

    @Test("time never leads without a reason, whatever the clocks do")
    func neverLeads() {
        for seed in 1...200 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var machine = Machine()
            var last = Int64(machine.read().milliseconds)
            // The lowest that time less elapsed time has been; it bounds what may follow.
            var floor = last
            var elapsed: Int64 = 0
            for _ in 0..<300 {
                let pass = Int64.random(in: 0...2_000, using: &generator)
                machine.pass(UInt64(pass))
                let jump = Self.jump(&generator)
                machine.wall = UInt64(max(0, Int64(machine.wall) + jump))
                elapsed += pass
                let reading = machine.read()
                let time = Int64(reading.milliseconds)
                #expect(time - elapsed <= floor + SiteClock.forwardMaxMilliseconds)
                if case .steppedBack = reading.finding {
                    #expect(time < last + pass)
                } else {
                    #expect(time >= last)
                }
                #expect(
                    machine.clock.offMilliseconds == Int64(machine.wall) - Int64(time))
                #expect(!machine.clock.isHeld || machine.clock.offMilliseconds > 5_000)
                floor = min(floor, time - elapsed)
                last = time
            }
        }
    }

    private static func jump(_ generator: inout SeededGenerator) -> Int64 {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: Int64.random(in: -3_600_000...3_600_000, using: &generator)
        case 1: Int64.random(in: -400_000...400_000, using: &generator)
        case 2: Int64.random(in: -6_000...6_000, using: &generator)
        case 3: Int64.random(in: 0...1_000, using: &generator)
        default: 0
        }
    }

    @Test("no reading traps")
    func extremes() {
        let values: [UInt64] = [
            0, 1, 1 << 47, 1 << 48 - 1, 1 << 48, 1 << 63 - 1, 1 << 63, .max - 1, .max,
        ]
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            var clock = SiteClock()
            for _ in 0..<8 {
                let reading = ClockReading(
                    wallMilliseconds: values.randomElement(using: &generator) ?? 0,
                    monotonicMilliseconds: values.randomElement(using: &generator) ?? 0,
                    isSynchronised: Bool.random(using: &generator))
                let time = clock.read(reading).milliseconds
                #expect(time <= HybridTime.millisecondsMax)
                if Bool.random(using: &generator) { clock.confirm() }
            }
        }
    }
}
