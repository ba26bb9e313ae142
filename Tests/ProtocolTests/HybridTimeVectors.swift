import CareRecord
import Testing

@Suite("Vectors of hybrid time")
struct HybridTimeVectors {
    @Test("every clock answers its steps as its vector says")
    func clocks() throws {
        try VectorFile.check(Self.file, named: "hybrid-time") { input in
            if input["bits"] != .null {
                let time = HybridTime(bits: input["bits"].decimal)
                return [
                    "milliseconds": .decimal(time.milliseconds), "counter": .decimal(time.counter),
                ]
            }
            var clock = HybridClock(latest: HybridTime(bits: input["latest"].decimal))
            let answers = input["steps"].items.map { step -> JSON in
                let wall = step["wall"].decimal
                guard step["observe"] != .null else {
                    return ["time": .decimal(clock.next(wallMilliseconds: wall).bits)]
                }
                let remote = HybridTime(bits: step["observe"].decimal)
                let isSuspect = clock.observe(remote, wallMilliseconds: wall)
                return ["isSuspect": .bool(isSuspect), "latest": .decimal(clock.latest.bits)]
            }
            return .list(answers)
        }
    }

    private static let wall: UInt64 = 1_780_000_000_000
    private static let lead: UInt64 = 120_000

    private static func bits(_ milliseconds: UInt64, _ counter: UInt16 = 0) -> UInt64 {
        milliseconds << 16 | UInt64(counter)
    }

    private static func next(_ wall: UInt64) -> JSON { ["wall": .decimal(wall)] }

    private static func observe(_ remote: UInt64, _ wall: UInt64) -> JSON {
        ["observe": .decimal(remote), "wall": .decimal(wall)]
    }

    private static func time(_ bits: UInt64) -> JSON { ["time": .decimal(bits)] }

    private static func observed(_ latest: UInt64, isSuspect: Bool = false) -> JSON {
        ["isSuspect": .bool(isSuspect), "latest": .decimal(latest)]
    }

    private static func clock(
        _ name: String, _ what: String, latest: UInt64, _ steps: [(JSON, JSON)]
    ) -> Vector {
        Vector(
            name, what, input: ["latest": .decimal(latest), "steps": .list(steps.map(\.0))],
            expect: .list(steps.map(\.1)))
    }

    private static var file: VectorFile {
        VectorFile(
            name: "hybrid-time", specification: "record-v1.md §11",
            about: "The parts of a hybrid time, and clocks that issue and observe times.",
            vectors: parts + clocks)
    }

    private static var parts: [Vector] {
        [
            Vector(
                "parts", "48 bits of milliseconds above a counter of 16",
                input: ["bits": .decimal(bits(wall, 3))],
                expect: ["milliseconds": .decimal(wall), "counter": "3"]),
            Vector(
                "parts-greatest", "every bit set", input: ["bits": .decimal(UInt64.max)],
                expect: ["milliseconds": .decimal((1 << 48) - 1 as UInt64), "counter": "65535"]),
        ]
    }

    private static var clocks: [Vector] {
        [
            clock(
                "rising", "a later wall clock starts its own counter", latest: 0,
                [
                    (next(wall), time(bits(wall))), (next(wall), time(bits(wall, 1))),
                    (next(wall + 1), time(bits(wall + 1))),
                ]),
            clock(
                "wall-behind", "a wall clock that fell back only counts up",
                latest: bits(wall, 7), [(next(wall - 5_000), time(bits(wall, 8)))]),
            clock(
                "counter-overflow", "a full counter carries into the milliseconds",
                latest: bits(wall, .max), [(next(wall), time(bits(wall + 1)))]),
            clock(
                "wall-beyond", "a wall clock past the year 10889 is held at the maximum", latest: 0,
                [(next(1 << 50), time(bits((1 << 48) - 1)))]),
            clock(
                "end-of-time", "the greatest time is issued again, never wrapped",
                latest: UInt64.max, [(next(wall), time(UInt64.max))]),
            clock(
                "observe-older", "an older remote time changes nothing", latest: bits(wall, 4),
                [(observe(bits(wall, 3), wall), observed(bits(wall, 4)))]),
            clock(
                "observe-newer", "a newer remote time is folded in", latest: bits(wall),
                [
                    (observe(bits(wall + 20, 9), wall), observed(bits(wall + 20, 9))),
                    (next(wall), time(bits(wall + 20, 10))),
                ]),
            clock(
                "observe-at-the-lead", "exactly two minutes ahead is folded in", latest: 0,
                [(observe(bits(wall + lead, 5), wall), observed(bits(wall + lead, 5)))]),
            clock(
                "observe-beyond-the-lead", "a millisecond more is suspect and left out",
                latest: bits(wall),
                [
                    (observe(bits(wall + lead + 1), wall), observed(bits(wall), isSuspect: true)),
                    (next(wall), time(bits(wall, 1))),
                ]),
            clock(
                "observe-end-of-time", "the greatest time is suspect", latest: bits(wall),
                [(observe(UInt64.max, wall), observed(bits(wall), isSuspect: true))]),
        ]
    }
}
