import AuditTrail
import Foundation
import GRDB
import Signing

/// What this log's entries about sessions with one peer share with the peer's.
enum SharedEntryRows {
    /// An entry with its leaf.
    struct Item {
        let entry: SharedEntry
        let leaf: TreeHash
    }

    private static let matters: [(kind: AuditKind, matter: SharedEntry.Matter)] = [
        (.discloseOut, .left), (.discloseIn, .came), (.refuse, .refused), (.quarantine, .waiting),
        (.session, .answered),
    ]

    /// Entries at some places, ascending; rows that hold no entry, and entries that tell of no
    /// delivery or session, are passed over.
    ///
    /// - Parameters:
    ///   - site: the peer.
    ///   - countMax: how many at most.
    static func items(
        _ places: Range<UInt64>, with site: String, countMax: Int, _ db: Database
    ) throws -> [Item] {
        let marks = matters.map { Data("\"kind\":\"\($0.kind.rawValue)\"".utf8) }
        let isOne = marks.map { _ in "instr(entry, ?) > 0" }.joined(separator: " OR ")
        // Nobody but a changed row has bytes here that are no JSON, and it must not end the answer.
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, leaf, json_extract(text, '$.kind'), json_extract(text, '$.session'),
                  json_extract(text, '$.delivery'), json_extract(text, '$.data.events'),
                  json_extract(text, '$.data.digest'), json_extract(text, '$.data.counts.answered'),
                  json_extract(text, '$.data.counts."refused-there"')
                FROM (SELECT seq, leaf,
                    CASE WHEN json_valid(CAST(entry AS TEXT)) THEN CAST(entry AS TEXT) END AS text
                  FROM audit WHERE seq >= ? AND seq < ? AND (\(isOne)) AND instr(entry, ?) > 0)
                WHERE coalesce(json_extract(text, '$.to.site'), json_extract(text, '$.from.site')) = ?
                ORDER BY seq
                """,
            arguments: [Int64(clamping: places.lowerBound), Int64(clamping: places.upperBound)]
                + StatementArguments(marks) + [Data(site.utf8), site])
        var items: [Item] = []
        while items.count < countMax, let row = try rows.next() {
            if let item = item(row) { items.append(item) }
        }
        return items
    }

    private static func item(_ row: Row) -> Item? {
        guard let kind = String.fromDatabaseValue(row[2]),
            let matter = matters.first(where: { $0.kind.rawValue == kind })?.matter,
            let session = String.fromDatabaseValue(row[3]),
            let events = UInt64.fromDatabaseValue(row[matter == .answered ? 7 : 5]),
            var entry = SharedEntry(
                place: UInt64.fromDatabaseValue(row[0]) ?? 0, matter: matter, session: session,
                delivery: matter == .answered ? nil : UInt64.fromDatabaseValue(row[4]),
                events: events,
                digest: matter == .left || matter == .came
                    ? String.fromDatabaseValue(row[6]) : nil),
            let leaf = Data.fromDatabaseValue(row[1]).flatMap({ TreeHash(bytes: $0) })
        else { return nil }
        if matter == .answered { entry.refused = UInt64.fromDatabaseValue(row[8]) ?? 0 }
        return Item(entry: entry, leaf: leaf)
    }
}
