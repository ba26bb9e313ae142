/// Writes moments as ISO 8601 in UTC.
public enum UTCText {
    /// A moment to the millisecond: `2026-11-22T03:29:00.000Z`. Years before 0 and behind 9999 are
    /// written as those.
    public static func instant(milliseconds: Int64) -> String {
        let (first, last): (Int64, Int64) = (-62_167_219_200_000, 253_402_300_799_999)
        let moment = min(max(milliseconds, first), last)
        let days = (moment - floorModulo(moment, 86_400_000)) / 86_400_000
        let time = floorModulo(moment, 86_400_000)
        let (year, month, day) = date(daysSince1970: days)
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))T"
            + "\(digits(time / 3_600_000, 2)):\(digits(time / 60_000 % 60, 2)):"
            + "\(digits(time / 1_000 % 60, 2)).\(digits(time % 1_000, 3))Z"
    }

    /// The date of a day in the proleptic Gregorian calendar: eras of 400 years that begin in March.
    private static func date(
        daysSince1970 days: Int64
    ) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let dayOfEra = floorModulo(shifted, 146_097)
        let era = (shifted - dayOfEra) / 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func floorModulo(_ number: Int64, _ divisor: Int64) -> Int64 {
        let rest = number % divisor
        return rest < 0 ? rest + divisor : rest
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
