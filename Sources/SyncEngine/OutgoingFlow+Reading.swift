import CareRecord

extension OutgoingFlow {
    /// Takes a part of the feed: what is to be sent now, and what is owed instead.
    mutating func take(_ page: FeedPage, at now: UInt64) -> [SyncEffect] {
        guard reading == .feed(after: page.after) else { return [] }
        reading = nil
        mayHaveMore = page.hasMore || hasGrownMeanwhile
        hasGrownMeanwhile = false
        if page.through > readPosition {
            segments.append(
                Segment(
                    through: page.through, shareVersion: page.shareVersion,
                    mayOwe: hasSharedMeanwhile))
        }
        hasSharedMeanwhile = false
        let rows = page.rows.filter { Self.isToBeSent($0, to: peer) && !$0.isOwed }
        // An order covers whatever lies between its ends, also what leaves now: at worst that is
        // offered once it has arrived.
        queue += rows.filter { dueTime(of: $0, at: now) == nil }
        if !queue.isEmpty { wasInStep = false }
        let orders = heldBack(rows, at: now)
        guard !orders.isEmpty else { return [] }
        return owe(orders)
    }

    /// Takes owed events. They leave the feed's queue and those of other lanes, where an earlier
    /// reading may have put them.
    mutating func take(_ page: OwedPage, at now: UInt64) -> [SyncEffect] {
        guard case .owed(page.lane, page.after, let dueBy) = reading else { return [] }
        reading = nil
        var page = page
        // What is due was read; a store that says otherwise must not keep the session busy.
        page.nextDue = page.nextDue.map { max($0, dueBy + 1) }
        let reach = Dictionary(
            page.rows.map { ($0.event.stream, $0.through) }, uniquingKeysWith: max)
        if !reach.isEmpty {
            queue.removeAll { $0.position <= reach[$0.stream] ?? 0 }
            let streams = Set(reach.keys)
            for index in lanes.indices where lanes[index].lane != page.lane {
                lanes[index].leave(streams)
            }
        }
        if !page.rows.isEmpty || page.nextDue != nil { wasInStep = false }
        let onTheirWay = Set(inFlight.flatMap(\.positionsOnTheirWay))
        let peer = peer
        let asked = lanes[page.lane.index].take(
            page, at: now, againAt: now + limits.holdBackMilliseconds
        ) { Self.isToBeSent($0, to: peer) && !onTheirWay.contains($0.position) }
        if !asked.isEmpty { wasInStep = false }
        return asked.isEmpty ? [] : [.offer(asked)]
    }

    /// The peer was asked what it holds of these streams.
    mutating func take(offered streams: [StreamID]) {
        for index in lanes.indices { lanes[index].noteOffered(streams) }
    }

    /// What to read next, or that there is nothing left.
    ///
    /// The urgent lane goes first, but never twice in a row while something else is to be read; the
    /// others take turns. So a feed that grows with each reading keeps nothing from being read.
    mutating func nextRead(at now: UInt64) -> [SyncEffect] {
        guard reading == nil else { return [] }
        if lanes[Lane.backfill.index].foundRows, inFlight.isEmpty {
            // Something may have come up behind the pass while it lasted.
            lanes[Lane.backfill.index].askForPass()
        }
        for isUrgentSpared in [true, true, false] {
            if !turns.contains(.urgent), let effect = read(.urgent, at: now) {
                turns.append(.urgent)
                return [effect]
            }
            for turn in Turn.allCases where turn != .urgent && !turns.contains(turn) {
                guard let effect = read(turn, at: now) else { continue }
                turns.removeAll { $0 == .urgent }
                turns.append(turn)
                return [effect]
            }
            turns.removeAll { $0 != .urgent || !isUrgentSpared }
        }
        guard queue.isEmpty, inFlight.isEmpty, segments.isEmpty, !mayHaveMore, !wasInStep,
            lanes.allSatisfy(\.isSettled)
        else { return [] }
        wasInStep = true
        return [.inStep]
    }

    private mutating func read(_ turn: Turn, at now: UInt64) -> SyncEffect? {
        let rowsMax = limits.pageRowsMax
        guard let lane = turn.lane else {
            guard mayHaveMore, queue.count < rowsMax else { return nil }
            reading = .feed(after: readPosition)
            return .readFeed(after: readPosition, rowsMax: rowsMax)
        }
        let (isNeeded, place) = lanes[lane.index].placeToRead(rowsMax: rowsMax)
        guard isNeeded else { return nil }
        reading = .owed(lane, after: place, dueBy: now)
        return .readOwed(lane: lane, after: place, dueBy: now, rowsMax: rowsMax)
    }

    /// Owes events from now on.
    mutating func owe(_ orders: [OweOrder]) -> [SyncEffect] {
        for order in orders {
            // The store may know the stream in a more urgent lane, and keeps it there.
            for index in lanes.indices where lanes[index].lane <= order.lane {
                lanes[index].noteDue(at: order.notBeforeMilliseconds)
            }
        }
        wasInStep = false
        return [.owe(orders)]
    }

    /// An order to owe events of a stream, from the given one on.
    ///
    /// The feed skips whatever lies before the end of an owed row. So the order reaches back to the
    /// cursor: what is on its way, or was not permitted when it was read, would be lost for ever
    /// with a lost channel.
    func order(
        for row: FeedRow, lane: Lane, notBefore: UInt64, reason: OweReason
    ) -> OweOrder {
        OweOrder(
            stream: row.stream, after: min(cursor, row.position - 1), through: row.position,
            lane: lane, notBeforeMilliseconds: notBefore, reason: reason)
    }

    /// The permit, checked when the event is queued; the shell checks it again in the transaction
    /// that makes the disclosure durable.
    private static func isToBeSent(_ row: FeedRow, to peer: SiteID) -> Bool {
        row.isPermitted && !row.cameFromPeer && row.author.site != peer
            && row.stream.isForwardable
    }

    /// Orders for what is held back, by stream and in the order of the first event.
    private func heldBack(_ rows: [FeedRow], at now: UInt64) -> [OweOrder] {
        guard !directSites.isEmpty else { return [] }
        var orders: [OweOrder] = []
        var places: [StreamID: Int] = [:]
        for row in rows {
            guard let due = dueTime(of: row, at: now) else { continue }
            if let place = places[row.stream] {
                orders[place].through = row.position
                orders[place].notBeforeMilliseconds = min(orders[place].notBeforeMilliseconds, due)
            } else {
                places[row.stream] = orders.count
                orders.append(
                    order(for: row, lane: .current, notBefore: due, reason: .heldBack))
            }
        }
        return orders
    }

    /// Until when an event is held back that the peer probably receives from its author within
    /// moments; `nil` if it leaves now. After an outage everything is older: a backlog is not
    /// offered one by one.
    private func dueTime(of row: FeedRow, at now: UInt64) -> UInt64? {
        guard !row.isUrgent, row.author.site != ownSite, directSites.contains(row.author.site)
        else { return nil }
        // A clock that was set back must not hold anything back for longer.
        let due = min(row.acceptedMilliseconds, now) + limits.holdBackMilliseconds
        return due > now ? due : nil
    }
}

extension Lane {
    /// Its place among the lanes of a flow.
    var index: Int { Int(rawValue) - 1 }
}
