public import CareRecord
import Foundation
import GRDB
public import WireFormat

/// What may leave now.
public struct Disclosure: Sendable {
    /// In the order that was asked for.
    public var envelopes: [EventEnvelope]
    /// The version of the share set that permits them: it must be announced before they leave.
    public var shareVersion: UInt64
}

extension SiteStore {
    /// Makes a disclosure durable and returns the envelopes that may leave now, in order.
    ///
    /// The permit of every event is checked again in the transaction of its audit entries: that
    /// commit is the moment that counts. `nil` means that a permit is gone; nothing may be sent.
    public func disclose(
        positions: [UInt64], to site: SiteID, session: String, delivery: UInt64
    ) async throws -> Disclosure? {
        let envelopes = try await read("read a delivery") { db in
            try positions.map { try StoredEvents.envelope(at: Int64($0), db) }
        }
        let version = try await committer.commit { db, state -> Int64? in
            let peer = try PeerRows.active(site, db)
            let sizes = envelopes.map(\.byteCount)
            guard
                let events = try DisclosureRows.described(
                    positions, sizes: sizes, peer: peer.id, &state, db)
            else { return nil }
            for fact in DisclosureFacts.sent(
                events, to: peer, session: session, delivery: delivery)
            {
                try state.record(fact, db)
            }
            try state.noteSent(events.count, session: session, peer: peer.id, db)
            return peer.shareVersion
        }
        return version.map { Disclosure(envelopes: envelopes, shareVersion: UInt64($0)) }
    }

    /// Stores a delivery of a peer; the outcomes may be answered once this returns.
    public func accept(_ delivery: IncomingDelivery) async throws -> [EventOutcome] {
        let (outcomes, hasShareNews) = try await committer.commit(
            cost: delivery.events.count * 64
        ) { db, state in
            let peer = try PeerRows.active(delivery.peer, db)
            let outcomes = try state.accept(delivery, from: peer, db)
            return (outcomes, state.takeShareNews())
        }
        feedSignal.notify(sharesToo: hasShareNews)
        return outcomes
    }
}

/// Reads what a delivery discloses.
enum DisclosureRows {
    /// The events at the given positions; `nil` if the peer may not have one of them, or if one
    /// lost a value since its envelope of the given size was read.
    static func described(
        _ positions: [UInt64], sizes: [Int], peer: Int64, _ state: inout WriterState,
        _ db: Database
    ) throws -> [DisclosureFacts.Described]? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT event.id, stream.name, event.header, event.bytes, event.flags & 4,
                  share.policy, share.until, share.agreement, share.others FROM event
                JOIN stream ON stream.id = event.stream
                JOIN share ON share.peer = ? AND share.stream = event.stream
                WHERE event.seq = ?
                """)
        let validity = try ShareValidity(peer: peer, now: state.now(), db)
        var known: [Int64: ShareRows.Basis] = [:]
        func basis(of agreement: Int64) throws -> ShareRows.Basis {
            if let basis = known[agreement] { return basis }
            let basis = try ShareRows.basis(ofAgreement: agreement, db)
            known[agreement] = basis
            return basis
        }
        var events: [DisclosureFacts.Described] = []
        events.reserveCapacity(positions.count)
        for (position, size) in zip(positions, sizes) {
            guard let row = try Row.fetchOne(statement, arguments: [peer, Int64(position)]),
                row[3] == size, row[4] == 0
            else { return nil }
            let name: Data = row[1]
            guard let stream = StreamID(bytes: name),
                validity.counts(policy: row[5], until: row[6], stream: stream)
            else { return nil }
            let frame: Data = row[2]
            do {
                var event = DisclosureFacts.Described(
                    try state.opener.header(ofFrame: Array(frame)),
                    id: try EventID(stored: row[0]))
                event.bases = try ([row[7]] + ShareRows.Item.others(row[8])).map(basis(of:))
                events.append(event)
            } catch {
                throw StoreFailure(
                    .damaged, "read the header at feed position \(position)", underlying: error)
            }
        }
        return events
    }
}
