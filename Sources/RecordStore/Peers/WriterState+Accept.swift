import AuditTrail
import CareRecord
import Foundation
import GRDB
import Signing
import WireFormat

extension WriterState {
    /// Stores one delivery and its audit entries; the answer may leave once this is committed.
    ///
    /// A bad event costs itself only: it is set aside, and the rest goes on.
    mutating func accept(
        _ delivery: IncomingDelivery, from peer: PeerRows.Item, _ db: Database
    ) throws -> [EventOutcome] {
        var delivery = delivery
        delivery.events = try withCardsOfNow(delivery.events, db)
        var permits = StreamPermits(peer: peer.id)
        var budget = try PendingRows.budget(of: peer.id, itemsMax: itemsPerPeerMax(), db)
        var touched: [StreamID] = []
        var outcomes: [EventOutcome] = []
        outcomes.reserveCapacity(delivery.events.count)
        for event in delivery.events {
            let outcome = try accept(event, from: peer, &permits, &budget, db)
            if outcome == .accepted, let stream = event.header?.stream, touched.last != stream {
                touched.append(stream)
            }
            outcomes.append(outcome)
        }
        try projectRestored(db)
        try releasePending(in: touched, db)
        for fact in DisclosureFacts.received(delivery, outcomes, from: peer) {
            try record(fact, db)
        }
        for (reason, count) in Self.refusals(in: outcomes) {
            try RefusalRows.add(
                reason, count: count, peer: peer.id, isOurs: true, now: now(), db)
        }
        if !outcomes.contains(.refused(.notAnnounced)) {
            try PeerRows.noteReceived(delivery, peer: peer.id, now: now(), db)
        }
        return outcomes
    }

    /// Opens events again whose author's card arrived after they were examined: nobody would
    /// release them.
    private func withCardsOfNow(
        _ events: [IncomingEvent], _ db: Database
    ) throws -> [IncomingEvent] {
        let hasUnknownAuthor = events.contains {
            if case .unknownAuthor = $0 { true } else { false }
        }
        guard hasUnknownAuthor else { return events }
        let keys = try CardRows.keys(db)
        return events.map { event in
            guard case .unknownAuthor(_, let envelope) = event else { return event }
            return IncomingEvent(opener.open(envelope, key: { keys[$0] }), envelope: envelope)
        }
    }

