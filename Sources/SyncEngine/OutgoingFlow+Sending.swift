import CareRecord

extension OutgoingFlow {
    /// Deliveries that may leave now.
    mutating func deliveries(at now: UInt64) -> [SyncEffect] {
        tokensAt = nil
        var effects: [SyncEffect] = []
        while let delivery = urgentDelivery(at: now) ?? bulkDelivery(at: now) {
            effects.append(.deliver(delivery))
            wasInStep = false
        }
        return effects
    }

    /// Owed events that need not be sent are settled as they stand, once everything that is on its
    /// way is answered: some of them may be.
    mutating func settleUnsent() -> [SyncEffect] {
        var settles: [OwedSettlement] = []
        for index in lanes.indices { settles += lanes[index].cutUnsent() }
        guard !settles.isEmpty else { return [] }
        guard inFlight.isEmpty else {
            inFlight[inFlight.count - 1].settles += settles
            return []
        }
        return [.settleOwed(settles)]
    }

    /// Whatever of the feed was read past the cursor and is not on its way is not for this peer, or
    /// is owed.
    mutating func passUnsent() -> [SyncEffect] {
        guard queue.isEmpty, !inFlight.contains(where: { !$0.delivery.isOwed }) else { return [] }
        return moveCursor(to: readPosition)
    }

    /// One step for each part of the feed that was read, since each has permits of its own time.
    mutating func moveCursor(to position: UInt64) -> [SyncEffect] {
        var effects: [SyncEffect] = []
        while let first = segments.first, cursor < position {
            cursor = min(first.through, position)
            effects.append(.moveCursor(cursor, shareVersion: first.shareVersion))
            if first.mayOwe { askForPasses() }
            if first.through <= cursor { segments.removeFirst() }
        }
        return effects
    }

    /// Urgent streams wait for nothing but the window, and find one place more in it: they never
    /// wait behind a window of slow deliveries.
    private mutating func urgentDelivery(at now: UInt64) -> OutgoingDelivery? {
        guard lanes[Lane.urgent.index].hasRowsToSend, inFlight.count <= limits.inFlightMax else {
            return nil
        }
        return owedDelivery(.urgent, at: now)
    }

    /// What is owed now, then the feed, then backfill, as far as the administrator allows.
    private mutating func bulkDelivery(at now: UInt64) -> OutgoingDelivery? {
        guard pacing.policy.allowsBulk, inFlight.count < limits.inFlightMax else { return nil }
        if lanes[Lane.current.index].hasRowsToSend { return owedDelivery(.current, at: now) }
        if !queue.isEmpty { return feedDelivery(at: now) }
        guard lanes[Lane.backfill.index].hasRowsToSend else { return nil }
        return owedDelivery(.backfill, at: now)
    }

    private mutating func owedDelivery(_ lane: Lane, at now: UInt64) -> OutgoingDelivery? {
        let (items, bytes) = lanes[lane.index].nextCut(
            bytesMax: bytesMax, eventsMax: limits.deliveryEventsMax)
        guard lane == .urgent || mayTake(bytes, at: now) else { return nil }
        let (rows, settles) = lanes[lane.index].cut(items)
        return send(
            rows, bytes: bytes, lane: lane, after: cursor, through: cursor, isOwed: true,
            settles: settles, at: now)
    }

    private mutating func feedDelivery(at now: UInt64) -> OutgoingDelivery? {
        var bytes = 0
        var count = 0
        while count < queue.count, count < limits.deliveryEventsMax,
            count == 0 || bytes + queue[count].bytes <= bytesMax
        {
            bytes += queue[count].bytes
            count += 1
        }
        guard mayTake(bytes, at: now) else { return nil }
        let rows = Array(queue[..<count])
        queue.removeFirst(count)
        let after = inFlight.last(where: { !$0.delivery.isOwed })?.delivery.through ?? cursor
        let through = queue.isEmpty ? readPosition : rows[count - 1].position
        return send(
            rows, bytes: bytes, lane: .current, after: after, through: through, isOwed: false,
            settles: [], at: now)
    }

    private var bytesMax: Int { pacing.deliveryBytes(target: size.target) }

    /// Whether the bandwidth cap lets so many bytes leave; notes since when it will.
    private mutating func mayTake(_ bytes: Int, at now: UInt64) -> Bool {
        let wait = pacing.wait(forBytes: bytes, at: now)
        if wait > 0 { tokensAt = now + wait }
        return wait == 0
    }

    private mutating func send(
        _ rows: [FeedRow], bytes: Int, lane: Lane, after: UInt64, through: UInt64, isOwed: Bool,
        settles: [OwedSettlement], at now: UInt64
    ) -> OutgoingDelivery {
        precondition(!rows.isEmpty, "delivery \(nextNumber) of lane \(lane) holds no event")
        let delivery = OutgoingDelivery(
            number: nextNumber, lane: lane, after: after, through: through,
            positions: rows.map(\.position), bytes: bytes, cardsOf: missingCards(of: rows),
            isOwed: isOwed)
        nextNumber += 1
        pacing.take(bytes, at: now)
        inFlight.append(SentDelivery(delivery: delivery, rows: rows, settles: settles))
        return delivery
    }

    /// Writers whose card must go before these events, ascending.
    private func missingCards(of rows: [FeedRow]) -> [Replica] {
        let known = Set(cardsHeld).union(inFlight.flatMap(\.delivery.cardsOf))
        return Set(rows.map(\.author)).subtracting(known).sorted()
    }
}
