import ArgumentParser
import ControlClient

/// A day in UTC, as typed.
struct DayArgument: ExpressibleByArgument, Equatable {
    /// The day.
    let day: DayTyping

    init?(argument: String) {
        guard let day = DayTyping(text: argument) else { return nil }
        self.day = day
    }
}