    /// How many events were turned away, by name of the reason, ascending.
    private static func refusals(
        in outcomes: [EventOutcome]
    ) -> [(reason: String, count: Int)] {
        var counts: [String: Int] = [:]
        for outcome in outcomes {
            switch outcome {
            case .refused(let refusal): counts[refusal.name, default: 0] += 1
            case .full: counts["full", default: 0] += 1
            default: break
            }
        }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private mutating func accept(
        _ event: IncomingEvent, from peer: PeerRows.Item, _ permits: inout StreamPermits,
        _ budget: inout PeerBudget, _ db: Database
    ) throws -> EventOutcome {
        switch event {
        case .refused(let refusal, let envelope):
            guard budget.take(envelope) else { return .full }
            try PendingRows.quarantine(
                envelope.encoded(), reason: refusal.rawValue, peer: peer.id, now: now(), db)
            return .refused(.badEnvelope)
        case .unknownAuthor(let header, let envelope):
            if case .local = header.stream { return .refused(.notForwardable) }
            guard try permits.allow(header.stream, db) else { return .refused(.notAnnounced) }
            return try wait(
                envelope, header: header, reason: .card(header.dot.replica), peer: peer.id,
                &budget, db)
        case .event(let sealed, let unreadable):
            let header = sealed.event.header
            if case .local = header.stream { return .refused(.notForwardable) }
            guard try permits.allow(header.stream, db) else { return .refused(.notAnnounced) }
            switch try append(
                sealed, home: header.dot.replica.site, source: peer.id, db)
            {
            case .accepted(let seq):
                try quarantine(unreadable, of: seq, peer: peer.id, db)
                return .accepted
            case .duplicate:
                try restoreErased(sealed, unreadable: unreadable, peer: peer.id, db)
                return .duplicate
            case .forked:
                return .accepted
            case .pending(let reason):
                return try wait(
                    sealed.envelope, header: header, reason: reason, peer: peer.id, &budget, db)
            }
        }
    }

    /// Notes which values of an accepted event cannot be read, of those that are kept.
    func quarantine(
        _ unreadable: [Int], of seq: Int64, peer: Int64, _ db: Database
    ) throws {
        guard !unreadable.isEmpty else { return }
        let kept = try StoredEvents.envelope(at: seq, db)
        guard !kept.frames.isEmpty else { return }
        let erased = Set(kept.erased.map { Int($0.index) })
        for index in unreadable where !erased.contains(index) {
            let position = ChangePosition(seq: seq, index: min(index, 255))
            try PendingRows.quarantineValue(at: position, peer: peer, now: now(), db)
        }
    }

    private mutating func wait(
        _ envelope: EventEnvelope, header: EventHeader, reason: PendingReason, peer: Int64,
        _ budget: inout PeerBudget, _ db: Database
    ) throws -> EventOutcome {
        if let stream = try names.known(header.stream, db),
            try sealedMode(of: stream, db) == .erased
        {
            // Values are not kept here either; the event is asked for once more.
            let isNoted = try WantedRows.note(
                header, of: peer, itemsMax: itemsPerPeerMax(), db)
            return isNoted ? .pending(reason) : .full
        }
        guard budget.take(envelope) else { return .full }
        try PendingRows.insert(
            try withoutErased(envelope, header, db), header: header, reason: reason, peer: peer,
            now: now(), db)
        pendingCount = nil
        return .pending(reason)
    }

    /// Tries events again that wait in the given streams, until none moves.
    mutating func releasePending(in streams: [StreamID], _ db: Database) throws {
        defer { erasureOrderedIn = [] }
        guard try countPending(db) > 0 else { return }
        let keys = try CardRows.keys(db)
        var waiting = streams + erasureOrderedIn.sorted().filter { !streams.contains($0) }
        while let stream = waiting.popLast() {
            erasureOrderedIn = []
            while try releaseOnce(in: stream, keys, db) {}
            waiting += erasureOrderedIn.sorted().filter { !waiting.contains($0) }
        }
    }

    /// One pass over a stream: whether anything moved. What a writer wrote after an event that
    /// still waits is not even opened.
    private mutating func releaseOnce(
        in stream: StreamID, _ keys: [Replica: EventPublicKey], _ db: Database
    ) throws -> Bool {
        var hasMoved = false
        var blocked: [Data: Int64] = [:]
        for item in try PendingRows.waiting(in: stream, db) {
            if let counter = blocked[item.replica], item.counter > counter { continue }
            if try retry(item, keys, db) {
                hasMoved = true
            } else {
                blocked[item.replica] = item.counter
            }
        }
        return hasMoved
    }

    /// Tries events again that wait for the card of one writer.
    mutating func releasePending(forCardOf replica: Replica, _ db: Database) throws {
        let waiting = try PendingRows.waiting(forCardOf: replica, db)
        guard !waiting.isEmpty else { return }
        var streams: [StreamID] = []
        let keys = try CardRows.keys(db)
        for item in waiting {
            let header = try headerOfPending(item)
            if try retry(item, keys, db), !streams.contains(header.stream) {
                streams.append(header.stream)
            }
        }
        try releasePending(in: streams, db)
    }

    private func headerOfPending(_ item: PendingRows.Item) throws -> EventHeader {
        do {
            return try opener.header(ofFrame: item.envelope.headerFrame)
        } catch {
            throw StoreFailure(.damaged, "read a pending event", underlying: error)
        }
    }

    private mutating func retry(
        _ item: PendingRows.Item, _ keys: [Replica: EventPublicKey], _ db: Database
    ) throws -> Bool {
        let opened = opener.open(item.envelope, key: { keys[$0] })
        switch IncomingEvent(opened, envelope: item.envelope) {
        case .unknownAuthor:
            return false
        case .refused(let refusal, _):
            try PendingRows.quarantine(
                item.envelope.encoded(), reason: refusal.rawValue, peer: item.peer, now: now(), db)
        case .event(let sealed, let unreadable):
            let home = sealed.event.header.dot.replica.site
            switch try append(sealed, home: home, source: item.peer, db) {
            case .pending: return false
            case .accepted(let seq):
                try quarantine(unreadable, of: seq, peer: item.peer, db)
                if item.lackedCard, let peer = try PeerRows.item(item.peer, db) {
                    try record(DisclosureFacts.released(sealed, from: peer), db)
                }
            case .duplicate, .forked: break
            }
        }
        try PendingRows.remove(item.id, db)
        pendingCount = nil
        return true
    }

    private mutating func countPending(_ db: Database) throws -> Int {
        if let known = pendingCount { return known }
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM pending") ?? 0
        pendingCount = count
        return count
    }
}

/// Which streams a peer may write to: those that either side announced to the other.
struct StreamPermits {
    private let peer: Int64
    private var known: [StreamID: Bool] = [:]

    init(peer: Int64) {
        self.peer = peer
    }

    mutating func allow(_ stream: StreamID, _ db: Database) throws -> Bool {
        if let answer = known[stream] { return answer }
        let name = Data(stream.bytes)
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM announced WHERE peer = ? AND stream = ?)
                  OR EXISTS (SELECT 1 FROM share JOIN stream ON stream.id = share.stream
                    WHERE share.peer = ? AND stream.name = ?)
                """)
        let answer = try Bool.fetchOne(statement, arguments: [peer, name, peer, name]) ?? false
        known[stream] = answer
        return answer
    }
}
