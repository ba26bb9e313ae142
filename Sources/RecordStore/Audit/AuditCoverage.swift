import AuditTrail
import CareRecord
import Foundation
import GRDB
import Signing
import StrictJSON

/// Holds the feed of events against the entries that should tell of them (`audit.md` §8): every
/// event that was written here is in exactly one `write` that succeeded, and of each peer and
/// patient as many events were received as are told of, or fewer.
///
/// The first entry, if it is there and says so, must commit to the encoder's pseudonym key.
///
/// Of what pruned entries told only the numbers are held against the feed.
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

    /// Events that were written here and that pruned entries told of, as far as they are to come.
    private var pruned: [Source: Int] = [:]
    /// Whether a row tells of a number of events that no log has.
    private var hasImpossibleCount = false

    private init(encoder: AuditEntryEncoder, _ db: Database) throws {
        self.encoder = encoder
        for (site, patient, events) in try AuditPruneRows.counts(db) {
            // Nothing but a changed row has another number, and the sums are to stay sums.
            guard (0...Int(LogLimits.sizeMax)).contains(events) else {
                hasImpossibleCount = true
                continue
            }
            let source = Source(
                peer: SiteID(text: site), patient: patient.isEmpty ? nil : patient)
            if source.peer == nil {
                pruned[source] = events
            } else {
                received[source] = -events
            }
        }
    }

    /// The first entry that does not tell of what happened; the size of the log if events are held
    /// that no entry tells of; `nil` if all is covered.
    ///
    /// - Parameter encoder: the one that made the entries.
    static func firstGap(_ encoder: AuditEntryEncoder, _ db: Database) throws -> UInt64? {
        guard try !namesAnotherKey(encoder, db) else { return 0 }
        var coverage = try AuditCoverage(encoder: encoder, db)
        guard !coverage.hasImpossibleCount else { return 0 }
        let events = try Row.fetchCursor(
            db,
            sql: """
                SELECT event.id, stream.patient, peer.site FROM event
                JOIN stream ON stream.id = event.stream
                LEFT JOIN peer ON peer.id = event.source ORDER BY event.seq
                """)
        let entries = try AuditEntryCursor(0..<LogLimits.sizeMax, db)
        while let (sequence, entry) = try entries.next() {
            guard EntryBytes(entry).mayTellOfEvents else { continue }
            guard let document = document(entry) else { return sequence }
            guard tellsOfEvents(document) else { continue }
            guard let told = told(document) else { return sequence }
            guard told.isWrite else {
                coverage.received[told.source, default: 0] -= told.events
                continue
            }
            while coverage.written[told.source, default: []].count < told.events,
                let event = try events.next()
            {
                try coverage.take(event)
            }
            guard try coverage.cover(told) else { return sequence }
        }
        while let event = try events.next() { try coverage.take(event) }
        let isCovered =
            coverage.written.values.allSatisfy(\.isEmpty)
            && coverage.received.values.allSatisfy { $0 <= 0 }
            && coverage.pruned.values.allSatisfy { $0 == 0 }
        return isCovered ? nil : try AuditRows.size(db)
    }

    /// Whether the log began under another pseudonym key than the encoder's: its pseudonyms would
    /// lead to nobody. A log that does not say so, or was pruned, names none.
    private static func namesAnotherKey(
        _ encoder: AuditEntryEncoder, _ db: Database
    ) throws -> Bool {
        guard let first = try AuditRows.entries(0..<1, db).first,
            let entry = first.withUnsafeBytes({ document($0) }),
            let kind = entry.member("kind", of: entry.root), entry.stringEquals(kind, "origin"),
            let data = entry.member("data", of: entry.root),
            let digest = entry.member("digest", of: data)
        else { return false }
        return entry.string(digest) != Hexadecimal.text(encoder.pseudonymCommitment)
    }

    /// `nil` for bytes that are no JSON: who could read them told of nothing.
    private static func document(_ entry: UnsafeRawBufferPointer) -> JSONDocument? {
        do throws(JSONRefusal) {
            return try JSONDocument(Array(entry))
        } catch {
            return nil
        }
    }

    private static func tellsOfEvents(_ entry: JSONDocument) -> Bool {
        guard let kind = entry.member("kind", of: entry.root),
            let outcome = entry.member("outcome", of: entry.root)
        else { return false }
        return entry.stringEquals(outcome, "success")
            && (entry.stringEquals(kind, "write") || entry.stringEquals(kind, "disclose-in"))
    }

    /// `nil` if the number of events is none.
    private static func told(_ entry: JSONDocument) -> Told? {
        func text(_ name: StaticString, of object: JSONNode?) -> String? {
            object.flatMap { entry.member(name, of: $0) }.flatMap { entry.string($0) }
        }
        let data = entry.member("data", of: entry.root)
        var events = 0
        if let node = data.flatMap({ entry.member("events", of: $0) }) {
            guard let number = entry.numberText(node).flatMap({ Int($0) }), number >= 0 else {
                return nil
            }
            events = number
        }
        let site = text("site", of: entry.member("from", of: entry.root))
        return Told(
            isWrite: text("kind", of: entry.root) == "write",
            source: Source(
                peer: site.flatMap { SiteID(text: $0) }, patient: text("patient", of: entry.root)),
            events: events, digest: text("digest", of: data))
    }

    /// An event of the feed.
    private mutating func take(_ row: Row) throws {
        let (id, patient, site): (Data, Data?, Data?) = (row[0], row[1], row[2])
        let source = Source(
            peer: site.flatMap { SiteID(bytes: $0) }, patient: patient.flatMap { pseudonym(of: $0) }
        )
        if source.peer == nil, let left = pruned[source], left > 0 {
            pruned[source] = left - 1
        } else if source.peer == nil {
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
