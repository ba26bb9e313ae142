/// A moment of the invented history, in seconds since 1970-01-01T00:00:00Z.
struct CalendarTime: Comparable, Sendable {
    /// 2026-06-30T12:00:00Z: the end of every sample history, so that no clock is ever read.
    static let now = CalendarTime(year: 2026, month: 6, day: 30, secondsOfDay: 43_200)

    static let secondsPerDay = 86_400

    /// May be negative.
    var seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
    }

    /// Proleptic Gregorian calendar; days from the civil date after Hinnant, "chrono-Compatible
    /// Low-Level Date Algorithms" (2013).
    init(year: Int, month: Int, day: Int, secondsOfDay: Int = 0) {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        seconds = (era * 146_097 + dayOfEra - 719_468) * Self.secondsPerDay + secondsOfDay
    }

    static func < (left: CalendarTime, right: CalendarTime) -> Bool {
        left.seconds < right.seconds
    }

    /// This moment moved by whole days and minutes.
    func adding(days: Int = 0, minutes: Int = 0) -> CalendarTime {
        CalendarTime(seconds: seconds + days * Self.secondsPerDay + minutes * 60)
    }

    /// The date in UTC as `YYYY-MM-DD`.
    var date: String {
        let civil = civilDate
        return "\(civil.year)-\(Self.padded(civil.month))-\(Self.padded(civil.day))"
    }

    /// A FHIR `dateTime`, in UTC+1 from April to October and in UTC otherwise.
    var dateTime: String {
        timeText(fraction: "")
    }

    /// A FHIR `instant` with invented milliseconds that depend on the moment only.
    var instant: String {
        timeText(fraction: "." + Self.padded(seconds.magnitude % 997 + 1, width: 3))
    }

    /// Year, month 1–12 and day 1–31 in UTC.
    var civilDate: (year: Int, month: Int, day: Int) {
        let days = Self.floored(seconds, by: Self.secondsPerDay) + 719_468
        let era = Self.floored(days, by: 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private func timeText(fraction: String) -> String {
        let month = civilDate.month
        let isSummer = month >= 4 && month <= 10
        let local = adding(minutes: isSummer ? 60 : 0)
        let days = Self.floored(local.seconds, by: Self.secondsPerDay)
        let secondsOfDay = local.seconds - days * Self.secondsPerDay
        let hour = Self.padded(secondsOfDay / 3_600)
        let minute = Self.padded(secondsOfDay / 60 % 60)
        let second = Self.padded(secondsOfDay % 60)
        let zone = isSummer ? "+01:00" : "+00:00"
        return "\(local.date)T\(hour):\(minute):\(second)\(fraction)\(zone)"
    }

    private static func floored(_ value: Int, by divisor: Int) -> Int {
        (value >= 0 ? value : value - divisor + 1) / divisor
    }

    private static func padded<Number: BinaryInteger>(_ value: Number, width: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
