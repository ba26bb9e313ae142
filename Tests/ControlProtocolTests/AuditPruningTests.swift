import ControlProtocol
import Testing

/// What may be asked of a log that is kept for years.
@Suite struct AuditPruningTests {
    /// 2026-03-01, three in the morning UTC.
    private static let now: Int64 = 1_772_334_000_000

    @Test("entries are kept to the millisecond, by the calendar, for as long as is configured")
    func retention() throws {
        for (years, latest, day) in [
            (6, 1_583_031_600_000, "2020-03-01"), (7, 1_551_409_200_000, "2019-03-01"),
            (100, -1_383_426_000_000, "1926-03-01"),
        ] as [(Int, Int64, String)] {
            try AuditPruning(beforeMilliseconds: latest).check(keptYears: years, at: Self.now)
            try AuditPruning(beforeMilliseconds: .min).check(keptYears: years, at: Self.now)
            for younger in [latest + 1, Self.now, .max] {
                #expect {
                    try AuditPruning(beforeMilliseconds: younger, archive: "a")
                        .check(keptYears: years, at: Self.now)
                } throws: { error in
                    let failure = error as? ControlFailure
                    return failure?.message == "Entries are kept for \(years) years."
                        && failure?.next == "Name \(day) or an earlier day."
                }
            }
        }
    }
}
