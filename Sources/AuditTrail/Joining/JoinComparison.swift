/// One site's account of its sessions with another.
public struct JoinHalf: Sendable, Hashable {
    /// The first entry that the site's log still has; above 0 if what stood before was pruned.
    public var first: UInt64
    /// The entries about the sessions, ascending by place.
    public var entries: [SharedEntry]

    /// Puts an account together.
    public init(first: UInt64, entries: [SharedEntry]) {
        self.first = first
        self.entries = entries
    }
}

/// Two sites' accounts of their sessions, held against each other: each delivery that one log says
/// has left must be one that the other log says has come, with the same digests.
///
/// A delivery of which one log tells nothing is evidence only if it cannot have been lost on the
/// way: the sender's own entries about the session say how many events were answered, and a receiver
/// takes deliveries in order, so that these are the first ones. What came without having left is always
/// evidence, for nothing leaves without its entry.
///
/// Of a log that was pruned only what began behind its first entry is compared, for each direction:
/// deliveries to one side leave by one session after the other, so that at most the oldest session
/// that is left can have lost entries, and what the other side tells of before it is gone here. A
/// session of which this log has an entry that is too young to be pruned is compared, whatever the
/// peer says that it has pruned.
public struct JoinComparison: Sendable, Hashable {
    /// A delivery on which the logs do not agree.
    public struct Finding: Sendable, Hashable {
        /// What is wrong.
        public enum Fault: String, Sendable, Hashable, CaseIterable {
            /// This log lacks what the peer's tells of.
            case missingHere = "missing-here"
            /// The peer's log lacks what this one tells of.
            case missingThere = "missing-there"
            /// Both tell of it, and not the same.
            case differing
        }

        /// What is wrong.
        public let fault: Fault
        /// The first entry about the delivery in this log, if there is one.
        public let here: UInt64?
        /// The first entry about it in the peer's log, if there is one.
        public let there: UInt64?
    }

    /// Deliveries on which both logs agree.
    public private(set) var agreed = 0
    /// Deliveries of which the receiver kept a part: they agree in number.
    public private(set) var inPart = 0
    /// Deliveries that left and that nobody says were answered.
    public private(set) var unanswered = 0
    /// Deliveries of this log behind what the peer's head can tell of.
    public private(set) var later = 0
    /// Sessions of which a pruned log may have lost entries; those are not compared.
    public var leftOut: Int { leftOutSessions.count }
    /// Where the logs do not agree, by session, direction and delivery.
    public private(set) var findings: [Finding] = []

    /// Whether nothing could be compared, and something was left out.
    public var isEmpty: Bool {
        leftOut > 0 && agreed + inPart + unanswered + later + findings.count == 0
    }

    private let boundary: UInt64
    private var leftOutSessions: Set<String> = []

    /// Compares both sides' entries about their sessions with each other.
    ///
    /// - Parameters:
    ///   - own: this log's, read after the peer's.
    ///   - peers: the peer's.
    ///   - boundary: the size of this log before the peer signed the head of its entries: what stands
    ///     behind it here, the peer need not tell of.
    ///   - youngFrom: the first entry of this log that is too young to be pruned anywhere.
    public init(
        own: JoinHalf, peers: JoinHalf, boundary: UInt64, youngFrom: UInt64 = .max
    ) {
        self.boundary = boundary
        let here = Self.sessions(own.entries, answersBefore: boundary)
        let there = Self.sessions(peers.entries, answersBefore: .max)
        let isPruned = (here: own.first > 0, there: peers.first > 0)
        let sent = JoinStarts(
            here: here.compactMapValues(\.firstLeft), there: there.compactMapValues(\.firstCame),
            isPruned: isPruned, youngFrom: youngFrom)
        let received = JoinStarts(
            here: here.compactMapValues(\.firstCame), there: there.compactMapValues(\.firstLeft),
            isPruned: isPruned, youngFrom: youngFrom)
        leftOutSessions = sent.cut.union(received.cut)
        for session in Set(here.keys).union(there.keys).sorted() {
            let (ours, theirs) = (here[session] ?? JoinSession(), there[session] ?? JoinSession())
            if !sent.cut.contains(session) { compareSent(ours, theirs) }
            if !received.cut.contains(session) { compareReceived(ours, theirs) }
        }
    }

    /// How many findings there are of a kind.
    public func count(of fault: Finding.Fault) -> Int { findings.count { $0.fault == fault } }

    /// The first entry of this log that the peer's does not bear out.
    public var firstHere: UInt64? { findings.compactMap(\.here).min() }
    /// The first entry of the peer's log that this one does not bear out.
    public var firstThere: UInt64? { findings.compactMap(\.there).min() }

    private static func sessions(
        _ entries: [SharedEntry], answersBefore boundary: UInt64
    ) -> [String: JoinSession] {
        var sessions: [String: JoinSession] = [:]
        for entry in entries {
            sessions[entry.session, default: JoinSession()].add(entry, answersBefore: boundary)
        }
        return sessions
    }

    /// What left here.
    private mutating func compareSent(_ ours: JoinSession, _ theirs: JoinSession) {
        var answered = ours.answered
        // Only where each answer is known here is what was refused known as well.
        let refusedMax = answered >= ours.leftTotal ? ours.refused : .max
        var refused: UInt64 = 0
        for (number, sent) in ours.left.sorted(by: { $0.key < $1.key }) {
            let isAnswered = answered > 0
            answered = answered.subtracting(sent.total)
            if let came = theirs.came[number] {
                refused = refused.adding(came.refused)
                compare(
                    sent, came, here: sent.first, there: came.first,
                    isRefusalKnown: refused <= refusedMax)
            } else if isAnswered {
                findings.append(Finding(fault: .missingThere, here: sent.first, there: nil))
            } else if sent.first >= boundary {
                later += 1
            } else {
                unanswered += 1
            }
        }
        for (number, came) in theirs.came.sorted(by: { $0.key < $1.key })
        where ours.left[number] == nil {
            findings.append(Finding(fault: .missingHere, here: nil, there: came.first))
        }
    }

