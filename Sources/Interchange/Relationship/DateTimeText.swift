/// Reads the date, dateTime and instant of FHIR R4 (`datatypes.html` §2.24.0.1) as points in time.
enum DateTimeText {
    /// The first millisecond since 1970 UTC after the text's year, month or day in UTC; of a time
    /// the instant itself, with its fraction cut to milliseconds.
    ///
    /// `nil` for anything but `YYYY`, `YYYY-MM`, `YYYY-MM-DD` and `YYYY-MM-DDThh:mm:ss[.s…]` with
    /// `Z` or an offset up to ±14:00, for a date that is in no calendar, and for year 0. The value
    /// of an early year is negative.
    static func endMilliseconds(of text: String) -> Int64? {
        var input = Substring(text).utf8
        guard let year = number(4, &input), year > 0 else { return nil }
        if input.isEmpty { return day(year + 1, 1, 1) * dayMilliseconds }
        guard take("-", &input), let month = number(2, &input), (1...12).contains(month) else {
            return nil
        }
        if input.isEmpty {
            return (month < 12 ? day(year, month + 1, 1) : day(year + 1, 1, 1)) * dayMilliseconds
        }
        guard take("-", &input), let dayOfMonth = number(2, &input), dayOfMonth > 0,
            dayOfMonth <= days(in: month, of: year)
        else { return nil }
        let midnight = day(year, month, dayOfMonth) * dayMilliseconds
        if input.isEmpty { return midnight + dayMilliseconds }
        guard take("T", &input), let time = time(&input), let offset = offset(&input),
            input.isEmpty
        else { return nil }
        return midnight + time - offset
    }

    private static let dayMilliseconds: Int64 = 86_400_000

    /// `hh:mm:ss[.s…]` in milliseconds; a second 60 is a leap second.
    private static func time(_ input: inout Substring.UTF8View) -> Int64? {
        guard let hour = number(2, &input), hour < 24, take(":", &input),
            let minute = number(2, &input), minute < 60, take(":", &input),
            let second = number(2, &input), second <= 60
        else { return nil }
        let milliseconds = ((hour * 60 + minute) * 60 + second) * 1_000
        guard take(".", &input) else { return milliseconds }
        var fraction: Int64 = 0
        var scale: Int64 = 100
        guard var digit = number(1, &input) else { return nil }
        while true {
            fraction += digit * scale
            scale /= 10
            guard let next = number(1, &input) else { return milliseconds + fraction }
            digit = next
        }
    }

    /// `Z` or `±hh:mm` in milliseconds east of UTC.
    private static func offset(_ input: inout Substring.UTF8View) -> Int64? {
        if take("Z", &input) { return 0 }
        let sign: Int64
        if take("+", &input) {
            sign = 1
        } else if take("-", &input) {
            sign = -1
        } else {
            return nil
        }
        guard let hour = number(2, &input), take(":", &input), let minute = number(2, &input),
            minute < 60, hour * 60 + minute <= 14 * 60
        else { return nil }
        return sign * (hour * 60 + minute) * 60_000
    }

    private static func take(_ character: Unicode.Scalar, _ input: inout Substring.UTF8View) -> Bool
    {
        guard input.first == UInt8(ascii: character) else { return false }
        input.removeFirst()
        return true
    }

    /// Takes exactly so many decimal digits; on `nil` nothing may be read after it.
    private static func number(_ digits: Int, _ input: inout Substring.UTF8View) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let byte = input.first, (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
            input.removeFirst()
        }
        return value
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Days from 1970-01-01 in the Gregorian calendar, for years from 1 on (Hinnant,
    /// *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil`).
    private static func day(_ year: Int64, _ month: Int64, _ dayOfMonth: Int64) -> Int64 {
        // Years start in March, so that the leap day is their last.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + dayOfMonth - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}
