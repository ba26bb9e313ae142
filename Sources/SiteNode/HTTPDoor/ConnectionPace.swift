import NIOCore

/// Decides when a connection has been too slow. A value; time comes in as a parameter.
///
/// No phase may last for ever except `answering`, which is this node's own work: a parked
/// long-poll is never cut.
struct ConnectionPace {
    /// Where the connection stands.
    enum Phase: Equatable {
        /// No byte of a request yet. The first one counts from the connection's start.
        case waiting(since: NIODeadline, isFirst: Bool)
        /// Some bytes of a header.
        case readingHeader(since: NIODeadline)
        /// The header is complete, the body is not.
        case readingBody(since: NIODeadline, bytes: Int)
        /// The request is complete; the answer is being made or written.
        case answering
        /// The answer is written; the peer has not read all of it.
        case sending(since: NIODeadline, bytes: Int)
        /// The request is refused; what follows it is dropped until the refusal is written.
        case refusing(since: NIODeadline)
        /// Refused or broken; the peer may finish reading.
        case closing(since: NIODeadline)
    }

    private(set) var phase: Phase
    private let limits: DoorLimits
    private var isStopping = false

    /// A connection that has just been accepted.
    init(limits: DoorLimits, now: NIODeadline) {
        self.limits = limits
        phase = .waiting(since: now, isFirst: true)
    }

    /// When the connection must be cut unless something happens; nil while it is our turn.
    var deadline: NIODeadline? {
        switch phase {
        case .waiting(let since, let isFirst):
            since + TimeAmount(isFirst ? limits.headerWithin : limits.idle)
        case .readingHeader(let since): since + TimeAmount(limits.headerWithin)
        case .readingBody(let since, let bytes):
            since + max(TimeAmount(limits.slowBodyGrace), slowest(bytes))
        case .answering: nil
        case .sending(let since, _) where isStopping: since + TimeAmount(limits.stopWithin)
        case .sending(let since, let bytes):
            since + max(TimeAmount(limits.idle), slowest(bytes))
        case .refusing(let since): since + TimeAmount(limits.headerWithin)
        case .closing(let since): since + TimeAmount(limits.linger)
        }
    }

    /// Whether a request may begin: anything else is pipelining, which no peer of ours does.
    var acceptsRequest: Bool {
        switch phase {
        case .waiting, .readingHeader, .sending: true
        case .readingBody, .answering, .refusing, .closing: false
        }
    }

    /// Bytes came in, before anyone looked at them.
    mutating func bytesArrived(now: NIODeadline) {
        switch phase {
        case .waiting(let since, true): phase = .readingHeader(since: since)
        case .waiting(_, false): phase = .readingHeader(since: now)
        default: break
        }
    }

    /// A request's header is complete.
    mutating func headerEnded(now: NIODeadline) {
        guard acceptsRequest else { return }
        phase = .readingBody(since: now, bytes: 0)
    }

    /// Part of a body came in.
    mutating func bodyArrived(bytes count: Int) {
        guard case .readingBody(let since, let bytes) = phase else { return }
        phase = .readingBody(since: since, bytes: bytes + count)
    }

    /// The request is complete.
    mutating func requestEnded() {
        guard case .readingBody = phase else { return }
        phase = .answering
    }

    /// The answer, of so many bytes, is written but not yet taken by the network.
    mutating func answerWritten(bytes: Int, now: NIODeadline) {
        guard case .answering = phase else { return }
        phase = .sending(since: now, bytes: bytes)
    }

    /// The network has taken the answer.
    mutating func answerSent(now: NIODeadline) {
        switch phase {
        case .sending: phase = .waiting(since: now, isFirst: false)
        case .refusing: phase = .closing(since: now)
        default: break
        }
    }

    /// The request at hand is answered without being read.
    mutating func refused(now: NIODeadline) {
        phase = .refusing(since: now)
    }

    /// Whether a part of a request has come in.
    var isReading: Bool {
        switch phase {
        case .readingHeader, .readingBody: true
        default: false
        }
    }

    /// The node stops: an answer is taken soon or not at all.
    mutating func stopping(now: NIODeadline) {
        isStopping = true
        if case .sending(_, let bytes) = phase { phase = .sending(since: now, bytes: bytes) }
    }

    /// Nothing more will be read from this connection.
    mutating func closing(now: NIODeadline) {
        if case .closing = phase { return }
        phase = .closing(since: now)
    }

    private func slowest(_ bytes: Int) -> TimeAmount {
        .milliseconds(Int64(bytes) * 1_000 / Int64(limits.slowestBytesPerSecond))
    }
}
