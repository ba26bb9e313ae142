import CareRecord
import WireFormat

/// The half of a session that sends: from the feed to answered deliveries.
struct OutgoingFlow: Sendable {
    /// What was asked of the shell and has not come yet; anything else that comes is from before.
    private enum Reading: Sendable, Equatable {
        case feed(after: UInt64)
        case owed(after: OwedPosition?)
    }

    /// A part of the feed that was read, and the share set that its permits came from.
    private struct Segment: Sendable {
        var through: UInt64
        var shareVersion: UInt64
    }

    private let peer: SiteID
    private let limits: DeliveryLimits
    /// Writers whose card the peer has acknowledged.
    private var cardsHeld: [Replica]
    /// Everything up to here is answered or need not be sent.
    private var cursor: UInt64
    /// What was read past the cursor, ascending.
    private var segments: [Segment] = []
    private var nextNumber: UInt64 = 1
    /// Rows that were read and are to be sent.
    private var queue: [FeedRow] = []
    /// Owed rows that were read, also those that are not to be sent: they are settled in turn.
    private var owedQueue: [FeedRow] = []
    /// Where reading owed events goes on; `nil` from the start.
    private var owedPosition: OwedPosition?
    private var reading: Reading?
    private var hasReadOwed = false
    private var mayHaveMore = true
    /// Whether the feed grew after the shell was asked to read it.
    private var hasGrownMeanwhile = false
    /// Whether something may be owed that lies before the place where reading goes on.
    private var owesMore = false
    /// Whether the peer has no room: nothing leaves until the feed grows or the session reopens.
    private var isPaused = false
    private var wasInStep = false
    /// Deliveries that wait for an answer, ascending by number.
    private(set) var inFlight: [OutgoingDelivery] = []
    /// What each owed delivery settles, ascending by number.
    private var settlements: [UInt64: [OwedSettlement]] = [:]
    /// Deliveries that were answered before an earlier one.
    private var answeredEarly: Set<UInt64> = []

    init(_ opening: SessionOpening, peer: SiteID, limits: DeliveryLimits) {
        self.peer = peer
        self.limits = limits
        cardsHeld = opening.cardsAcknowledged
        cursor = opening.cursor
    }

    /// Everything up to here was read from the feed.
    private var readPosition: UInt64 { segments.last?.through ?? cursor }

    /// The feed grew, or streams joined the share set: owed ones too.
    mutating func grow() {
        isPaused = false
        mayHaveMore = true
        hasReadOwed = false
        hasGrownMeanwhile = reading != nil
        owesMore = true
    }

    /// Forgets what was ordered and not answered, and reads it again with today's permits. One of
    /// the deliveries was never sent, and who knows which; the peer drops what it holds already.
    mutating func restart() {
        isPaused = false
        forget(inFlightFrom: 0)
    }

    mutating func take(_ page: FeedPage) {
        guard reading == .feed(after: page.after) else { return }
        reading = nil
        mayHaveMore = page.hasMore || hasGrownMeanwhile
        hasGrownMeanwhile = false
        if page.through > readPosition {
            segments.append(Segment(through: page.through, shareVersion: page.shareVersion))
        }
        queue.append(contentsOf: page.rows.filter(isToBeSent))
    }

    mutating func take(_ page: OwedPage) {
        guard reading == .owed(after: page.after) else { return }
        reading = nil
        owedQueue.append(contentsOf: page.rows.map(\.event))
        owedPosition = page.next
        guard page.next == nil else { return }
        hasReadOwed = !owesMore
        owesMore = false
    }

    mutating func take(_ answer: Answer) -> [SyncEffect] {
        guard let index = inFlight.firstIndex(where: { $0.number == answer.number }) else {
            return []
        }
        let delivery = inFlight[index]
        guard answer.outcomes.count == delivery.positions.count,
            !answer.outcomes.contains(.full)
        else {
            // The peer has no room, or answers something else: what was sent is sent again later.
            forget(inFlightFrom: index)
            isPaused = true
            return []
        }
        guard !answer.outcomes.contains(.refused(.notAnnounced)) else {
            // The peer does not hold what was announced to it: a new session starts from what its
            // hello says, and nothing of this delivery counts as answered.
            return [.reopen]
        }
        var effects: [SyncEffect] = []
        let arrived = delivery.cardsOf.filter { !answer.outcomes.contains(.pending(.card($0))) }
        if !arrived.isEmpty {
            effects.append(.noteCards(arrived))
            cardsHeld += arrived
        }
        answeredEarly.insert(answer.number)
        var answered = cursor
        while let first = inFlight.first, answeredEarly.remove(first.number) != nil {
            inFlight.removeFirst()
            if first.isOwed {
                effects.append(.settleOwed(settlements.removeValue(forKey: first.number) ?? []))
            } else {
                answered = max(answered, first.through)
            }
        }
        return effects + moveCursor(to: answered)
    }

    /// Deliveries that may leave now.
    mutating func deliveries() -> [SyncEffect] {
        guard !isPaused else { return [] }
        var effects: [SyncEffect] = []
        while inFlight.count < limits.inFlightMax, let delivery = nextDelivery() {
            inFlight.append(delivery)
            effects.append(.deliver(delivery))
            wasInStep = false
        }
        if !owedQueue.isEmpty, !owedQueue.contains(where: isToBeSent),
            !inFlight.contains(where: \.isOwed)
        {
            // Nothing of it may or need be sent: it is settled as it stands.
            effects.append(.settleOwed(Self.settlements(of: owedQueue)))
            owedQueue = []
        }
        if queue.isEmpty, inFlight.isEmpty, cursor < readPosition {
            // Whatever was read past the cursor is not for this peer.
            effects += moveCursor(to: readPosition)
        }
        return effects
    }

