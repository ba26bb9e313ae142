public import AuditTrail
public import CareRecord
import GRDB
import Signing
import Synchronization

/// What this node answers as a witness.
public struct Cosigning: Sendable, Hashable {
    /// The answer of `audit-log-v1.md` §6.
    public let answer: WitnessAnswer
    /// With 409 and 422, the head that was cosigned last, signed by its log: it shows the log what
    /// it lacks or contradicts.
    public let shown: SignedHead?
}

extension SiteStore {
    /// Decides about a peer's request to cosign a head of its audit log. What was cosigned is
    /// durable when this returns, and only then may the answer leave.
    ///
    /// - Parameter body: of the request, as it came.
    public func cosign(_ body: [UInt8], from site: SiteID) async throws -> Cosigning {
        let signer = witnessSigner
        let cosigning: Cosigning
        do {
            cosigning = try await committer.commit { db, state in
                try state.cosign(body, from: site, signer: signer, db)
            }
        } catch let failure as StoreFailure where failure.code == .damaged {
            // What was cosigned cannot be read: nothing can be cosigned, and the session goes on.
            return Cosigning(answer: .refused(.unknownOrigin), shown: nil)
        }
        if case .cosigned = cosigning.answer { cosignings.withLock { $0 += 1 } }
        return cosigning
    }

    /// Rises with every head that this node cosigns.
    public var cosigningCount: UInt64 { cosignings.withLock { $0 } }

    /// The heads that this node cosigned last, one for each log, in the order of their first heads.
    public func witnessedHeads() async throws -> [SignedHead] {
        try await read("read the heads that were cosigned") { db in
            try WitnessedRows.notes(db).compactMap { SignedHead(stored: $0) }
        }
    }

    /// The heads that this node holds of a peer's logs: of each log the one that was cosigned last,
    /// then those that are evidence against it, ascending by size. Rows that cannot be read are left
    /// out.
    public func heldHeads(ofLogsOf site: SiteID) async throws -> [SignedHead] {
        try await read("read the heads that are held of a peer's logs") { db in
            let peer = try PeerRows.active(site, db)
            return try WitnessedRows.heldNotes(ofPeer: peer.id, db)
                .compactMap { SignedHead(stored: $0) }
        }
    }

    /// Takes back what this node has cosigned and its store has forgotten, because it was put back.
    /// A head without this node's cosignature is passed over.
    ///
    /// - Parameter heads: as they were kept outside the store.
    /// - Returns: how many logs the store was behind with.
    public func recall(witnessed heads: [SignedHead]) async throws -> Int {
        let key = witnessSigner.key
        let own = heads.filter { head in
            head.note.signatures.contains {
                key.isNamed(by: $0) && key.isValid($0, over: head.note.text)
            }
        }
        guard !own.isEmpty else { return 0 }
        return try await committer.commit { db, state in
            try own.count { try state.recall($0, cosignedBy: key, db) }
        }
    }
}

extension WriterState {
    /// Puts a head in the place of an older one; `false` if there is none, or no peer for it.
    fileprivate mutating func recall(
        _ head: SignedHead, cosignedBy witness: NoteKey, _ db: Database
    ) throws -> Bool {
        guard let site = SiteID(text: String(head.head.origin.prefix { $0 != "/" })),
            let peer = try PeerRows.activeIfAny(site, db)
        else { return false }
        let item = try WitnessedRows.item(head.head.origin, db)
        guard item.map({ $0.peer == peer.id && $0.log.size < head.head.size }) ?? true else {
            return false
        }
        let log =
            try item?.log
            ?? WitnessedRows.newLog(head.head.origin, of: site, peer: peer.id, db)
        guard let keys = log?.keys,
            keys.contains(where: { head.note.signatures.contains(where: $0.isNamed) })
        else { return false }
        let ours = head.note.signatures.filter(witness.isNamed)
        let (kept, key) = try Self.trimmed(head, log: keys, Array(ours.prefix(1)))
        if let item {
            try WitnessedRows.update(item, to: kept, now: now(), db)
        } else {
            try WitnessedRows.insert(kept, signedBy: key, peer: peer.id, now: now(), db)
        }
        let (size, known) = (head.head.size, item?.log.size ?? 0)
        try record(.failed, "size \(size) was cosigned, and \(known) was stored", peer, db)
        return true
    }

    fileprivate mutating func cosign(
        _ body: [UInt8], from site: SiteID, signer: NoteSigner, _ db: Database
    ) throws -> Cosigning {
        let peer = try PeerRows.active(site, db)
        let now = now()
        var item: WitnessedRows.Item?
        var keys: [NoteKey] = []
        let decision = try WitnessDecision.decide(
            body, signer: signer, seconds: UInt64(max(0, now)) / 1_000
        ) { origin in
            item = try WitnessedRows.item(origin, db)
            let log =
                if let item {
                    item.peer == peer.id ? item.log : nil
                } else {
                    try WitnessedRows.newLog(origin, of: site, peer: peer.id, db)
                }
            keys = log?.keys ?? []
            return log
        }
        if let cosigned = decision.store, case .cosigned(let lines) = decision.answer {
            let (head, key) = try Self.trimmed(cosigned, log: keys, lines)
            if let item {
                try WitnessedRows.update(item, to: head, now: now, db)
            } else {
                try WitnessedRows.insert(head, signedBy: key, peer: peer.id, now: now, db)
                try record(.success, "origin \(head.head.origin)", peer, db)
            }
        }
        if let evidence = decision.evidence, let item {
            let (head, _) = try Self.trimmed(evidence, log: keys, [])
            if try WitnessedRows.keepEvidence(head, against: item, now: now, db) {
                let (size, cosigned) = (head.head.size, item.log.size)
                try record(.refused, "size \(size) does not follow on \(cosigned)", peer, db)
            }
        }
        return Cosigning(
            answer: decision.answer, shown: Self.isRefusal(decision.answer) ? item?.head : nil)
    }

    /// Whether the log is shown what was cosigned.
    private static func isRefusal(_ answer: WitnessAnswer) -> Bool {
        switch answer {
        case .newestSize, .refused(.inconsistent): true
        case .cosigned, .refused: false
        }
    }

    /// A head with one line of its log's and others that are ours; and the log's key.
    private static func trimmed(
        _ head: SignedHead, log keys: [NoteKey], _ ours: [NoteSignature]
    ) throws -> (SignedHead, NoteKey) {
        guard let key = keys.first(where: { head.note.signatures.contains(where: $0.isNamed) }),
            let line = head.note.signatures.first(where: key.isNamed)
        else { preconditionFailure("a decision about a head that its log did not sign") }
        let note = SignedNote(text: head.note.text, signatures: [line] + ours)
        return (try SignedHead(encoded: note.encoded), key)
    }

    private mutating func record(
        _ outcome: AuditOutcome, _ reason: String, _ peer: PeerRows.Item, _ db: Database
    ) throws {
        var fact = AuditFact(
            kind: .witness,
            actor: AuditActor(
                id: peer.site.description, name: peer.name, role: "peer",
                signInMethod: "mutual-tls"))
        fact.outcome = outcome
        fact.reason = "head of a peer's log: \(reason)"
        fact.from = AuditParty(site: peer.site, name: peer.name, tlsKey: peer.fingerprintText)
        try record(fact, db)
    }
}
