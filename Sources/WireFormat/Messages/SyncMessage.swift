public import CareRecord
public import Signing

/// One message of a session (`sync-v1.md`, *Messages*).
public enum SyncMessage: Sendable, Hashable {
    /// Opens a session: who I am, what I hold, what I last held of you.
    case hello(Hello)
    /// How my share set for you changed.
    case announce(Announce)
    /// Cards of authors whose events follow.
    case cards([SignedNodeCard])
    /// Events that you are entitled to and are not known to hold.
    case deliver(Deliver)
    /// What became of each event of a delivery.
    case answer(Answer)
    /// Hold this request until you have something for me.
    case wait(Wait)
    /// Asks for a piece of a blob.
    case blobRequest(BlobRequest)
    /// A piece of a blob.
    case blobChunk(BlobChunk)
    /// Streams were withdrawn from you, or from somebody who sent them on to you.
    case notice(SignedWithdrawalNotice)
    /// What became of a withdrawal notice.
    case noticeAnswer(NoticeAnswer)
    /// Send these events again.
    case fetch(Fetch)
    /// What I hold of these streams.
    case vectors(StreamVectors)
    /// What I still have for you.
    case standing(Standing)
    /// A patient is here now: do you hold their record?
    case ask(Ask)
    /// What became of an ask.
    case askAnswer(AskAnswer)
    /// My audit log has a signed head: cosign it.
    case cosign(Cosign)
    /// What became of such a request.
    case cosignAnswer(CosignAnswer)
    /// Ends the session, with a reason.
    case refusal(SyncRefusal)
    /// A message of a later version: ignored.
    case unknown
}

/// Opens a session.
public struct Hello: Sendable, Hashable {
    /// The lowest protocol version that the sender speaks.
    public var protocolMin: UInt32
    /// The highest protocol version that the sender speaks.
    public var protocolMax: UInt32
    /// The sender's writer.
    public var replica: Replica
    /// The sender's change feed.
    public var feed: FeedID
    /// The position of the newest event in it; 0 while it is empty.
    public var feedHead: UInt64
    /// The id of that event.
    public var feedHeadEvent: EventID?
    /// The version of the sender's share set for the receiver.
    public var shareVersion: UInt64
    /// 32 bytes over that share set (`ShareSetSum.digest`).
    public var shareDigest: [UInt8]
    /// The sender's hybrid clock.
    public var time: HybridTime
    /// What the sender last held of the receiver; `nil` at first contact.
    public var echo: Echo?
    /// The rolling session token, 16 bytes.
    public var sessionToken: [UInt8]
    /// The sites whose events the sender receives directly now, ascending.
    public var directSites: [SiteID]
    /// Frame codecs that the sender reads, ascending.
    public var codecs: [UInt32]

    /// Creates a message from its parts.
    public init(
        protocolMin: UInt32, protocolMax: UInt32, replica: Replica, feed: FeedID,
        feedHead: UInt64, feedHeadEvent: EventID?, shareVersion: UInt64, shareDigest: [UInt8],
        time: HybridTime, echo: Echo?, sessionToken: [UInt8], directSites: [SiteID],
        codecs: [UInt32]
    ) {
        self.protocolMin = protocolMin
        self.protocolMax = protocolMax
        self.replica = replica
        self.feed = feed
        self.feedHead = feedHead
        self.feedHeadEvent = feedHeadEvent
        self.shareVersion = shareVersion
        self.shareDigest = shareDigest
        self.time = time
        self.echo = echo
        self.sessionToken = sessionToken
        self.directSites = directSites
        self.codecs = codecs
    }

    /// What the sender last held of the receiver.
    public struct Echo: Sendable, Hashable {
        /// The receiver's change feed.
        public var feed: FeedID
        /// The highest position of it that was answered.
        public var position: UInt64
        /// The id of the event there.
        public var event: EventID?
        /// The version of the receiver's share set for the sender.
        public var shareVersion: UInt64

        /// Creates an echo from its parts.
        public init(feed: FeedID, position: UInt64, event: EventID?, shareVersion: UInt64) {
            self.feed = feed
            self.position = position
            self.event = event
            self.shareVersion = shareVersion
        }
    }
}

