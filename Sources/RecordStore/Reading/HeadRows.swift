import CareRecord
import Foundation
import GRDB
import WireFormat

/// Finds the heads of entities (`merge.md` §2.1).
enum HeadRows {
    /// Positions of the heads of the whole resource, ascending: the creation and every later
    /// whole-resource write that no other change of that facet supersedes.
    static func positions(
        of entity: ChangePosition, _ db: Database
    ) throws -> [ChangePosition] {
        let revised = try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT revised FROM entity WHERE position = ?"),
            arguments: [entity.rawValue])
        guard revised ?? false else { return [entity] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT position FROM (
                  SELECT ?1 AS position
                  UNION SELECT revision.position FROM revision
                  JOIN word ON word.id = revision.facet
                  WHERE revision.entity = ?1 AND word.text = '*')
                WHERE NOT EXISTS (
                  SELECT 1 FROM edge JOIN word ON word.id = edge.facet
                  WHERE edge.superseded = position AND word.text = '*')
                ORDER BY position
                """)
        return try Int64.fetchAll(statement, arguments: [entity.rawValue])
            .map(ChangePosition.init(rawValue:))
    }
}

/// Reads single values.
enum StoredValues {
    /// The value of one change: unpacks only the frame that holds it.
    static func value(
        at position: ChangePosition, coder: FrameCoder, _ db: Database
    ) throws -> EventValue {
        let perFrame = EventEnvelope.valuesPerFrame
        let number = position.index / perFrame
        let statement = try db.cachedStatement(
            sql: """
                SELECT frame.content, event.changes, event.erased FROM frame
                JOIN event ON event.seq = ?1 WHERE frame.id = ?2
                """)
        let row = try Row.fetchOne(
            statement,
            arguments: [position.seq, FrameRow.id(seq: position.seq, number: number)])
        guard let row else {
            throw StoreFailure(.damaged, "read the values of feed position \(position.seq)")
        }
        let leaves = StoredSalt.leaves(row[2])
        if let leaf = leaves.first(where: { Int($0.index) == position.index }) {
            return .erased(leaf: leaf.leaf)
        }
        let content: Data = row[0]
        return .held(try slice(Array(content), at: position.index % perFrame, position, coder))
    }

    private static func slice(
        _ frame: [UInt8], at offset: Int, _ position: ChangePosition, _ coder: FrameCoder
    ) throws -> ArraySlice<UInt8> {
        do {
            return try ValueFrames.value(in: frame, at: offset, coder: coder)
        } catch {
            throw StoreFailure(
                .damaged, "unpack the values of feed position \(position.seq)", underlying: error)
        }
    }
}
