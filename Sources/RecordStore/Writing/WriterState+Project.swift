import CareRecord
import Foundation
import GRDB

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
            if change.operation == .create,
                try !isKnown(change.element, stream: stream, in: keys, db)
            {
                try insertEntity(change, at: position, db)
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
        try applyErasures(event, db)
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
            of: element.entity, type: element.entityType, stream: stream, db) != nil
    }

    private mutating func insertEntity(
        _ change: Change, at position: ChangePosition, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO entity (position, uuid, type, revised) VALUES (?, ?, ?, 0)")
        try statement.execute(arguments: [
            position.rawValue, Data(change.element.entity.bytes),
            try names.word(change.element.entityType, db),
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

    /// Adds a change to an entity that is in view; a change to one that is not stays in its event
    /// and shows once the creation arrives.
    private mutating func revise(
        _ change: Change, author: Replica, at position: ChangePosition, stream: Int64,
        _ db: Database
    ) throws {
        guard
            let entity = try EntityRows.position(
                of: change.element.entity, type: change.element.entityType, stream: stream, db)
        else { return }
        let facet = try names.word(change.element.facet.name, db)
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO revision (entity, facet, position) VALUES (?, ?, ?)"
        ).execute(arguments: [entity.rawValue, facet, position.rawValue])
        for reference in change.supersedes {
            guard let superseded = try resolve(reference, stream: stream, db),
                superseded != position, try isOf(change.element, superseded, db)
            else { continue }
            try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO edge (superseded, facet, successor) VALUES (?, ?, ?)"
            ).execute(arguments: [superseded.rawValue, facet, position.rawValue])
            try forgetEvidence(at: superseded, db)
        }
        try db.cachedStatement(sql: "UPDATE entity SET revised = 1 WHERE position = ?")
            .execute(arguments: [entity.rawValue])
    }

    /// Only a change on an element ends heads of it (`merge.md` §2.1): nobody can make another
    /// entity's content vanish by naming it.
    private func isOf(
        _ element: Element, _ position: ChangePosition, _ db: Database
    ) throws -> Bool {
        let header = try StoredEvents.header(at: position.seq, opener: opener, db)
        guard position.index < header.changes.count else { return false }
        let other = header.changes[position.index].element
        guard other.entity == element.entity, other.entityType == element.entityType else {
            return false
        }
        return other.facet == element.facet || other.facet == .whole || element.facet == .whole
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

/// A row of `entity_key`, gathered so that the rows of one event go in by ascending key.
struct EntityKeyRow {
    let entity: EntityID
    let type: String
    let position: ChangePosition

    init(element: Element, position: ChangePosition) {
        entity = element.entity
        type = element.entityType
        self.position = position
    }

    /// Writes the rows and empties the list.
    static func insert(_ rows: inout [EntityKeyRow], _ db: Database) throws {
        guard !rows.isEmpty else { return }
        let statement = try db.cachedStatement(
            sql: "INSERT INTO entity_key (key, position) VALUES (?, ?)")
        for row in rows.sorted(by: { $0.entity < $1.entity }) {
            try statement.execute(arguments: [
                HashedKey.entity(row.entity), row.position.rawValue,
            ])
        }
        rows.removeAll(keepingCapacity: true)
    }
}

/// Finds entities in view.
enum EntityRows {
    /// The creation of an entity in one stream, if it is in view. Two types may share one id.
    static func position(
        of entity: EntityID, type: String, stream: Int64, _ db: Database
    ) throws -> ChangePosition? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT entity.position FROM entity_key
                JOIN entity ON entity.position = entity_key.position
                JOIN event ON event.seq = entity.position >> 8
                JOIN word ON word.id = entity.type
                WHERE entity_key.key = ? AND entity.uuid = ? AND word.text = ?
                  AND event.stream = ?
                ORDER BY entity.position LIMIT 1
                """)
        return try Int64.fetchOne(
            statement,
            arguments: [HashedKey.entity(entity), Data(entity.bytes), type, stream]
        ).map(ChangePosition.init(rawValue:))
    }
}
