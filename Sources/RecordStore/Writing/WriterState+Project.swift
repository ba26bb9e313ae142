import CareRecord
import Foundation
import GRDB
import StrictJSON
import WireFormat

extension WriterState {
    /// Brings the changes of one event into view: entities, heads, and what finds them.
    ///
    /// Everything written here can be computed again from the events.
    mutating func project(
        _ event: Event, seq: Int64, stream: Int64, _ db: Database
    ) throws {
        let isOwn = event.header.dot.replica.site == replica.site
        var keys: [EntityKeyRow] = []
        keys.reserveCapacity(event.header.changes.count)
        for (number, change) in event.header.changes.enumerated() {
            let position = ChangePosition(seq: seq, index: number)
            if change.operation == .create, change.element.inside == nil,
                try !isKnown(change.element, stream: stream, in: keys, db)
            {
                try insertEntity(change, in: event.header.stream, at: position, db)
                keys.append(EntityKeyRow(element: change.element, position: position))
                if isOwn { try insertSourceKey(event.header, change, at: position, db) }
            } else {
                try EntityKeyRow.insert(&keys, db)
                try revise(
                    change, author: event.header.dot.replica, at: position, stream: stream, db)
            }
            try index(
                change, value: event.values[number], header: event.header, at: position, db)
        }
        try EntityKeyRow.insert(&keys, db)
        try reviseEarly(event.header, stream: stream, db)
        try applyErasures(event, db)
        try restateEvidence(db)
        try followEvidence(db)
    }

    /// Whether an entity has a creation in view in this stream. For a random id that nothing
    /// shares 63 bits with, the look-up misses at once.
    private func isKnown(
        _ element: Element, stream: Int64, in keys: [EntityKeyRow], _ db: Database
    ) throws -> Bool {
        let isHere = keys.contains { key in
            key.entity == element.entity && key.type == element.entityType
        }
        if isHere { return true }
        return try EntityRows.position(
            of: element.entity, type: element.entityType, stream: stream, opener: opener, db) != nil
    }

    private mutating func insertEntity(
        _ change: Change, in stream: StreamID, at position: ChangePosition, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO entity (position, type, uuid, revised) VALUES (?, ?, ?, 0)")
        var uuid: Data?
        if case .directory = stream { uuid = Data(change.element.entity.bytes) }
        try statement.execute(arguments: [
            position.rawValue, try names.word(change.element.entityType, db), uuid,
        ])
    }

    private func insertSourceKey(
        _ header: EventHeader, _ change: Change, at position: ChangePosition, _ db: Database
    ) throws {
        guard let source = change.sourceID else { return }
        let key = HashedKey.source(
            system: header.sourceSystem, type: change.element.entityType, id: source)
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO source_key (key, position) VALUES (?, ?)"
        )
        .execute(arguments: [key, position.rawValue])
    }

    /// Adds a change to an entity that is in view; a change to one that is not shows once the
    /// creation arrives.
    mutating func revise(
        _ change: Change, author: Replica, at position: ChangePosition, stream: Int64,
        _ db: Database
    ) throws {
        guard
            let entity = try EntityRows.position(
                of: change.element.resource, type: change.element.resourceType, stream: stream,
                opener: opener, db)
        else {
            return try note(
                position, beforeCreationOf: change.element.resource, stream: stream, db)
        }
        let isOmission = change.operation == .omit
        let facet = try names.word(isOmission ? Self.omission : change.element.rowName, db)
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO revision (entity, facet, position) VALUES (?, ?, ?)"
        ).execute(arguments: [entity.rawValue, facet, position.rawValue])
        // What was left out is still there (`merge.md` §2.3).
        if !isOmission {
            try end(change.supersedes, by: change.element, at: position, stream: stream, db)
        }
        if mayRestateEvidence(change.element) { evidenceToRestate.insert(entity) }
        try db.cachedStatement(sql: "UPDATE entity SET revised = 1 WHERE position = ?")
            .execute(arguments: [entity.rawValue])
    }

    /// Notes which changes a change on an element ends.
    mutating func end(
        _ names: [ChangeReference], by element: Element, at position: ChangePosition,
        stream: Int64, _ db: Database
    ) throws {
        let facet = try names.isEmpty ? 0 : self.names.word(element.rowName, db)
        for name in names {
            guard let superseded = try resolve(name, stream: stream, db) else {
                try note(position, before: name.dot, stream: stream, db)
                continue
            }
            guard superseded != position, try isOf(element, superseded, db) else { continue }
            try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO edge (superseded, facet, successor) VALUES (?, ?, ?)"
            ).execute(arguments: [superseded.rawValue, facet, position.rawValue])
            // Of single elements it is stated anew, once the event is in view.
            if element.isWholeResource { try forgetEvidence(at: superseded, db) }
        }
    }

    /// Only a change on an element ends heads of it (`merge.md` §2.1): nobody can make another
    /// entity's content vanish by naming it.
    private func isOf(
        _ element: Element, _ position: ChangePosition, _ db: Database
    ) throws -> Bool {
        let header = try StoredEvents.header(at: position.seq, opener: opener, db)
        guard position.index < header.changes.count else { return false }
        return element.meets(header.changes[position.index].element)
    }

    private mutating func resolve(
        _ reference: ChangeReference, stream: Int64, _ db: Database
    ) throws -> ChangePosition? {
        let writer = try names.replica(reference.dot.replica, db)
        let statement = try db.cachedStatement(
            sql: "SELECT seq FROM event WHERE stream = ? AND replica = ? AND counter = ?")
        return try Int64.fetchOne(
            statement, arguments: [stream, writer, Int64(reference.dot.counter)]
        ).map { ChangePosition(seq: $0, index: Int(reference.index)) }
    }
}

extension WriterState {
    /// What `revision` calls what a source left out of a version: no change of any facet.
    private static let omission = "omit"
}

extension Element {
    /// What `revision` and `edge` call the facet: `*` is that of a whole resource alone.
    fileprivate var rowName: String {
        inside == nil ? facet.name : "\(entityType) \(facet.name)"
    }
}
