import CareRecord
import Foundation
import GRDB
import WireFormat

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
        let keyed = rows.map { (key: HashedKey.entity($0.entity), position: $0.position) }
        for row in keyed.sorted(by: { ($0.key, $0.position) < ($1.key, $1.position) }) {
            try statement.execute(arguments: [row.key, row.position.rawValue])
        }
        rows.removeAll(keepingCapacity: true)
    }
}

/// Finds entities in view. Their key is short, so the header of each hit says whether it is meant.
enum EntityRows {
    /// The creation of an entity in one stream, if it is in view. Two types may share one id.
    static func position(
        of entity: EntityID, type: String, stream: Int64, opener: EventOpener, _ db: Database
    ) throws -> ChangePosition? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT entity.position FROM entity_key
                JOIN entity ON entity.position = entity_key.position
                JOIN event ON event.seq = entity.position >> 8
                JOIN word ON word.id = entity.type
                WHERE entity_key.key = ? AND word.text = ? AND event.stream = ?
                ORDER BY entity.position
                """)
        let rows = try Int64.fetchAll(
            statement, arguments: [HashedKey.entity(entity), type, stream])
        return try rows.map(ChangePosition.init(rawValue:))
            .first { try isCreation(of: entity, at: $0, opener: opener, db) }
    }

    /// The creations of an entity in every stream where it is in view, ascending by position.
    static func positions(
        of entity: EntityID, type: String, opener: EventOpener, _ db: Database
    ) throws -> [ChangePosition] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT entity.position FROM entity_key
                JOIN entity ON entity.position = entity_key.position
                JOIN word ON word.id = entity.type
                WHERE entity_key.key = ? AND word.text = ? ORDER BY entity.position
                """)
        return try Int64.fetchAll(statement, arguments: [HashedKey.entity(entity), type])
            .map(ChangePosition.init(rawValue:))
            .filter { try isCreation(of: entity, at: $0, opener: opener, db) }
    }

    /// Whether the change at a position is about an entity.
    private static func isCreation(
        of entity: EntityID, at position: ChangePosition, opener: EventOpener, _ db: Database
    ) throws -> Bool {
        let header = try StoredEvents.header(at: position.seq, opener: opener, db)
        guard position.index < header.changes.count else { return false }
        return header.changes[position.index].element.entity == entity
    }
}
