/// Finds what is unusual for a person or a peer: three plain rules (`docs/auditing.md`), each held
/// against the 28 days (UTC) before the day of the entry.
///
/// Who acts is the actor, in a disclosure the other site.
public struct UnusualTally: Sendable {
    /// The kinds of entries that are looked at.
    public static let kinds = [
        "disclose-out", "disclose-in", "read", "search", "export", "break-glass", "sign-in",
    ]
    /// The days that a day is held against.
    public static let days: Int64 = 28
    /// Acts on so many of these days make a habit.
    public static let daysOfHabitMin = 7
    /// A day's entries are many from so many on, and if they are more than `volumeFactor` times the
    /// mean.
    public static let volumeMin = 50
    /// How many times the mean.
    public static let volumeFactor = 3

    private struct Habit {
        /// Entries by day, of this day and the 28 before.
        var counts: [Int64: Int] = [:]
        /// The last day with an act in each hour, and the one before it.
        var hours: [[Int64]] = .init(repeating: [], count: 24)
    }

    private var habits: [String: Habit] = [:]
    private var firstDay: Int64?

    /// Knows nobody yet.
    public init() {}

    /// Takes the next entry, in their order.
    ///
    /// - Returns: what is unusual about it, in a sentence; `nil` if nothing is.
    public mutating func take(_ entry: AuditLogEntry) -> String? {
        guard Self.kinds.contains(entry.kind) else { return nil }
        let day = (entry.time - Self.modulo(entry.time, 86_400_000)) / 86_400_000
        let hour = Int(Self.modulo(entry.time, 86_400_000) / 3_600_000)
        let isDisclosure = entry.kind.hasPrefix("disclose-")
        let other = isDisclosure ? entry.to?.site ?? entry.from?.site : nil
        let who = other ?? entry.actor.id
        let begin = firstDay ?? day
        firstDay = min(begin, day)
        var habit = habits[who] ?? Habit()
        habit.counts = habit.counts.filter { $0.key >= day - Self.days }
        let before = habit.counts.filter { $0.key < day }
        let today = (habit.counts[day] ?? 0) + 1
        habit.counts[day] = today
        let lastInHour = habit.hours[hour].last { $0 < day }
        let isFirstInHour = !habit.hours[hour].contains(day)
        habit.hours[hour] = habit.hours[hour].suffix(1).filter { $0 != day } + [day]
        habits[who] = habit

        if before.isEmpty {
            return today == 1 && day - begin >= Self.days
                ? "not seen in the \(Self.days) days before" : nil
        }
        guard before.count >= Self.daysOfHabitMin else { return nil }
        // Through the mean, so that the one entry which passes the limit is found.
        let limit = max(
            Self.volumeMin - 1,
            before.values.reduce(0, +) * Self.volumeFactor / Int(Self.days))
        if today == limit + 1 {
            return "more than \(limit) entries in a day, against a mean of "
                + "\(before.values.reduce(0, +) / Int(Self.days))"
        }
        guard isFirstInHour, lastInHour.map({ day - $0 > Self.days }) ?? true else { return nil }
        return "at \(hour):00 UTC, an hour in which there was nothing in \(Self.days) days"
    }

    private static func modulo(_ number: Int64, _ divisor: Int64) -> Int64 {
        let rest = number % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
