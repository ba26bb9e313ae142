import Foundation

/// A day in UTC, as people type it: `2026-11-22`.
public struct DayTyping: Sendable, Hashable {
    /// Its first moment, in milliseconds since 1970.
    public let startMilliseconds: Int64

    /// The first moment of the day after.
    public var endMilliseconds: Int64 { startMilliseconds + 86_400_000 }

    /// Reads a day; `nil` for any other text, and for days that no calendar has.
    public init?(text: String) {
        let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
        do {
            let date = try style.parse(text)
            guard text.utf8.count == 10, style.format(date) == text else { return nil }
            startMilliseconds = Int64(date.timeIntervalSince1970 * 1_000)
        } catch {
            return nil
        }
    }
}
