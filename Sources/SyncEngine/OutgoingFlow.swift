import CareRecord
import WireFormat

/// The half of a session that sends: from the feed to answered deliveries.
struct OutgoingFlow: Sendable {
    /// What was asked of the shell and has not come yet; anything else that comes is from before.
    private enum Reading: Sendable, Equatable {
        case feed(after: UInt64)
        case owed
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
    private var owedQueue: [FeedRow] = []
    private var owedStream: StreamID?
    /// Owed events that may not or need not be sent.
    private var unsentOwed: (stream: StreamID, through: UInt64)?
    private var reading: Reading?
    private var hasReadOwed = false
    private var mayHaveMore = true
    /// Whether the feed grew after the shell was asked to read it.
    private var hasGrownMeanwhile = false
    /// Whether the peer has no room: nothing leaves until the feed grows or the session reopens.
    private var isPaused = false
    private var wasInStep = false
    /// Deliveries that wait for an answer, ascending by number.
    private(set) var inFlight: [OutgoingDelivery] = []
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

    mutating func take(_ page: OwedPage?) {
        guard reading == .owed else { return }
        reading = nil
        hasReadOwed = page == nil && !hasGrownMeanwhile
        hasGrownMeanwhile = false
        owedStream = page?.stream
        owedQueue = page?.rows.filter(isToBeSent) ?? []
        if let page, owedQueue.isEmpty {
            // Nothing of it may or need be sent: it is settled as it stands.
            unsentOwed = (page.stream, page.rows.last?.position ?? UInt64(Int64.max))
        }
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
        var effects: [SyncEffect] = []
        if !delivery.cardsOf.isEmpty {
            effects.append(.noteCards(delivery.cardsOf))
            cardsHeld += delivery.cardsOf
        }
        answeredEarly.insert(answer.number)
        var answered = cursor
        while let first = inFlight.first, answeredEarly.remove(first.number) != nil {
            inFlight.removeFirst()
            if let stream = first.owedStream {
                effects.append(.settleOwed(stream, through: first.positions.last ?? 0))
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
        if let settled = unsentOwed {
            unsentOwed = nil
            effects.append(.settleOwed(settled.stream, through: settled.through))
        }
        while inFlight.count < limits.inFlightMax, let delivery = nextDelivery() {
            inFlight.append(delivery)
            effects.append(.deliver(delivery))
            wasInStep = false
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
            guard owedQueue.isEmpty, !inFlight.contains(where: { $0.owedStream != nil }) else {
                return []
            }
            reading = .owed
            return [.readOwed(rowsMax: limits.pageRowsMax)]
        }
        if mayHaveMore, queue.count < limits.pageRowsMax {
            reading = .feed(after: readPosition)
            return [.readFeed(after: readPosition, rowsMax: limits.pageRowsMax)]
        }
        guard queue.isEmpty, inFlight.isEmpty, !mayHaveMore, !wasInStep else { return [] }
        wasInStep = true
        return [.inStep]
    }

    /// Drops deliveries from an index on, and everything that was read behind them.
    private mutating func forget(inFlightFrom index: Int) {
        inFlight.removeSubrange(index...)
        answeredEarly.formIntersection(inFlight.map(\.number))
        queue = []
        owedQueue = []
        owedStream = nil
        unsentOwed = nil
        reading = nil
        hasGrownMeanwhile = false
        hasReadOwed = false
        mayHaveMore = true
        let kept = inFlight.last(where: { $0.owedStream == nil })?.through ?? cursor
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
        row.isPermitted && !row.cameFromPeer && row.author.site != peer
            && row.stream.isForwardable
    }

    private mutating func nextDelivery() -> OutgoingDelivery? {
        if let stream = owedStream, !owedQueue.isEmpty {
            let rows = Self.cut(&owedQueue, limits)
            if owedQueue.isEmpty { owedStream = nil }
            return delivery(of: rows, after: cursor, through: cursor, owed: stream)
        }
        guard !queue.isEmpty else { return nil }
        let after = inFlight.last(where: { $0.owedStream == nil })?.through ?? cursor
        let rows = Self.cut(&queue, limits)
        let through = queue.isEmpty ? readPosition : rows[rows.count - 1].position
        return delivery(of: rows, after: after, through: through, owed: nil)
    }

    private mutating func delivery(
        of rows: [FeedRow], after: UInt64, through: UInt64, owed: StreamID?
    ) -> OutgoingDelivery {
        var missing: [Replica] = []
        for row in rows
        where !missing.contains(row.author) && !cardsHeld.contains(row.author)
            && !inFlight.contains(where: { $0.cardsOf.contains(row.author) })
        {
            missing.append(row.author)
        }
        defer { nextNumber += 1 }
        return OutgoingDelivery(
            number: nextNumber, after: after, through: through,
            positions: rows.map(\.position), cardsOf: missing.sorted(), owedStream: owed)
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
