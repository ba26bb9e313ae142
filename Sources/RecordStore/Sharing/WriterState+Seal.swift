import AuditTrail
import CareRecord
import Foundation
import GRDB
import Signing
import WireFormat

/// What becomes of a stream that was withdrawn from this node.
enum SealedMode {
    /// It is kept out of view.
    case kept
    /// Only the node's own values of it are kept.
    case erased
}

extension WriterState {
    /// Takes a stream out of view; its own events and the vector stay.
    mutating func seal(
        _ stream: StreamRows.Item, erases: Bool, _ db: Database
    ) throws {
        sealedStreams = nil
        try db.execute(
            sql: "UPDATE stream SET sealed = ?, erases = ?, returned = NULL WHERE id = ?",
            arguments: [now(), erases, stream.id])
        if erases {
            try eraseForeignValues(of: stream.id, db)
            try eraseForks(of: stream.id, erasing: nil, only: nil, db)
            try forgetWaiting(in: stream.name, db)
        }
        try projectAgain(stream.id, name: stream.name, ownOnly: true, db)
    }

    /// Whether a peer's announcement brings a sealed stream back: the peer could have withdrawn it
    /// itself, or delivered others' events of it here. Whoever only got it from this node, or wrote
    /// to it, goes on announcing it until the notice has reached it as well.
    func mayUnseal(
        _ stream: StreamRows.Item, _ peer: PeerRows.Item, _ db: Database
    ) throws -> Bool {
        if try mayWithdraw(stream, peer.site, db) { return true }
        return try Bool.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM event JOIN replica ON replica.id = event.replica
                      WHERE event.stream = ? AND event.source = ?
                        AND substr(replica.name, 1, 16) <> ?)
                    """), arguments: [stream.id, peer.id, Data(peer.site.bytes)]) ?? false
    }

    /// Brings a stream back into view that is shared again; what was erased is to be fetched.
    mutating func unseal(
        _ stream: StreamRows.Item, from peer: Int64, _ db: Database
    ) throws {
        sealedStreams = nil
        try db.execute(
            sql: "UPDATE stream SET sealed = NULL, erases = 0, returned = NULL WHERE id = ?",
            arguments: [stream.id])
        try WantedRows.noteErased(in: stream, from: peer, now: now(), db)
        try projectAgain(stream.id, name: stream.name, ownOnly: false, db)
        noteShareNews()
        if let patient = stream.name.patient { return try materialise(patient: patient, db) }
        guard let unsealed = try StreamRows.item(stream.id, db) else { return }
        for peer in try peersWithAgreements(db) {
            try materialise(
                unsealed, for: try PeerAgreements(of: peer, db), owing: .backfill, db)
        }
    }

    /// Keeps the values of an event again that a withdrawal erased, now that it is shared anew; its
    /// stream is projected again at the end of the delivery.
    mutating func restoreErased(
        _ sealed: SealedEvent, unreadable: [Int], peer: Int64, _ db: Database
    ) throws {
        let header = sealed.event.header
        guard let stream = try names.known(header.stream, db) else { return }
        let replica = try names.replica(header.dot.replica, db)
        let seq = try Int64.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT seq FROM event
                    WHERE stream = ? AND replica = ? AND counter = ? AND id = ? AND flags & 4
                    """),
            arguments: [
                stream, replica, Int64(header.dot.counter), Data(sealed.event.id.bytes),
            ])
        // What came without a value and without the order to erase it is still wanted; and what a
        // withdrawal took away comes back with a new grant only.
        guard let seq, try !isSealed(stream, db),
            try erasuresAreOrdered(sealed, replica: replica, db)
        else { return }
        let sealed = try withoutErased(sealed, db)
        try insertFrames(sealed.envelope.frames, seq: seq, db)
        try db.execute(
            sql: """
                UPDATE event SET flags = flags & ~4, salt = ?, erased = ?, bytes = ? WHERE seq = ?
                """,
            arguments: [
                StoredSalt.data(of: sealed.envelope.salt),
                StoredSalt.data(of: sealed.envelope.erased), sealed.envelope.byteCount, seq,
            ])
        try quarantine(unreadable, of: seq, peer: peer, db)
        try OwedRows.oweRestored(stream, seq: seq, source: peer, db)
        noteShareNews()
        restoredIn.insert(header.stream)
    }

    /// Brings into view what `restoreErased` kept again.
    mutating func projectRestored(_ db: Database) throws {
        guard !restoredIn.isEmpty else { return }
        let restored = restoredIn.sorted()
        restoredIn = []
        for name in restored {
            guard let stream = try names.known(name, db) else { continue }
            try WantedRows.forgetFilled(in: name, db)
            // What was read while there was nothing to send must not settle what is owed now.
            for peer in try ShareRows.peers(sharing: stream, db) {
                try ShareRows.renew(
                    peer: peer, stream: stream, version: ShareRows.nextVersion(of: peer, db), db)
            }
            try projectAgain(stream, name: name, ownOnly: try isSealed(stream, db), db)
        }
    }

    /// Whether a stream was withdrawn from this node.
    mutating func isSealed(_ stream: Int64, _ db: Database) throws -> Bool {
        try sealedMode(of: stream, db) != nil
    }

    /// What became of a stream that was withdrawn from this node; `nil` if it was not.
    mutating func sealedMode(of stream: Int64, _ db: Database) throws -> SealedMode? {
        if let known = sealedStreams { return known[stream] }
        var modes: [Int64: SealedMode] = [:]
        for row in try Row.fetchAll(
            try db.cachedStatement(sql: "SELECT id, erases FROM stream WHERE sealed IS NOT NULL"))
        {
            let (id, erases): (Int64, Bool) = (row[0], row[1])
            modes[id] = erases ? .erased : .kept
        }
        sealedStreams = modes
        return modes[stream]
    }

    /// Destroys the values of events that came from peers; ids, headers and vector stay.
    private mutating func eraseForeignValues(of stream: Int64, _ db: Database) throws {
        let events = try Int64.fetchAll(
            db, sql: "SELECT seq FROM event WHERE stream = ? AND source IS NOT NULL",
            arguments: [stream])
        for seq in events {
            try db.cachedStatement(sql: "DELETE FROM frame WHERE id BETWEEN ? AND ?")
                .execute(arguments: [
                    FrameRow.id(seq: seq, number: 0), FrameRow.id(seq: seq, number: 31),
                ])
            try db.cachedStatement(sql: "UPDATE event SET flags = flags | 4 WHERE seq = ?")
                .execute(arguments: [seq])
            try BlobRows.forgetUses(
                ChangePosition(seq: seq, index: 0)...ChangePosition(seq: seq, index: 255), db)
        }
        try db.execute(
            sql: """
                DELETE FROM quarantine WHERE position IS NOT NULL AND position >> 8 IN (
                  SELECT seq FROM event WHERE stream = ? AND source IS NOT NULL)
                """, arguments: [stream])
        chainParts.forget()
    }

    /// Destroys what of a stream still waits. Whoever delivered it and announces the stream all the
    /// while is asked for it once more; whoever withdrew it sends it again with a new grant.
    private mutating func forgetWaiting(in stream: StreamID, _ db: Database) throws {
        let name = Data(stream.bytes)
        try WantedRows.noteWaiting(in: stream, db)
        try db.cachedStatement(sql: "DELETE FROM pending WHERE stream = ?")
            .execute(arguments: [name])
        pendingCount = nil
    }

    /// Destroys what a site delivered of a stream of which nothing is held, and that waits.
    mutating func forgetWaiting(
        in stream: StreamID, from site: SiteID, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM pending WHERE stream = ?
                  AND peer = (SELECT id FROM peer WHERE site = ?)
                """
        ).execute(arguments: [Data(stream.bytes), Data(site.bytes)])
        pendingCount = nil
    }

    /// Computes what is projected from a stream anew, from all of its events or this node's own.
    private mutating func projectAgain(
        _ stream: Int64, name: StreamID, ownOnly: Bool, _ db: Database
    ) throws {
        let events = try Row.fetchAll(
            db,
            sql: """
                SELECT seq, source IS NULL, flags & 4 FROM event
                WHERE stream = ? AND chain IS NULL ORDER BY seq
                """, arguments: [stream])
        for row in events {
            try ProjectionRows.forget(event: row[0], opener: opener, db)
        }
        if case .patient(let patient, .identity) = name {
            try db.execute(
                sql: "DELETE FROM patient_term WHERE patient = ?", arguments: [Data(patient.bytes)])
        }
        finder.forget()
        for row in events {
            let isOwn: Bool = row[1]
            let isErased: Bool = row[2]
            if isErased || (ownOnly && !isOwn) { continue }
            let seq: Int64 = row[0]
            let sealed = try StoredEvents.sealedEvent(at: seq, opener: opener, db)
            try project(sealed.event, seq: seq, stream: stream, db)
        }
        // What evidence there was and is: others' share sets follow from it.
        if let patient = name.patient { evidenceChangedOf.insert(patient) }
        try followEvidence(db)
    }
}

/// What is projected from one event.
enum ProjectionRows {
    /// Removes it; it can be computed again from the event.
    static func forget(event seq: Int64, opener: EventOpener, _ db: Database) throws {
        let first = ChangePosition(seq: seq, index: 0).rawValue
        let last = ChangePosition(seq: seq, index: 255).rawValue
        let entities = try Int64.fetchAll(
            try db.cachedStatement(
                sql: "SELECT position FROM entity WHERE position BETWEEN ? AND ?"),
            arguments: [first, last])
        let header =
            entities.isEmpty ? nil : try StoredEvents.header(at: seq, opener: opener, db)
        for position in entities {
            guard
                let element = try header?.change(at: ChangePosition(rawValue: position)).element
            else { continue }
            try db.cachedStatement(sql: "DELETE FROM entity_key WHERE key = ? AND position = ?")
                .execute(arguments: [HashedKey.entity(element.entity), position])
            try db.cachedStatement(sql: "DELETE FROM revision WHERE entity = ?")
                .execute(arguments: [position])
        }
        for table in ["entity", "evidence", "early"] {
            try db.cachedStatement(sql: "DELETE FROM \(table) WHERE position BETWEEN ? AND ?")
                .execute(arguments: [first, last])
        }
        try db.cachedStatement(sql: "DELETE FROM edge WHERE superseded BETWEEN ? AND ?")
            .execute(arguments: [first, last])
    }
}
