import ControlProtocol
import Testing

@Suite("what is unusual")
struct UnusualTests {
    private static let day: Int64 = 86_400_000

    private static func act(
        _ day: Int64, hour: Int64 = 9, by who: String = "a", kind: String = "read"
    ) -> AuditLogEntry {
        AuditLogEntry(
            seq: 0, time: day * Self.day + hour * 3_600_000, kind: kind,
            actor: .init(id: who, role: "administrator"))
    }

    /// Somebody who reads twice a day for 28 days.
    private static func habit() -> UnusualTally {
        var tally = UnusualTally()
        for day in 100..<128 as Range<Int64> {
            for hour in [9, 10] as [Int64] {
                #expect(tally.take(act(day, hour: hour)) == nil)
            }
        }
        return tally
    }

    @Test("somebody who was not seen for 28 days is, once the log is as old")
    func new() {
        var tally = Self.habit()
        #expect(tally.take(Self.act(127, by: "b")) == nil)
        #expect(tally.take(Self.act(128, by: "c"))?.contains("not seen") == true)
        #expect(tally.take(Self.act(128, by: "c")) == nil)
        #expect(tally.take(Self.act(155)) == nil)
        #expect(tally.take(Self.act(184))?.contains("not seen") == true)
    }

    @Test("an hour is in which there was nothing in 28 days, once a day")
    func hour() {
        var tally = Self.habit()
        #expect(tally.take(Self.act(128, hour: 9)) == nil)
        #expect(tally.take(Self.act(128, hour: 3))?.contains("at 3:00 UTC") == true)
        #expect(tally.take(Self.act(128, hour: 3)) == nil)
        #expect(tally.take(Self.act(129, hour: 3)) == nil)
    }

    @Test("a day is with fifty entries and more than three times the mean, where it passes that")
    func volume() {
        var tally = Self.habit()
        let findings = (1...200).map { _ in tally.take(Self.act(128)) }
        #expect(findings.compactMap { $0 }.count == 1)
        #expect(findings[49]?.contains("mean of 2") == true)
    }

    @Test("who has no habit yet has none to break, and other kinds do not count")
    func noHabit() {
        var tally = UnusualTally()
        for day in 100..<106 as Range<Int64> { #expect(tally.take(Self.act(day)) == nil) }
        #expect(tally.take(Self.act(106, hour: 3)) == nil)
        #expect(tally.take(Self.act(300, by: "z", kind: "session")) == nil)
    }

    @Test("in a disclosure it is the other site that is looked at")
    func peers() {
        var tally = Self.habit()
        var sent = Self.act(128, hour: 3, kind: "disclose-out")
        sent.to = .init(site: "s")
        #expect(tally.take(sent)?.contains("not seen") == true)
    }

    @Test("in any other act it is whoever acted, whichever site it went to")
    func actors() throws {
        var tally = Self.habit()
        let kind = try #require(UnusualTally.kinds.first { !$0.hasPrefix("disclose-") })
        var act = Self.act(128, hour: 3, by: "b", kind: kind)
        act.to = .init(site: "s")
        #expect(tally.take(act)?.contains("not seen") == true)
        act = Self.act(128, hour: 3, by: "c", kind: kind)
        act.to = .init(site: "s")
        #expect(tally.take(act)?.contains("not seen") == true)
    }
}
