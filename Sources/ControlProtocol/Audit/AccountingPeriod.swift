import Foundation

/// The period that an accounting of disclosures covers where none was asked for.
public enum AccountingPeriod {
    /// The same day and time six years before (45 CFR 164.528(a)(1)).
    ///
    /// - Parameter milliseconds: the moment behind the period, since 1970 UTC.
    public static func start(before milliseconds: Int64) -> Int64 {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let end = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        let start = calendar.date(byAdding: .year, value: -6, to: end)
        return start.map { Int64($0.timeIntervalSince1970 * 1_000) }
            ?? milliseconds - 2_192 * 86_400_000
    }
}