    /// What to read next, or that there is nothing left.
    mutating func nextRead() -> [SyncEffect] {
        guard reading == nil, !isPaused else { return [] }
        if !hasReadOwed {
            // From the start only once all that was read is settled: it would be read twice.
            let mayRead =
                owedPosition == nil
                ? owedQueue.isEmpty && !inFlight.contains(where: \.isOwed)
                : owedQueue.count < limits.pageRowsMax
            guard mayRead else { return [] }
            if owedPosition == nil { owesMore = false }
            reading = .owed(after: owedPosition)
            return [
                .readOwed(
                    lane: .backfill, after: owedPosition, dueBy: .max, rowsMax: limits.pageRowsMax)
            ]
        }
        if mayHaveMore, queue.count < limits.pageRowsMax {
            reading = .feed(after: readPosition)
            return [.readFeed(after: readPosition, rowsMax: limits.pageRowsMax)]
        }
        guard queue.isEmpty, owedQueue.isEmpty, inFlight.isEmpty, !mayHaveMore, !wasInStep else {
            return []
        }
        wasInStep = true
        return [.inStep]
    }

    /// Drops deliveries from an index on, and everything that was read behind them.
    private mutating func forget(inFlightFrom index: Int) {
        inFlight.removeSubrange(index...)
        answeredEarly.formIntersection(inFlight.map(\.number))
        queue = []
        owedQueue = []
        owedPosition = nil
        owesMore = false
        reading = nil
        hasGrownMeanwhile = false
        hasReadOwed = false
        mayHaveMore = true
        let kept = inFlight.last(where: { !$0.isOwed })?.through ?? cursor
        for index in segments.indices {
            segments[index].through = min(segments[index].through, kept)
        }
        var position = cursor
        segments.removeAll { segment in
            defer { position = max(position, segment.through) }
            return segment.through <= position
        }
    }

    /// One step for each part of the feed that was read, since each has permits of its own time.
    private mutating func moveCursor(to position: UInt64) -> [SyncEffect] {
        var effects: [SyncEffect] = []
        while let first = segments.first, cursor < position {
            cursor = min(first.through, position)
            effects.append(.moveCursor(cursor, shareVersion: first.shareVersion))
            if first.through <= cursor { segments.removeFirst() }
        }
        return effects
    }

    /// The permit, checked when the event is queued; the shell checks it again in the transaction
    /// that makes the disclosure durable.
    private func isToBeSent(_ row: FeedRow) -> Bool {
        row.isPermitted && !row.cameFromPeer && !row.isOwed && row.author.site != peer
            && row.stream.isForwardable
    }

    private mutating func nextDelivery() -> OutgoingDelivery? {
        if owedQueue.contains(where: isToBeSent) {
            let rows = cutOwed()
            return delivery(
                of: rows.filter(isToBeSent), after: cursor, through: cursor,
                settles: Self.settlements(of: rows))
        }
        guard !queue.isEmpty else { return nil }
        let after = inFlight.last(where: { !$0.isOwed })?.through ?? cursor
        let rows = Self.cut(&queue, limits)
        let through = queue.isEmpty ? readPosition : rows[rows.count - 1].position
        return delivery(of: rows, after: after, through: through, settles: [])
    }

    private mutating func delivery(
        of rows: [FeedRow], after: UInt64, through: UInt64, settles: [OwedSettlement]
    ) -> OutgoingDelivery {
        var missing: [Replica] = []
        for row in rows
        where !missing.contains(row.author) && !cardsHeld.contains(row.author)
            && !inFlight.contains(where: { $0.cardsOf.contains(row.author) })
        {
            missing.append(row.author)
        }
        defer { nextNumber += 1 }
        if !settles.isEmpty { settlements[nextNumber] = settles }
        return OutgoingDelivery(
            number: nextNumber, lane: settles.isEmpty ? .current : .backfill, after: after,
            through: through, positions: rows.map(\.position),
            bytes: rows.reduce(0) { $0 + $1.bytes }, cardsOf: missing.sorted(),
            isOwed: !settles.isEmpty)
    }

    /// Rows of one delivery, with those behind them that are not to be sent.
    private mutating func cutOwed() -> [FeedRow] {
        var toSend = owedQueue.filter(isToBeSent)
        let sent = Self.cut(&toSend, limits)
        let next = owedQueue.firstIndex { isToBeSent($0) && $0.position == toSend.first?.position }
        let count = next ?? owedQueue.count
        let rows = Array(owedQueue[..<count])
        precondition(!sent.isEmpty && count > 0, "a delivery holds at least one event")
        owedQueue.removeFirst(count)
        return rows
    }

    /// How far each stream is settled by the given rows, in their order.
    private static func settlements(of rows: [FeedRow]) -> [OwedSettlement] {
        var settles: [OwedSettlement] = []
        for row in rows {
            if settles.last?.stream == row.stream {
                settles[settles.count - 1].through = row.position
            } else {
                settles.append(OwedSettlement(stream: row.stream, through: row.position))
            }
        }
        return settles
    }

    private static func cut(_ rows: inout [FeedRow], _ limits: DeliveryLimits) -> [FeedRow] {
        var bytes = 0
        var count = 0
        while count < rows.count, count < limits.deliveryEventsMax {
            bytes += rows[count].bytes
            if count > 0, bytes > limits.deliveryBytesMax { break }
            count += 1
        }
        let cut = Array(rows[..<count])
        rows.removeFirst(count)
        return cut
    }
}
