import AuditTrail
import CareRecord
import Foundation
import GRDB
import Signing

/// Holds the feed of events against the entries that should tell of them (`audit.md` §8): every
/// event that was written here is in exactly one `write` that succeeded, and of each peer and
/// patient as many events were received as are told of, or fewer.
///
/// Feed and log are read side by side. Events stand before their entries in the order of
/// transactions, so no more of the feed is kept than one input has written.
struct AuditCoverage {
    /// Whose events: the peer that delivered them, if any, and the pseudonym of their patient.
    private struct Source: Hashable {
        let peer: SiteID?
        let patient: String?
    }

    /// What an entry tells of.
    private struct Told {
        let sequence: UInt64
        let isWrite: Bool
        let source: Source
        let events: Int
        let digest: String?
    }

    private let encoder: AuditEntryEncoder
    private var pseudonyms: [Data: String] = [:]
    /// Events that were written here and not told of yet, in the order of the feed.
    private var written: [Source: [EventID]] = [:]
    /// Of what peers delivered: how many events are held, less those told of.
    private var received: [Source: Int] = [:]

    private init(encoder: AuditEntryEncoder) {
        self.encoder = encoder
    }

    /// The first entry that does not tell of what happened; the size of the log if events are held
    /// that no entry tells of; `nil` if all is covered.
    ///
    /// - Parameter encoder: the one that made the entries.
    static func firstGap(_ encoder: AuditEntryEncoder, _ db: Database) throws -> UInt64? {
        var coverage = AuditCoverage(encoder: encoder)
        let events = try Row.fetchCursor(
            db,
            sql: """
                SELECT event.id, stream.patient, peer.site FROM event
                JOIN stream ON stream.id = event.stream
                LEFT JOIN peer ON peer.id = event.source ORDER BY event.seq
                """)
        let entries = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, json_extract(text, '$.kind') = 'write', json_extract(text, '$.from.site'),
                  json_extract(text, '$.patient'), json_extract(text, '$.data.events'),
                  json_extract(text, '$.data.digest')
                FROM (SELECT seq, CAST(entry AS TEXT) AS text FROM audit
                  WHERE instr(entry, CAST('"kind":"write"' AS BLOB)) > 0
                    OR instr(entry, CAST('"kind":"disclose-in"' AS BLOB)) > 0)
                WHERE json_extract(text, '$.outcome') = 'success' ORDER BY seq
                """)
        while let row = try entries.next() {
            let told = Self.told(row)
            guard told.isWrite else {
                coverage.received[told.source, default: 0] -= told.events
                continue
            }
            while coverage.written[told.source, default: []].count < told.events,
                let event = try events.next()
            {
                try coverage.take(event)
            }
            guard try coverage.cover(told) else { return told.sequence }
        }
        while let event = try events.next() { try coverage.take(event) }
        let isCovered =
            coverage.written.values.allSatisfy(\.isEmpty)
            && coverage.received.values.allSatisfy { $0 <= 0 }
        return isCovered ? nil : try AuditRows.size(db)
    }

    private static func told(_ row: Row) -> Told {
        let (sequence, events): (Int64, Int?) = (row[0], row[4])
        let site: String? = row[2]
        return Told(
            sequence: UInt64(sequence), isWrite: row[1],
            source: Source(peer: site.flatMap { SiteID(text: $0) }, patient: row[3]),
            events: events ?? 0, digest: row[5])
    }

    /// An event of the feed.
    private mutating func take(_ row: Row) throws {
        let (id, patient, site): (Data, Data?, Data?) = (row[0], row[1], row[2])
        let source = Source(
            peer: site.flatMap { SiteID(bytes: $0) }, patient: patient.flatMap { pseudonym(of: $0) }
        )
        if source.peer == nil {
            written[source, default: []].append(try EventID(stored: id))
        } else {
            received[source, default: 0] += 1
        }
    }

    /// Whether the next events of an entry's patient are those that it tells of.
    private mutating func cover(_ told: Told) throws -> Bool {
        let next = written[told.source, default: []].prefix(told.events)
        guard next.count == told.events else { return false }
        let rest = written[told.source, default: []].dropFirst(told.events)
        written[told.source] = rest.isEmpty ? nil : Array(rest)
        return Hexadecimal.text(Digest.sha256(of: next.sorted().map(\.bytes))) == told.digest
    }

    private mutating func pseudonym(of patient: Data) -> String? {
        if let known = pseudonyms[patient] { return known }
        guard let id = PatientID(bytes: patient) else { return nil }
        let pseudonym = encoder.pseudonym(of: id)
        pseudonyms[patient] = pseudonym
        return pseudonym
    }
}
