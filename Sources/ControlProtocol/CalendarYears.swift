import Foundation

/// Periods of whole years by the calendar, in UTC.
public enum CalendarYears {
    /// The years that an accounting of disclosures covers (45 CFR 164.528(a)(1)).
    public static let ofAccounting = 6

    /// The same day and time so many years before.
    ///
    /// - Parameter milliseconds: a moment since 1970 UTC.
    public static func start(_ years: Int, before milliseconds: Int64) -> Int64 {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let end = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        let start = calendar.date(byAdding: .year, value: -years, to: end)
        return start.map { Int64($0.timeIntervalSince1970 * 1_000) }
            ?? milliseconds - Int64(years) * 366 * 86_400_000
    }
}
