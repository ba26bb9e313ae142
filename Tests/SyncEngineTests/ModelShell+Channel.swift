import CareRecord
import SyncEngine
import Testing
import WireFormat

// MARK: - The channel

extension ModelShell {
    mutating func open() {
        guard !session.isOpen else { return }
        forget()
        isInStep = false
        give(
            .opened(
                Flow.opening(
                    cursor: store.cursor, cards: store.cards.sorted(),
                    directSites: chance(2) ? [Flow.third.site] : [])))
    }

    /// Some of what is on its way arrives, but no answer does; nothing more is performed.
    mutating func lose() {
        _ = session.take(.channelLost, at: now)
        for index in sent.indices.prefix(Int.random(in: 0...sent.count, using: &numbers)) {
            arrive(index, mayBeFull: false)
        }
        forget()
    }

    private mutating func forget() {
        sent = []
        offered = []
        effects = []
        wakesAt = nil
    }

    /// Deliveries arrive in order; their answers may come back in any.
    mutating func answer(mayBeFull: Bool) {
        guard let index = sent.indices.randomElement(using: &numbers) else { return }
        for earlier in 0...index { arrive(earlier, mayBeFull: mayBeFull) }
        let answered = sent.remove(at: index)
        give(
            .answered(
                Answer(
                    number: answered.delivery.number, outcomes: answered.outcomes ?? []),
                tookMilliseconds: UInt64.random(in: 0..<900, using: &numbers)))
    }

    private mutating func arrive(_ index: Int, mayBeFull: Bool) {
        guard sent[index].outcomes == nil else { return }
        let delivery = sent[index].delivery
        peerCards.formUnion(delivery.cardsOf)
        let isFull = mayBeFull && chance(6)
        let isAll = chance(3)
        sent[index].outcomes = delivery.positions.map { position in
            if isFull, isAll || chance(2) { return .full }
            if !peerCards.contains(store.entry(position).author) {
                Issue.record("SEED=\(seed): event \(position) came before its author's card")
            }
            return held.insert(position).inserted ? .accepted : .duplicate
        }
    }

    /// The vectors of streams were exchanged.
    mutating func answerOffer() {
        guard !offered.isEmpty else { return }
        let streams = offered.removeFirst()
        for stream in streams {
            store.noteOffered(stream, at: now) { held.contains($0) }
        }
        check()
        give(.offered(streams))
    }
}

// MARK: - Effects

extension ModelShell {
    /// Performs the next effect.
    mutating func perform() {
        guard !effects.isEmpty else { return }
        let effect = effects.removeFirst()
        switch effect {
        case .readFeed(let after, let rowsMax):
            give(.feed(store.feedPage(after: after, rowsMax)))
        case .readOwed(let lane, let place, let dueBy, let rowsMax):
            give(.owed(store.owedPage(lane, after: place, dueBy: dueBy, rowsMax)))
        case .owe(let orders):
            for order in orders { store.owe(order) }
            isInStep = false
        case .offer(let streams):
            offered.append(streams)
        case .deliver(let delivery):
            deliver(delivery)
        case .moveCursor(let position, let shareVersion):
            #expect(position > store.cursor)
            store.moveCursor(to: position, shareVersion: shareVersion)
            check()
        case .settleOwed(let settlements):
            for item in settlements { store.settle(item) }
            check()
        case .noteCards(let replicas):
            store.cards.formUnion(replicas)
        case .wakeAt(let time):
            wakesAt = time
        case .inStep:
            isInStep = true
        case .announce, .reopen, .close:
            Issue.record("SEED=\(seed): nothing of this was asked for")
        }
    }

    private mutating func deliver(_ delivery: OutgoingDelivery) {
        guard delivery.positions.allSatisfy({ store.isPermitted(store.entry($0).stream) })
        else {
            #expect(session.take(.permitsChanged, at: now) == [.reopen])
            lose()
            return
        }
        deliveries += 1
        isInStep = false
        #expect(delivery.positions.allSatisfy(store.isDue))
        sent.append(InTransit(delivery: delivery))
    }

    /// Everything is performed and answered, and time passes, until nothing is left to do.
    mutating func calmDown() -> Int {
        var steps = 0
        policy = TrafficPolicy()
        give(.traffic(policy))
        store.workOff()
        open()
        lateSignals += 1
        signal()
        while steps < 20_000 {
            steps += 1
            if !effects.isEmpty {
                perform()
                if !session.isOpen { open() }
            } else if !sent.isEmpty {
                answer(mayBeFull: false)
            } else if !offered.isEmpty {
                answerOffer()
            } else if let time = wakesAt {
                now = max(now, time)
                wakesAt = nil
                give(.tick)
            } else {
                break
            }
        }
        return steps
    }
}
