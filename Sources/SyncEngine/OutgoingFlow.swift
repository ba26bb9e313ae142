import CareRecord
import WireFormat

/// The half of a session that sends: from the feed to answered deliveries.
struct OutgoingFlow: Sendable {
    private let peer: SiteID
    private let limits: DeliveryLimits
    /// Writers whose card the peer has; ascending.
    private var cards: [Replica]
    /// Everything up to here is answered or need not be sent.
    private var cursor: UInt64
    /// Everything up to here was read from the feed.
    private var readPosition: UInt64
    private var nextNumber: UInt64 = 1
    /// Rows that were read and are to be sent.
    private var queue: [FeedRow] = []
    private var owedQueue: [FeedRow] = []
    /// Where reading owed events goes on; `nil` from the start.
    private var owedPosition: OwedPosition?
    /// Owed events that may not or need not be sent: settled as they stand.
    private var unsentOwed: [OwedSettlement] = []
    private var isReading = false
    private var hasReadOwed = false
    private var wasInStep = false
    /// Deliveries that wait for an answer, ascending by number.
    private(set) var inFlight: [OutgoingDelivery] = []
    /// Deliveries that were answered before an earlier one.
    private var answeredEarly: [UInt64] = []
    /// Whether reading the feed again may find something.
    private var mayHaveMore = true

    init(_ opening: SessionOpening, peer: SiteID, limits: DeliveryLimits) {
        self.peer = peer
        self.limits = limits
        cards = opening.cardsAcknowledged.sorted()
        cursor = opening.cursor
        readPosition = opening.cursor
    }

    /// Forgets what was read but not sent, and reads it again with today's permits.
    mutating func restart() {
        queue = []
        owedQueue = []
        owedPosition = nil
        hasReadOwed = false
        readPosition = inFlight.last(where: { !$0.isOwed })?.through ?? cursor
        mayHaveMore = true
        isReading = false
    }

    /// The feed grew, or the share set did: both are read again.
    mutating func lookAgain() {
        mayHaveMore = true
        hasReadOwed = false
    }

    mutating func take(_ page: FeedPage) {
        isReading = false
        mayHaveMore = page.hasMore
        readPosition = max(readPosition, page.through)
        queue.append(contentsOf: page.rows.filter(isToBeSent))
    }

    mutating func take(_ page: OwedPage) {
        isReading = false
        hasReadOwed = page.next == nil
        owedPosition = page.next
        for row in page.rows {
            if isToBeSent(row) {
                owedQueue.append(row)
            } else {
                Self.note(row, in: &unsentOwed)
            }
        }
        // A settlement must not pass an earlier event of its stream that is still to be sent.
        unsentOwed.removeAll { settled in owedQueue.contains { $0.stream == settled.stream } }
    }

    mutating func take(_ answer: Answer) -> [SyncEffect] {
        guard let index = inFlight.firstIndex(where: { $0.number == answer.number }) else {
            return []
        }
        guard answer.outcomes.count == inFlight[index].positions.count,
            !answer.outcomes.contains(.full)
        else {
            // The peer has no room, or answers something else: what was sent is sent again later.
            inFlight.removeSubrange(index...)
            restart()
            mayHaveMore = false
            return []
        }
        var effects: [SyncEffect] = []
        if !inFlight[index].cardsOf.isEmpty { effects.append(.noteCards(inFlight[index].cardsOf)) }
        answeredEarly.append(answer.number)
        var newCursor = cursor
        while let first = inFlight.first, let early = answeredEarly.firstIndex(of: first.number) {
            answeredEarly.remove(at: early)
            inFlight.removeFirst()
            if first.isOwed {
                effects.append(.settleOwed(first.settles))
            } else {
                newCursor = max(newCursor, first.through)
            }
        }
        if newCursor > cursor {
            cursor = newCursor
            effects.append(.moveCursor(cursor))
        }
        return effects
    }

    /// Deliveries that may leave now.
    mutating func deliveries() -> [SyncEffect] {
        var effects: [SyncEffect] = []
        if !unsentOwed.isEmpty {
            effects.append(.settleOwed(unsentOwed))
            unsentOwed = []
        }
        while inFlight.count < limits.inFlightMax, let delivery = nextDelivery() {
            inFlight.append(delivery)
            effects.append(.deliver(delivery))
            wasInStep = false
        }
        if queue.isEmpty, inFlight.isEmpty, cursor < readPosition {
            // Whatever was read past the cursor is not for this peer.
            cursor = readPosition
            effects.append(.moveCursor(cursor))
        }
        return effects
    }

    /// What to read next, or that there is nothing left.
    mutating func nextRead() -> [SyncEffect] {
        guard !isReading else { return [] }
        if !hasReadOwed, owedQueue.count < limits.pageRowsMax {
            // From the start only once what is in flight is settled: it would be read twice.
            guard owedPosition != nil || !inFlight.contains(where: \.isOwed) else { return [] }
            isReading = true
            return [.readOwed(after: owedPosition, rowsMax: limits.pageRowsMax)]
        }
        if mayHaveMore, queue.count < limits.pageRowsMax {
            isReading = true
            return [.readFeed(after: readPosition, rowsMax: limits.pageRowsMax)]
        }
        guard queue.isEmpty, owedQueue.isEmpty, hasReadOwed, inFlight.isEmpty, !mayHaveMore,
            !wasInStep
        else { return [] }
        wasInStep = true
        return [.inStep]
    }

    /// The permit, checked when the event is queued; the shell checks it again in the transaction
    /// that makes the disclosure durable.
    private func isToBeSent(_ row: FeedRow) -> Bool {
        row.isPermitted && !row.cameFromPeer && row.author.site != peer
            && row.stream.isForwardable
    }

    private mutating func nextDelivery() -> OutgoingDelivery? {
        if !owedQueue.isEmpty {
            let rows = Self.cut(&owedQueue, limits)
            var settles: [OwedSettlement] = []
            for row in rows {
                Self.note(row, in: &settles)
            }
            return delivery(of: rows, after: cursor, through: cursor, settles: settles)
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
        for row in rows where !cards.contains(row.author) && !missing.contains(row.author) {
            missing.append(row.author)
        }
        cards = (cards + missing).sorted()
        defer { nextNumber += 1 }
        return OutgoingDelivery(
            number: nextNumber, after: after, through: through,
            positions: rows.map(\.position), cardsOf: missing.sorted(), settles: settles)
    }

    private static func note(_ row: FeedRow, in settles: inout [OwedSettlement]) {
        if let index = settles.lastIndex(where: { $0.stream == row.stream }) {
            settles[index].through = row.position
        } else {
            settles.append(OwedSettlement(stream: row.stream, through: row.position))
        }
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
