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
        for change in header.changes
        where change.operation == .create && change.element.inside == nil {
            let key = HashedKey.entity(change.element.entity)
            try forEachEarly(key: key, stream: stream, db) { state, position, author, early in
                try state.revise(
                    early, author: author.dot.replica, at: position, stream: stream, db)
            }
        }
        let key = HashedKey.dot(header.dot)
        try forEachEarly(key: key, stream: stream, db) { state, position, _, early in
            // Of all that it names, only what came now: each name is looked at once.
            let names = early.supersedes.filter { $0.dot == header.dot }
            guard early.operation != .omit else { return }
            try state.end(names, by: early.element, at: position, stream: stream, db)
            if state.mayRestateEvidence(early.element) {
                let entity = try EntityRows.position(
                    of: early.element.resource, type: early.element.resourceType, stream: stream,
                    opener: state.opener, db)
                if let entity { state.evidenceToRestate.insert(entity) }
            }
        }
    }

    /// Takes the changes that waited under a key, and hands each over with its event's header.
    private mutating func forEachEarly(
        key: Int64, stream: Int64, _ db: Database,
        _ body: (inout WriterState, ChangePosition, EventHeader, Change) throws -> Void
    ) throws {
        let positions = try Int64.fetchAll(
            try db.cachedStatement(
                sql: "DELETE FROM early WHERE stream = ? AND key = ? RETURNING position"),
            arguments: [stream, key]
        ).sorted().map(ChangePosition.init(rawValue:))
        guard !positions.isEmpty else { return }
        hasEarly = nil
        var last: (seq: Int64, header: EventHeader)?
        for position in positions {
            if last?.seq != position.seq {
                last = (
                    position.seq, try StoredEvents.header(at: position.seq, opener: opener, db)
                )
            }
            guard let header = last?.header else { continue }
            try body(&self, position, header, try header.change(at: position))
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
