import Foundation

/// Days as entries name them, in UTC.
enum AuditDay {
    private static let milliseconds: Int64 = 86_400_000
    /// The end of the year 9999: later days have no such text.
    private static let last: Int64 = 253_402_300_800_000

    /// The day of the last millisecond before a moment, such as `2026-01-31`.
    static func text(before milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(min(milliseconds, last) - 1) / 1_000)
            .formatted(.iso8601.year().month().day())
    }

    /// The first millisecond behind a day, since 1970; `nil` for a text that is no day.
    static func end(of day: String) -> Int64? {
        do {
            let start = try Date(day, strategy: .iso8601.year().month().day())
            return Int64(start.timeIntervalSince1970 * 1_000) + milliseconds
        } catch {
            return nil
        }
    }
}
