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

    /// Destroys the values of an event that arrived after the order to erase them.
    mutating func applyOrders(to sealed: SealedEvent, replica: Int64, _ db: Database) throws {
        let header = sealed.event.header
        let ordered = try UInt32.fetchAll(
            try db.cachedStatement(
                sql: "SELECT idx FROM erasure WHERE stream = ? AND replica = ? AND counter = ?"),
            arguments: [Data(header.stream.bytes), replica, Int64(header.dot.counter)])
        for index in ordered where !sealed.envelope.erased.contains(where: { $0.index == index }) {
            try erase(ChangeName(stream: header.stream, dot: header.dot, index: index), db)
        }
    }

    private mutating func erase(_ name: ChangeName, _ db: Database) throws {
        let writer = try names.replica(name.dot.replica, db)
        let counter = Int64(name.dot.counter)
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO erasure (stream, replica, counter, idx) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [Data(name.stream.bytes), writer, counter, Int64(name.index)])
        guard let stream = try names.known(name.stream, db) else { return }
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
        guard index < held.event.values.count, case .held = held.event.values[index] else { return }
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
        chainParts.forget()
        try forgetTerms(of: held.event.header, change: index, stream: stream, db)
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
