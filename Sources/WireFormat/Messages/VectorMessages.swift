public import CareRecord

/// Asks the other side to send events again.
public struct Fetch: Sendable, Hashable {
    /// The stream that they belong to.
    public var stream: StreamID
    /// Their writer.
    public var replica: Replica
    /// Their counters, from 1 to `EventLimits.counterMax`.
    public var counters: ClosedRange<UInt64>

    /// Creates a message from its parts.
    public init(stream: StreamID, replica: Replica, counters: ClosedRange<UInt64>) {
        self.stream = stream
        self.replica = replica
        self.counters = counters
    }
}

/// What the sender holds of some streams.
public struct StreamVectors: Sendable, Hashable {
    /// Whether the receiver is asked for its own vectors of the same streams.
    public var asks: Bool
    /// Ascending by stream; from 1 to `SyncLimits.vectorStreamsMax`, with at most
    /// `SyncLimits.vectorWritersMax` writers in all.
    public var entries: [Entry]

    /// Creates a message from its parts.
    public init(asks: Bool, entries: [Entry]) {
        self.asks = asks
        self.entries = entries
    }

    /// What the sender holds of one stream.
    public struct Entry: Sendable, Hashable {
        /// The stream.
        public var stream: StreamID
        /// Its version vector; empty if nothing of it is held.
        public var vector: VersionVector

        /// Creates an entry from its parts.
        public init(stream: StreamID, vector: VersionVector) {
            self.stream = stream
            self.vector = vector
        }
    }
}

/// What the sender still has for the receiver.
public struct Standing: Sendable, Hashable {
    /// The newest position of the sender's feed.
    public var feedHead: UInt64
    /// Events that the receiver may have and has not answered, in every lane; 0 means that it holds
    /// whatever it may have up to `feedHead`.
    public var queuedEvents: UInt64
    /// Their envelopes together, in bytes.
    public var queuedBytes: UInt64
    /// The age of the oldest of them, in milliseconds since the sender accepted it; 0 if there is
    /// none.
    public var oldestMilliseconds: UInt64

    /// Creates a message from its parts; each is at most `SyncLimits.positionMax`.
    public init(
        feedHead: UInt64, queuedEvents: UInt64, queuedBytes: UInt64, oldestMilliseconds: UInt64
    ) {
        self.feedHead = feedHead
        self.queuedEvents = queuedEvents
        self.queuedBytes = queuedBytes
        self.oldestMilliseconds = oldestMilliseconds
    }
}
