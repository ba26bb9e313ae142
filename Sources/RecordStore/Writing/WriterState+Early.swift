import CareRecord
import Foundation
import GRDB

/// Changes that speak of what is not in view yet.
///
/// An author that keeps to `record-v1.md` §15 names only what its event builds on, and that is held
/// before it. Where one does not, its change waits here for what it speaks of, so that the heads are
/// the same in every order of arrival.
extension WriterState {
    /// A change revises an entity whose creation is not in view.
    mutating func note(
        _ position: ChangePosition, beforeCreationOf entity: EntityID, stream: Int64, _ db: Database
    ) throws {
        try noteEarly(position, key: HashedKey.entity(entity), stream: stream, db)
    }

    /// A change names another whose event is not held.
    mutating func note(
        _ position: ChangePosition, before dot: Dot, stream: Int64, _ db: Database
    ) throws {
        try noteEarly(position, key: HashedKey.dot(dot), stream: stream, db)
    }

    private mutating func noteEarly(
        _ position: ChangePosition, key: Int64, stream: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO early (stream, key, position) VALUES (?, ?, ?)"
        ).execute(arguments: [stream, key, position.rawValue])
        hasEarly = nil
    }

    /// Looks again at the changes that waited for an event that came into view.
    mutating func reviseEarly(
        _ header: EventHeader, stream: Int64, _ db: Database
    ) throws {
        guard try isAnyEarly(db) else { return }
        let created = header.changes.filter { $0.operation == .create }
        let keys = [HashedKey.dot(header.dot)] + created.map { HashedKey.entity($0.element.entity) }
        var positions: Set<Int64> = []
        for key in keys {
            positions.formUnion(
                try Int64.fetchAll(
                    try db.cachedStatement(
                        sql: "DELETE FROM early WHERE stream = ? AND key = ? RETURNING position"),
                    arguments: [stream, key]))
        }
        guard !positions.isEmpty else { return }
        hasEarly = nil
        for position in positions.sorted().map(ChangePosition.init(rawValue:)) {
            let author = try StoredEvents.header(at: position.seq, opener: opener, db)
            try revise(
                try author.change(at: position), author: author.dot.replica, at: position,
                stream: stream, db)
        }
    }

    private mutating func isAnyEarly(_ db: Database) throws -> Bool {
        if let known = hasEarly { return known }
        let isAny = try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM early)"))
        hasEarly = isAny ?? false
        return isAny ?? false
    }
}
