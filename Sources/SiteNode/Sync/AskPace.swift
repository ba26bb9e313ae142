/// When the answer to an ask may leave.
///
/// Whether somebody is unknown, withheld, or one of several candidates is searched for in different
/// ways, which take from under one to some hundred milliseconds; the asker is not to read from a clock
/// what the answer does not say (`sync-v1.md` §12).
enum AskPace {
    /// What every answer waits for: longer than the search takes in a store of ordinary size, short
    /// for whoever stands at a bedside.
    static let step: Duration = .milliseconds(500)

    /// The first whole step after the ask arrived that is not over yet.
    static func answerTime(
        asked: ContinuousClock.Instant, decided: ContinuousClock.Instant
    ) -> ContinuousClock.Instant {
        var time = asked + step
        while time < decided { time += step }
        return time
    }
}