/// How a share set changed; a long change travels in parts that follow each other by version.
public struct Announce: Sendable, Hashable {
    /// The version that the changes start from; 0 if they replace whatever was held before.
    public var fromVersion: UInt64
    /// The version that they lead to, at least `fromVersion`; where the next part starts.
    public var toVersion: UInt64
    /// Streams that joined the set, ascending, at most `SyncLimits.announcedStreamsMax`.
    public var added: [StreamID]
    /// Streams that left the set, ascending, as many at most, none of them in `added`.
    public var removed: [StreamID]
    /// 32 bytes over the set at `toVersion` (`ShareSetSum.digest`); empty if more parts follow.
    public var digest: [UInt8]

    /// Creates a message from its parts.
    public init(
        fromVersion: UInt64, toVersion: UInt64, added: [StreamID], removed: [StreamID],
        digest: [UInt8]
    ) {
        self.fromVersion = fromVersion
        self.toVersion = toVersion
        self.added = added
        self.removed = removed
        self.digest = digest
    }
}

/// Events that the receiver is entitled to and is not known to hold.
///
/// What the change feed brings moves the sender's cursor for the receiver. What is owed moves
/// nothing: both positions are the cursor then.
public struct Deliver: Sendable, Hashable {
    /// From 1 in each session and direction, without gaps.
    public var number: UInt64
    /// The position of the sender's feed after which the delivery starts.
    public var afterPosition: UInt64
    /// The position that the sender's cursor for the receiver reaches once everything is answered,
    /// at least `afterPosition`.
    public var throughPosition: UInt64
    /// The lane that all of its events travel in.
    public var lane: Lane
    /// In the order of the sender's feed, of owed ones within each stream; at most
    /// `SyncLimits.deliveryEventsMax`.
    public var events: [EventEnvelope]

    /// Creates a message from its parts.
    public init(
        number: UInt64, afterPosition: UInt64, throughPosition: UInt64, lane: Lane,
        events: [EventEnvelope]
    ) {
        self.number = number
        self.afterPosition = afterPosition
        self.throughPosition = throughPosition
        self.lane = lane
        self.events = events
    }
}

/// What became of each event of a delivery.
public struct Answer: Sendable, Hashable {
    /// The delivery.
    public var number: UInt64
    /// One for each event, in its order.
    public var outcomes: [EventOutcome]

    /// Creates a message from its parts.
    public init(number: UInt64, outcomes: [EventOutcome]) {
        self.number = number
        self.outcomes = outcomes
    }
}

/// What a receiver did with one event.
public enum EventOutcome: Sendable, Hashable {
    /// Durable here now.
    case accepted
    /// Was durable here already.
    case duplicate
    /// Durable here, but not applied before what it waits for arrives.
    case pending(PendingReason)
    /// Never: the envelope is bad or the stream was not announced.
    case refused(EventRefusal)
    /// Not kept: there is no room. The sender keeps it and tries again later.
    case full
}

/// What a pending event waits for.
public enum PendingReason: Sendable, Hashable {
    /// Another event of the same stream.
    case event(Dot)
    /// The card of its author.
    case card(Replica)
    /// The `erase` event that orders the destruction of one of its values.
    case erasure
}

/// Why an event is refused; the code travels.
public enum EventRefusal: UInt32, Sendable, Hashable, CaseIterable {
    /// Any reason of a later version.
    case other = 0
    /// The envelope is bad (`EnvelopeRefusal`).
    case badEnvelope = 1
    /// Neither side announced the stream to the other.
    case notAnnounced = 2
    /// The stream is of a kind that never travels.
    case notForwardable = 3
}

/// Holds a request open until there is something to send.
public struct Wait: Sendable, Hashable {
    /// How long to hold it, at most `SyncLimits.waitMillisecondsMax`.
    public var milliseconds: UInt32
    /// The sites whose events the sender receives directly now, ascending.
    public var directSites: [SiteID]
    /// Counts the waits of a session, from 1: where one is missing or comes twice, a response was
    /// lost.
    public var number: UInt64

    /// Creates a message from its parts.
    public init(milliseconds: UInt32, directSites: [SiteID], number: UInt64) {
        self.milliseconds = milliseconds
        self.directSites = directSites
        self.number = number
    }
}
