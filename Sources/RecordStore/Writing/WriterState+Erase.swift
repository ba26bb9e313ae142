import CareRecord
import Foundation
import GRDB
import Interchange
import StrictJSON
import WireFormat

extension WriterState {
    /// Carries out the `erase` changes of an event for values that its own site wrote; an order for
    /// others' values binds only once their site confirms it (`sync.md` §2).
    mutating func applyErasures(_ event: Event, _ db: Database) throws {
        for change in event.header.changes where change.operation == .erase {
            for name in change.names where name.dot.replica.site == event.header.dot.replica.site {
                try erase(name, db)
                erasureOrderedIn.insert(name.stream)
            }
        }
    }

    /// An event without the values that an order has erased: this is what is kept of it.
    mutating func withoutErased(_ sealed: SealedEvent, _ db: Database) throws -> SealedEvent {
        let ordered = try erasedValues(of: sealed.event.header, db)
        return sealed.event.holdsAny(of: ordered) ? sealed.erasing(ordered, coder: coder) : sealed
    }

    /// The same of an event that waits, and that need not be what it says.
    mutating func withoutErased(
        _ envelope: EventEnvelope, _ header: EventHeader, _ db: Database
    ) throws -> EventEnvelope {
        let ordered = try erasedValues(of: header, db)
        guard !ordered.isEmpty else { return envelope }
        return erasing(ordered, in: envelope)?.envelope ?? envelope
    }

    /// Which values of an event an order has erased.
    private mutating func erasedValues(
        of header: EventHeader, _ db: Database
    ) throws -> Set<Int> {
        guard let replica = try names.knownReplica(header.dot.replica, db) else { return [] }
        let ordered = try Int.fetchAll(
            try db.cachedStatement(
                sql: "SELECT idx FROM erasure WHERE stream = ? AND replica = ? AND counter = ?"),
            arguments: [Data(header.stream.bytes), replica, Int64(header.dot.counter)])
        return Set(ordered)
    }

    /// An event without some of its values; `nil` if its envelope is not good.
    private func erasing(_ indices: Set<Int>, in envelope: EventEnvelope) -> SealedEvent? {
        do {
            return try opener.reopen(envelope).erasing(indices, coder: coder)
        } catch {
            return nil
        }
    }

    private mutating func erase(_ name: ChangeName, _ db: Database) throws {
        let writer = try names.replica(name.dot.replica, db)
        let counter = Int64(name.dot.counter)
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO erasure (stream, replica, counter, idx) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [Data(name.stream.bytes), writer, counter, Int64(name.index)])
        try eraseWaiting(name, db)
        guard let stream = try names.known(name.stream, db) else { return }
        try eraseForks(of: stream, erasing: [Int(name.index)], only: (writer, counter), db)
        // What a withdrawal erased is gone already, and comes back only without this value.
        let find = try db.cachedStatement(
            sql: """
                SELECT seq FROM event
                WHERE stream = ? AND replica = ? AND counter = ? AND flags & 4 = 0
                """)
        guard let seq = try Int64.fetchOne(find, arguments: [stream, writer, counter]) else {
            return
        }
        let held = try StoredEvents.sealedEvent(at: seq, opener: opener, db)
        let index = Int(name.index)
        guard held.event.holdsAny(of: [index]) else { return }
        let erased = held.erasing([index], coder: coder)
        try db.cachedStatement(
            sql: "UPDATE event SET salt = ?, erased = ?, bytes = ? WHERE seq = ?"
        )
        .execute(arguments: [
            StoredSalt.data(of: erased.envelope.salt),
            StoredSalt.data(of: erased.envelope.erased), erased.envelope.byteCount, seq,
        ])
        let update = try db.cachedStatement(sql: "UPDATE frame SET content = ? WHERE id = ?")
        for (number, frame) in erased.envelope.frames.enumerated() {
            try update.execute(arguments: [Data(frame), FrameRow.id(seq: seq, number: number)])
        }
        let position = ChangePosition(seq: seq, index: index)
        try BlobRows.forgetUses(position...position, db)
        chainParts.forget()
        try forgetTerms(of: held.event.header, change: index, stream: stream, db)
    }

    /// Destroys a value in events that wait; what is not a good event is not kept at all.
    private mutating func eraseWaiting(_ name: ChangeName, _ db: Database) throws {
        for item in try PendingRows.waiting(under: name.dot, in: name.stream, db) {
            if let erased = erasing([Int(name.index)], in: item.envelope) {
                try PendingRows.replace(item.id, with: erased.envelope, db)
            } else {
                try PendingRows.remove(item.id, db)
                pendingCount = nil
            }
        }
    }

    /// Destroys values of second events under a dot: header, leaves and signature go on proving
    /// the fork.
    ///
    /// - Parameters:
    ///   - indices: of the values; `nil` for all.
    ///   - dot: the row of its writer and its counter; `nil` for every fork of the stream.
    func eraseForks(
        of stream: Int64, erasing indices: Set<Int>?, only dot: (replica: Int64, counter: Int64)?,
        _ db: Database
    ) throws {
        let forks = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT id, envelope FROM fork
                    WHERE stream = ?1 AND (?2 IS NULL OR replica = ?2 AND counter = ?3)
                    """), arguments: [stream, dot?.replica, dot?.counter])
        for row in forks {
            let id: Data = row[0]
            let kept = try StoredEvents.envelope(row[1], "read a forked event")
            let all = Set(0..<EventLimits.changesMax)
            guard let erased = erasing(indices ?? all, in: kept) else {
                throw StoreFailure(.damaged, "open a forked event")
            }
            try db.execute(
                sql: "UPDATE fork SET envelope = ? WHERE stream = ? AND id = ?",
                arguments: [Data(erased.envelope.encoded()), stream, id])
        }
    }

    /// A patient is no longer found by what a destroyed value said, only by what is left.
    private func forgetTerms(
        of header: EventHeader, change index: Int, stream: Int64, _ db: Database
    ) throws {
        guard index < header.changes.count, case .patient(let patient, .identity) = header.stream,
            header.changes[index].element.entityType == "Patient"
        else { return }
        try db.cachedStatement(sql: "DELETE FROM patient_term WHERE patient = ?")
            .execute(arguments: [Data(patient.bytes)])
        let created = try EntityRows.position(
            of: EntityID(patient.bits), type: "Patient", stream: stream, opener: opener, db)
        guard let created else { return }
        let revisions = try Int64.fetchAll(
            try db.cachedStatement(sql: "SELECT position FROM revision WHERE entity = ?"),
            arguments: [created.rawValue])
        for position in [created] + revisions.map(ChangePosition.init(rawValue:)) {
            guard
                case .held(let bytes) = try StoredValues.value(at: position, coder: coder, db),
                let document = Self.document(bytes)
            else { continue }
            try indexTerms(of: patient, Demographics.read(document), db)
        }
    }
}

extension Event {
    /// Whether any of the values at some indices is there.
    fileprivate func holdsAny(of indices: Set<Int>) -> Bool {
        indices.contains { index in
            guard values.indices.contains(index), case .held = values[index] else { return false }
            return true
        }
    }
}
