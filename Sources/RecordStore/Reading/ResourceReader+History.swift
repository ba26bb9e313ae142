import CareRecord
import ConflictResolver
import Foundation
import GRDB
import WireFormat

/// A resource's history with where each of its changes stands in the feed.
struct PlacedHistory {
    let history: ResourceHistory
    let stream: StreamID
    /// Feed positions by change.
    let positions: [HeadName: ChangePosition]
}

extension ResourceReader {
    /// Every change in view of the resource whose creation stands at a position.
    mutating func history(
        createdAt position: ChangePosition, _ db: Database
    ) throws -> PlacedHistory {
        let created = try event(at: position.seq, db).header
        let element = try created.change(at: position).element
        var history = ResourceHistory(type: element.entityType, entity: element.entity)
        var positions: [HeadName: ChangePosition] = [:]
        for place in try Self.positions(ofEntityAt: position, db) {
            let change = try heldChange(at: place, db)
            positions[change.name] = place
            history.insert(change)
        }
        for dot in try Self.forks(in: position.seq, db) { history.noteFork(of: dot) }
        return PlacedHistory(history: history, stream: created.stream, positions: positions)
    }

    /// The history of a resource that anybody changed after its creation; `nil` of any other.
    mutating func historyOfRevised(
        createdAt position: ChangePosition, _ db: Database
    ) throws -> ResourceHistory? {
        let isRevised = try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT revised FROM entity WHERE position = ?"),
            arguments: [position.rawValue])
        return isRevised ?? false ? try history(createdAt: position, db).history : nil
    }

    mutating func heldChange(
        at position: ChangePosition, _ db: Database
    ) throws -> HeldChange {
        let event = try event(at: position.seq, db)
        let change = try event.header.change(at: position)
        let value: HeldChange.Value =
            switch try content(of: change, event.values[position.index], db) {
            case .held(let bytes): bytes.isEmpty ? .none : .given(bytes)
            case .onItsWay: .onItsWay
            case .erased: .erased
            }
        return HeldChange(
            name: HeadName(
                dot: event.header.dot, index: UInt32(position.index), event: event.id),
            element: change.element, operation: change.operation, supersedes: change.supersedes,
            covers: change.covers, holder: change.element.inside?.holder,
            author: event.header.author, time: event.header.time,
            value: value)
    }

    /// The creation of an entity and every later change of it, ascending.
    static func positions(
        ofEntityAt position: ChangePosition, _ db: Database
    ) throws -> [ChangePosition] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT ?1 AS position UNION SELECT position FROM revision WHERE entity = ?1
                ORDER BY position
                """)
        return try Int64.fetchAll(statement, arguments: [position.rawValue])
            .map(ChangePosition.init(rawValue:))
    }

    /// The dots of a stream that are known to be forked, ascending.
    static func forks(in seq: Int64, _ db: Database) throws -> [Dot] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT replica.name, fork.counter FROM event
                JOIN fork ON fork.stream = event.stream
                JOIN replica ON replica.id = fork.replica
                WHERE event.seq = ? ORDER BY replica.name, fork.counter
                """)
        return try Row.fetchAll(statement, arguments: [seq]).compactMap { row in
            let name: Data = row[0]
            let counter: Int64 = row[1]
            return Replica(bytes: name).map { Dot(replica: $0, counter: UInt64(counter)) }
        }
    }
}
