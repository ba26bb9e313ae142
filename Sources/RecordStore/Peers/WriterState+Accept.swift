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
        var permits = StreamPermits(peer: peer.id)
        var touched: [StreamID] = []
        var outcomes: [EventOutcome] = []
        outcomes.reserveCapacity(delivery.events.count)
        for event in delivery.events {
            let outcome = try accept(event, from: peer, &permits, db)
            if outcome == .accepted, let stream = event.header?.stream, touched.last != stream {
                touched.append(stream)
            }
            outcomes.append(outcome)
        }
        try releasePending(in: touched, db)
        for fact in DisclosureFacts.received(delivery, from: peer) {
            try record(fact, db)
        }
        if !outcomes.contains(.full) {
            try PeerRows.noteReceived(delivery, peer: peer.id, now: now(), db)
        }
        return outcomes
    }

    private mutating func accept(
        _ event: IncomingEvent, from peer: PeerRows.Item, _ permits: inout StreamPermits,
        _ db: Database
    ) throws -> EventOutcome {
        switch event {
        case .refused(let refusal, let envelope):
            if try PendingRows.isFull(peer: peer.id, db) { return .full }
            try PendingRows.quarantine(
                envelope.encoded(), reason: refusal.rawValue, peer: peer.id, now: now(), db)
            return .refused(.badEnvelope)
        case .unknownAuthor(let header, let envelope):
            guard try permits.allow(header.stream, db) else { return .refused(.notAnnounced) }
            return try wait(
                envelope, header: header, reason: .card(header.dot.replica), peer: peer.id, db)
        case .event(let sealed, let unreadable):
            let header = sealed.event.header
            if case .local = header.stream { return .refused(.notForwardable) }
            guard try permits.allow(header.stream, db) else { return .refused(.notAnnounced) }
            switch try append(
                sealed, home: header.dot.replica.site, source: peer.id, db)
            {
            case .accepted(let seq):
                for index in unreadable {
                    let position = ChangePosition(seq: seq, index: min(index, 255))
                    try PendingRows.quarantineValue(at: position, peer: peer.id, now: now(), db)
                }
                return .accepted
            case .duplicate:
                return .duplicate
            case .forked:
                return .accepted
            case .pending(let reason):
                return try wait(
                    sealed.envelope, header: header, reason: reason, peer: peer.id, db)
            }
        }
    }

    private mutating func wait(
        _ envelope: EventEnvelope, header: EventHeader, reason: PendingReason, peer: Int64,
        _ db: Database
    ) throws -> EventOutcome {
        if try PendingRows.isFull(peer: peer, db) { return .full }
        try PendingRows.insert(
            envelope, header: header, reason: reason, peer: peer, now: now(), db)
        pendingCount = nil
        return .pending(reason)
    }

    /// Tries events again that wait in the given streams, until none moves.
    mutating func releasePending(in streams: [StreamID], _ db: Database) throws {
        guard try countPending(db) > 0 else { return }
        for stream in streams {
            var hasMoved = true
            while hasMoved {
                hasMoved = false
                for item in try PendingRows.waiting(in: stream, db)
                where try retry(item, db) {
                    hasMoved = true
                }
            }
        }
    }

    /// Tries events again that wait for the card of one writer.
    mutating func releasePending(forCardOf replica: Replica, _ db: Database) throws {
        var streams: [StreamID] = []
        for item in try PendingRows.waiting(forCardOf: replica, db) {
            let header = try headerOfPending(item)
            if try retry(item, db) { streams.append(header.stream) }
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

    private mutating func retry(_ item: PendingRows.Item, _ db: Database) throws -> Bool {
        let keys = try CardRows.keys(db)
        switch opener.open(item.envelope, key: { keys[$0] }) {
        case .unknownAuthor:
            return false
        case .refused(let refusal):
            try PendingRows.quarantine(
                item.envelope.encoded(), reason: refusal.rawValue, peer: item.peer, now: now(), db)
        case .event(let sealed):
            let home = sealed.event.header.dot.replica.site
            if case .pending = try append(sealed, home: home, source: item.peer, db) {
                return false
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
