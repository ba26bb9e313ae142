public import AuditTrail
public import CareRecord
import GRDB
import Signing

extension SiteStore {
    /// Places that one page looks at.
    private static let joinPlacesMax: UInt64 = 16_384

    /// Answers a peer that compares its log with this one: a page of what the entries about sessions
    /// with that peer share with its own. That it asked is in the log before the first page, which is
    /// of a head that covers everything before it; asks within a minute share an entry.
    ///
    /// - Returns: `nil` if no head of the size is there, or none can be signed.
    public func joinPage(_ request: JoinRequest, for site: SiteID) async throws -> JoinPage? {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            guard
                let count = try RepetitionRows.take("join", of: peer.id, now: state.now(), db)
            else { return }
            var fact = AuditFact(kind: .search, actor: peer.actor)
            fact.reason = "audit log: join"
            fact.data = AuditData(repeated: count, "pages")
            fact.to = peer.party
            try state.record(fact, db)
        }
        if request.size == 0 { try await signAuditLog() }
        let (first, places, note, items) = try await read("read a page of a join") { db in
            _ = try PeerRows.active(site, db)
            let note =
                request.size == 0
                ? try AuditRows.newestHead(db)?.note : try AuditRows.note(size: request.size, db)
            let size = note.flatMap { SignedHead(stored: $0) }?.head.size ?? 0
            let first = try AuditRows.minimum(db)
            let start = max(request.from, first)
            let end = min(start + Self.joinPlacesMax, size)
            let places = min(start, end)..<end
            let items = try SharedEntryRows.items(
                places, with: site.description, countMax: JoinPage.entriesMax, db)
            return (first, places, note, items)
        }
        guard let head = note.flatMap({ SignedHead(stored: $0) }) else { return nil }
        let size = head.head.size
        let cosigned = request.cosigned <= size ? request.cosigned : 0
        return try await withAuditTree(size: size) { tree in
            let proven = try items.map { item in
                JoinPage.Item(
                    entry: item.entry, leaf: item.leaf,
                    proof: try tree.inclusionProof(of: item.entry.place))
            }
            let isFull = proven.count == JoinPage.entriesMax
            return JoinPage(
                first: first,
                next: isFull ? proven[proven.count - 1].entry.place + 1 : places.upperBound,
                items: proven,
                growth: WitnessRequest(
                    oldSize: cosigned, proof: try tree.consistencyProof(from: cosigned), head: head)
            )
        }
    }

    /// What entries of this log about sessions with a peer share with the peer's; signed or not.
    ///
    /// - Parameter countMax: how many at most.
    /// - Returns: `nil` if there are more.
    public func sharedEntries(with site: SiteID, countMax: Int) async throws -> JoinHalf? {
        try await read("read what the audit log shares with a peer's") { db in
            let items = try SharedEntryRows.items(
                0..<LogLimits.sizeMax, with: site.description, countMax: countMax + 1, db)
            guard items.count <= countMax else { return nil }
            return JoinHalf(first: try AuditRows.minimum(db), entries: items.map(\.entry))
        }
    }

    /// The first entry that was written no earlier than a moment, in milliseconds since 1970 UTC; the
    /// size of the log if all are older. Rows that cannot be read are passed over.
    public func firstAuditEntry(notBefore milliseconds: Int64) async throws -> UInt64 {
        let size = auditStanding.edge.size
        return try await read("find the first audit entry since a moment") { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT seq FROM (SELECT seq, CAST(entry AS TEXT) AS text FROM audit)
                    WHERE CASE WHEN json_valid(text) THEN json_extract(text, '$.time') END >= ?
                    ORDER BY seq LIMIT 1
                    """, arguments: [milliseconds]
            ).map { UInt64($0) } ?? size
        }
    }

    /// The size of a peer's log that was cosigned here last; 0 before.
    public func cosignedSize(ofLogOf site: SiteID) async throws -> UInt64 {
        try await read("read what was cosigned of a peer's log") { db in
            try WitnessedRows.newestSize(ofPeer: PeerRows.active(site, db).id, db)
        }
    }
}
