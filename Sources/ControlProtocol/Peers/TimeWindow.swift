/// A time of day, `22:00-06:00`, in the local time of the service: from its first minute to the one
/// before its last; one that ends before it begins goes past midnight.
public struct TimeWindow: Sendable, Hashable, CustomStringConvertible {
    /// The first minute of the window, counted from midnight, 0 to 1,439.
    public let firstMinute: Int
    /// The minute with which it is over, 1 to 1,440, never equal to `firstMinute`.
    public let endMinute: Int

    /// Reads `HH:MM-HH:MM`; the end may be `24:00`. Nil for anything else, also for an empty window.
    public init?(text: String) {
        let sides = text.split(separator: "-", omittingEmptySubsequences: false)
        guard sides.count == 2, let first = Self.minute(sides[0]), let end = Self.minute(sides[1]),
            first < 1_440, first != end
        else { return nil }
        firstMinute = first
        endMinute = end == 0 ? 1_440 : end
    }

    /// The window as `init(text:)` reads it.
    public var description: String {
        Self.text(firstMinute) + "-" + Self.text(endMinute)
    }

    /// Whether a minute of the day, 0 to 1,439, lies within.
    public func contains(minute: Int) -> Bool {
        firstMinute < endMinute
            ? (firstMinute..<endMinute).contains(minute)
            : minute >= firstMinute || minute < endMinute
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isDigits = parts.allSatisfy { part in
            part.utf8.count == 2 && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard isDigits, parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
            minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return hour * 60 + minute
    }

    private static func text(_ minute: Int) -> String {
        let parts = [minute / 60, minute % 60]
        return parts.map { $0 < 10 ? "0\($0)" : String($0) }.joined(separator: ":")
    }
}
