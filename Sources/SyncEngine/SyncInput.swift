public import CareRecord
public import WireFormat

/// What happens to a session.
public enum SyncInput: Sendable {
    /// A channel to the peer is open and both hellos were exchanged.
    case opened(SessionOpening)
    /// The channel is gone: what was in flight is sent again later.
    case channelLost
    /// The feed was read after the position that `.readFeed` named.
    case feed(FeedPage)
    /// Owed events were read from the place that `.readOwed` named.
    case owed(OwedPage)
    /// The feed grew, perhaps by urgent events.
    case feedGrew
    /// The share set changed, or an administrator made something owed: every lane is read.
    case shareChanged
    /// The peer answered a delivery, so many milliseconds after its first byte left.
    case answered(Answer, tookMilliseconds: UInt64)
    /// The peer was asked what it holds of these streams, and what it holds is settled.
    case offered([StreamID])
    /// What an administrator allows from now on. Taken also while closed, and kept.
    case traffic(TrafficPolicy)
    /// The sites whose events the peer receives directly now (`wait`); the hello's until then.
    case directSites([SiteID])
    /// The time that `.wakeAt` named has come. Never harmful, at any time.
    case tick
    /// The shell could not send a delivery, since the share set changed after it was ordered.
    /// The session is over: deliveries are numbered without gaps.
    case permitsChanged
}
