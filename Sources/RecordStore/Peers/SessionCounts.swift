public import AuditTrail

/// What went by a session, in events, and what became of it.
public struct SessionCounts: Sendable, Hashable {
    /// Left this node.
    public var sent = 0
    /// Came to this node.
    public var received = 0
    /// Left this node and were answered by the peer.
    public var answered = 0
    /// Answered by the peer, and not kept there.
    public var refusedThere = 0
    /// Came to this node, and were not kept here.
    public var refusedHere = 0

    /// Nothing went.
    public init() {}

    /// The figures of an audit entry, ascending by code.
    var figures: [AuditData.TypeCount] {
        [
            ("answered", answered), ("received", received), ("refused-here", refusedHere),
            ("refused-there", refusedThere), ("sent", sent),
        ].map { AuditData.TypeCount(type: $0.0, count: $0.1) }
    }
}

/// Why a session ended.
public struct SessionEnding: Sendable, Hashable {
    /// A code or a sentence of ours, never content.
    public var reason: String
    /// Whether it ended as sessions do.
    public var outcome: AuditOutcome

    /// Names an ending.
    public init(_ reason: String, _ outcome: AuditOutcome = .success) {
        self.reason = reason
        self.outcome = outcome
    }
}
