public import AuditTrail
public import CareRecord
import GRDB
import Signing

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
        return try await committer.commit { db, state in
            try state.cosign(body, from: site, signer: signer, db)
        }
    }
}

extension WriterState {
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
