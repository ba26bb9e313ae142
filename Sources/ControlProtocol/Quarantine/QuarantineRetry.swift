/// What to try again: the body of `ControlRoute.retryQuarantine`.
public struct QuarantineRetryRequest: Codable, Sendable, Hashable {
    /// The item's number; absent for every open item.
    public var item: Int?

    /// Describes what to try.
    public init(item: Int? = nil) {
        self.item = item
    }
}

/// What trying again did.
public struct QuarantineRetry: Codable, Sendable, Hashable {
    /// Items that were tried.
    public var tried: Int
    /// Of these, those that are applied now and closed.
    public var applied: Int
    /// Of these, those that stay as they were.
    public var stillRefused: Int

    /// Describes the outcome.
    public init(tried: Int, applied: Int, stillRefused: Int) {
        self.tried = tried
        self.applied = applied
        self.stillRefused = stillRefused
    }
}