    /// What came here.
    private mutating func compareReceived(_ ours: JoinSession, _ theirs: JoinSession) {
        var answered = theirs.answered
        for (number, sent) in theirs.left.sorted(by: { $0.key < $1.key }) {
            let isAnswered = answered > 0
            answered = answered.subtracting(sent.total)
            if let came = ours.came[number] {
                compare(sent, came, here: came.first, there: sent.first, isRefusalKnown: true)
            } else if isAnswered {
                findings.append(Finding(fault: .missingHere, here: nil, there: sent.first))
            } else {
                unanswered += 1
            }
        }
        for (number, came) in ours.came.sorted(by: { $0.key < $1.key })
        where theirs.left[number] == nil {
            if came.first >= boundary {
                later += 1
            } else {
                findings.append(Finding(fault: .missingThere, here: came.first, there: nil))
            }
        }
    }

    /// - Parameter isRefusalKnown: whether the sender was told of as many refusals.
    private mutating func compare(
        _ sent: JoinDelivery, _ came: JoinDelivery, here: UInt64, there: UInt64,
        isRefusalKnown: Bool
    ) {
        if came.notKept == 0, sent.events == came.events {
            agreed += 1
        } else if isRefusalKnown, came.notKept > 0, came.notKept <= sent.total,
            came.total <= sent.total, sent.total - came.total <= came.notKept
        {
            inPart += 1
        } else {
            findings.append(Finding(fault: .differing, here: here, there: there))
        }
    }
}

/// Where sessions begin in two logs, with deliveries of one direction.
private struct JoinStarts {
    /// Sessions of which a pruned log may have lost entries.
    let cut: Set<String>

    /// - Parameters:
    ///   - here: session → the place of its first entry here.
    ///   - there: the same of the other log.
    ///   - youngFrom: the first place here that is too young to be pruned there.
    init(
        here: [String: UInt64], there: [String: UInt64], isPruned: (here: Bool, there: Bool),
        youngFrom: UInt64
    ) {
        var cut: Set<String> = []
        if isPruned.here { cut.formUnion(Self.cut(by: here, others: there)) }
        if isPruned.there {
            cut.formUnion(
                Self.cut(by: there, others: here).filter { (here[$0] ?? 0) < youngFrom })
        }
        self.cut = cut
    }

    /// The oldest session that a pruned log tells of, and those that it does not tell of and that
    /// began before it in the other log.
    private static func cut(by pruned: [String: UInt64], others: [String: UInt64]) -> [String] {
        let left = pruned.sorted { $0.value < $1.value }.map(\.key)
        let start = left.lazy.compactMap { others[$0] }.first ?? .max
        let gone = others.filter { $0.value < start && pruned[$0.key] == nil }.map(\.key)
        return left.prefix(1) + gone
    }
}

/// One side's account of a session.
private struct JoinSession {
    /// Events that left and were answered.
    var answered: UInt64 = 0
    /// How many of them the receiver said that it did not keep.
    var refused: UInt64 = 0
    /// What left, by number of the delivery.
    var left: [UInt64: JoinDelivery] = [:]
    /// What came, by number of the delivery.
    var came: [UInt64: JoinDelivery] = [:]

    /// Events that left.
    var leftTotal: UInt64 { left.values.reduce(0) { $0.adding($1.total) } }

    /// The first entry about a delivery that left.
    var firstLeft: UInt64? { left.values.map(\.first).min() }
    /// The first entry about a delivery that came.
    var firstCame: UInt64? { came.values.map(\.first).min() }

    mutating func add(_ entry: SharedEntry, answersBefore boundary: UInt64) {
        guard let delivery = entry.delivery else {
            if entry.place < boundary {
                answered = answered.adding(entry.events)
                refused = refused.adding(entry.refused)
            }
            return
        }
        if entry.matter == .left {
            left[delivery, default: JoinDelivery(first: entry.place)].add(entry)
        } else {
            came[delivery, default: JoinDelivery(first: entry.place)].add(entry)
        }
    }
}

/// One side's account of a delivery.
private struct JoinDelivery {
    /// The first entry about it.
    let first: UInt64
    /// Digest of a patient's events → how many.
    var events: [String: UInt64] = [:]
    private(set) var refused: UInt64 = 0
    private var waiting: UInt64 = 0

    init(first: UInt64) {
        self.first = first
    }

    /// Events with a digest.
    var total: UInt64 { events.values.reduce(0) { $0.adding($1) } }
    /// Events that were refused or wait.
    var notKept: UInt64 { refused.adding(waiting) }

    /// A sender has an entry for each agreement, all with the patient's digest; a receiver that took
    /// a delivery twice has each entry twice.
    mutating func add(_ entry: SharedEntry) {
        switch entry.matter {
        case .left:
            if let digest = entry.digest {
                events[digest] = (events[digest] ?? 0).adding(entry.events)
            }
        case .came: if let digest = entry.digest { events[digest] = entry.events }
        case .refused: refused = max(refused, entry.events)
        case .waiting: waiting = max(waiting, entry.events)
        case .answered: break
        }
    }
}

extension UInt64 {
    /// The sum; a peer may claim any numbers.
    fileprivate func adding(_ other: UInt64) -> UInt64 {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }

    /// The difference; 0 if the other is larger.
    fileprivate func subtracting(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
