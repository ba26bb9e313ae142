/// How often one client may ask: so many requests a second, and so many at once (`security.md` §5).
/// A request that comes too early is not refused; it waits for its turn.
struct RequestPace: Sendable {
    /// Between the turns of two requests.
    private let interval: Duration
    /// How much earlier than its turn a request may be answered.
    private let lead: Duration
    /// The turn of the next request, since any fixed moment.
    private var next: Duration = .zero

    /// - Parameters:
    ///   - perSecond: requests a second, at least 1.
    ///   - burst: requests at once after a pause, at least 1.
    init(perSecond: Int, burst: Int) {
        self.init(every: .seconds(1) / perSecond, burst: burst)
    }

    /// - Parameters:
    ///   - interval: between two requests.
    ///   - burst: requests at once after a pause, at least 1.
    init(every interval: Duration, burst: Int) {
        self.interval = interval
        lead = interval * (burst - 1)
    }

    /// Gives a request its turn.
    ///
    /// - Parameter now: since that moment.
    /// - Returns: how long it has to wait.
    mutating func take(at now: Duration) -> Duration {
        let turn = max(next, now)
        next = turn + interval
        return max(.zero, turn - lead - now)
    }

    /// Whether it has been quiet for so long that a new one would do the same.
    func isRested(at now: Duration) -> Bool { next <= now }
}
