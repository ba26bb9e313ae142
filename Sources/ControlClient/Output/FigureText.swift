import ControlProtocol

/// Writes figures for people, the same in every locale.
enum FigureText {
    /// A count with commas between thousands.
    static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A count with its noun: `1 patient`, `2 patients`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// The day, in UTC, of the last millisecond before a moment, such as `2026-01-31`.
    static func day(before milliseconds: Int64) -> String {
        String(minute(milliseconds: milliseconds - 1).prefix(10))
    }

    /// A number of entries of a log.
    static func entries(_ number: Int) -> String {
        "\(count(number)) \(number == 1 ? "entry" : "entries")"
    }

    /// Bytes with a binary unit and one decimal.
    static func bytes(_ number: Int) -> String {
        var value = Double(number)
        for unit in ["B", "KiB", "MiB"] {
            if value < 1_024 { return unit == "B" ? "\(number) B" : "\(tenths(value)) \(unit)" }
            value /= 1_024
        }
        return "\(tenths(value)) GiB"
    }

    /// A decimal with one digit behind the point.
    static func tenths(_ value: Double) -> String {
        let scaled = Int((value * 10).rounded())
        return "\(count(scaled / 10)).\(abs(scaled % 10))"
    }

    /// A time span by its two largest units.
    static func span(seconds: Int) -> String {
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"),
            (seconds % 60, "s"),
        ]
        let first = parts.firstIndex { $0.0 > 0 } ?? parts.count - 1
        return parts[first...].prefix(2).filter { $0.0 > 0 || seconds == 0 }
            .map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// A time of day in UTC, to the minute: `03:29`.
    static func clock(milliseconds: Int64) -> String {
        String(minute(milliseconds: milliseconds).suffix(5))
    }

    /// A moment in UTC, to the minute: `2026-11-22 03:29`.
    static func minute(milliseconds: Int64) -> String {
        String(UTCText.instant(milliseconds: milliseconds).prefix(16)).replacing("T", with: " ")
    }
}
