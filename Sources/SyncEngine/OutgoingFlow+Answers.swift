import CareRecord
import WireFormat

extension OutgoingFlow {
    /// Takes an answer; `nil` if it shows that the two sides do not agree on the session.
    mutating func take(
        _ answer: Answer, tookMilliseconds: UInt64, at now: UInt64
    ) -> [SyncEffect]? {
        guard
            let index = inFlight.firstIndex(where: {
                $0.delivery.number == answer.number && !$0.isAnswered
            })
        else { return [] }
        let sent = inFlight[index]
        guard answer.outcomes.count == sent.rows.count,
            !answer.outcomes.contains(.refused(.notAnnounced))
        else { return nil }
        let full = zip(sent.rows, answer.outcomes).filter { $0.1 == .full }.map(\.0)
        var effects = noteCards(of: sent, answer, full)
        if full.isEmpty {
            size.note(bytes: sent.delivery.bytes, tookMilliseconds: tookMilliseconds)
        } else {
            effects += putOff(full, of: index, at: now)
            if full.count == sent.rows.count { roomWait.pause(at: now) }
        }
        inFlight[index].isAnswered = true
        return effects + settleAnswered()
    }

    /// Cards that went before a delivery have arrived, unless its answer still waits for one; where
    /// there was no room for an author's event, there may have been none for its card.
    private mutating func noteCards(
        of sent: SentDelivery, _ answer: Answer, _ full: [FeedRow]
    ) -> [SyncEffect] {
        let doubtful = Set(full.map(\.author))
        let arrived = sent.delivery.cardsOf.filter {
            !doubtful.contains($0) && !answer.outcomes.contains(.pending(.card($0)))
        }
        guard !arrived.isEmpty else { return [] }
        cardsHeld += arrived
        return [.noteCards(arrived)]
    }

    /// Owes the events that the peer had no room for: the rest of the delivery counts as answered.
    /// Nothing that was sent or read behind them settles their streams any more.
    private mutating func putOff(
        _ full: [FeedRow], of index: Int, at now: UInt64
    ) -> [SyncEffect] {
        let notBefore = roomWait.next(at: now)
        // Backfill is read from its start, and its rows have no time of their own (`sync-v1.md` §8).
        let lane = min(inFlight[index].delivery.lane, .current)
        var orders: [OweOrder] = []
        var places: [StreamID: Int] = [:]
        for row in full {
            inFlight[index].putOff(row.position)
            if let place = places[row.stream] {
                orders[place].through = row.position
            } else {
                places[row.stream] = orders.count
                orders.append(order(for: row, lane: lane, notBefore: notBefore, reason: .full))
                inFlight[index].unsettle(row.stream, from: row.position)
            }
        }
        let streams = Set(places.keys)
        for later in inFlight.indices.dropFirst(index + 1) {
            inFlight[later].unsettle(streams)
        }
        for lane in lanes.indices { lanes[lane].leave(streams) }
        return owe(orders)
    }

    /// Settles owed streams and moves the cursor in the order of the deliveries, however their
    /// answers arrive.
    private mutating func settleAnswered() -> [SyncEffect] {
        var effects: [SyncEffect] = []
        var answered = cursor
        while let first = inFlight.first, first.isAnswered {
            inFlight.removeFirst()
            if !first.settles.isEmpty { effects.append(.settleOwed(first.settles)) }
            if !first.delivery.isOwed { answered = max(answered, first.delivery.through) }
        }
        return effects + moveCursor(to: answered)
    }
}
