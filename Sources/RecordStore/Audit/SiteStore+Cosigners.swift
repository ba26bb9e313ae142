public import AuditTrail
public import CareRecord
import GRDB
import Signing

/// How far the log is witnessed.
public struct WitnessStanding: Sendable, Hashable {
    /// Peers and configured witnesses that could cosign it.
    public var witnesses: Int
    /// Those of them that have cosigned it as far as a quorum has.
    public var witnessed: Int
    /// The size up to which a quorum has cosigned it; 0 if none has.
    public var size: UInt64
    /// When the first head was signed that no quorum has cosigned, in milliseconds since 1970 UTC;
    /// `nil` without one.
    public var unwitnessedSince: Int64?
}

extension SiteStore {
    /// How far a quorum of witnesses has cosigned the log. Who cosigned a head has cosigned whatever
    /// was signed before it.
    public func witnessStanding(quorum: Int) async throws -> WitnessStanding {
        try await read("read who witnessed the audit log") { db in
            let sizes = try CosignerRows.sizes(db)
            let size = sizes.indices.contains(quorum - 1) ? sizes[quorum - 1] : 0
            return WitnessStanding(
                witnesses: sizes.count, witnessed: sizes.count { size > 0 && $0 >= size },
                size: size, unwitnessedSince: try AuditRows.signed(past: size, db))
        }
    }

    /// What a peer is asked as a witness: to cosign the newest signed head; `nil` if it has, if
    /// there is none, or if the log is contradicted or cannot be read.
    public func witnessRequest(for site: SiteID) async throws -> WitnessRequest? {
        guard !auditStanding.isContradicted, auditStanding.signedSize > 0 else { return nil }
        let (item, note) = try await read("read what a witness has cosigned") { db in
            let peer = try PeerRows.active(site, db)
            return (try CosignerRows.item(peer.id, db), try AuditRows.newestHead(db)?.note)
        }
        return try await witnessRequest(after: item, newest: note)
    }

    /// What a witness is asked of which that much is known.
    func witnessRequest(
        after item: CosignerRows.Item, newest note: [UInt8]?
    ) async throws -> WitnessRequest? {
        guard let note, let head = SignedHead(stored: note) else { return nil }
        let isKnown = item.base == head.head.size && item.size >= head.head.size
        guard !isKnown, item.base <= head.head.size else { return nil }
        // No growth can be shown from inside the pruned part: a witness that names such a size is asked
        // to go on from what it has cosigned.
        let minimum = try await read("read what of the audit log is there") {
            try AuditRows.minimum($0)
        }
        let isShowable =
            item.base >= minimum || item.base.isMultiple(of: UInt64(TileID.widthMax))
        let base = isShowable ? item.base : item.size
        do {
            let proof = try await withAuditTree(size: head.head.size) { tree in
                try tree.consistencyProof(from: base)
            }
            return WitnessRequest(oldSize: base, proof: proof, head: head)
        } catch let failure as StoreFailure where failure.code == .damaged {
            // Whoever deletes a row of the log must not end the session with that.
            return nil
        }
    }

    /// Takes a witness's answer to a request: keeps a cosignature with its head, or remembers what
    /// the witness holds. If it shows a head that this log's own key signed and that this log lacks
    /// or contradicts, the log is not signed any more.
    ///
    /// - Parameters:
    ///   - answer: `nil` if it cannot be read.
    ///   - shown: the head that the witness says it cosigned last; nothing of it is believed
    ///     without this log's signature.
    public func take(
        _ answer: WitnessAnswer?, showing shown: SignedHead?, to request: WitnessRequest,
        from site: SiteID
    ) async throws {
        let ownKey = auditKey
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            guard let answer else {
                return try CosignerRows.note(
                    peer.id, status: 0, base: nil, now: state.now(), db)
            }
            switch answer {
            case .cosigned(let lines):
                try state.keep(lines, of: peer, for: request, db)
            case .newestSize(let size):
                try state.note(newestSize: size, of: peer, for: request, db)
            case .refused(let refusal):
                try CosignerRows.note(
                    peer.id, status: refusal.rawValue, base: nil, now: state.now(), db)
            }
            if let shown { try state.compare(shown, signedBy: ownKey, shownBy: peer, db) }
        }
    }

    /// Holds heads that a witness shows against the log, as `take(_:showing:to:from:)` does.
    ///
    /// - Returns: the sizes of those that this log lacks or contradicts, in the order given.
    public func compare(_ heads: [SignedHead], shownBy site: SiteID) async throws -> [UInt64] {
        let ownKey = auditKey
        return try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            return try heads.filter {
                try state.compare($0, signedBy: ownKey, shownBy: peer, db)
            }.map(\.head.size)
        }
    }

    /// Heads that this log's key signed and that it lacks or contradicts, as peers showed them;
    /// ascending by size.
    public func auditContradictions() async throws -> [SignedHead] {
        try await read("read the heads that contradict the audit log") { db in
            try CosignerRows.contradictions(db).compactMap { SignedHead(stored: $0) }
        }
    }
}

extension SignedHead {
    /// Reads a row; `nil` if somebody changed it so that it cannot be read.
    init?(stored note: [UInt8]) {
        do throws(LogRefusal) {
            try self.init(encoded: note)
        } catch {
            return nil
        }
    }
}

extension WriterState {
    /// Keeps a cosignature that holds with its head.
    fileprivate mutating func keep(
        _ lines: [NoteSignature], of peer: PeerRows.Item, for request: WitnessRequest,
        _ db: Database
    ) throws {
        let keys = try CardRows.witnessKeys(ofSite: peer.site, db)
        guard let key = try Self.keep(lines, madeBy: keys, for: request, db) else {
            return try CosignerRows.note(peer.id, status: 0, base: nil, now: now(), db)
        }
        try CosignerRows.noteCosigned(
            peer.id, size: request.head.head.size, by: key, now: now(), db)
    }

    /// Puts the cosignature of a witness under the head that it was asked for, if it holds.
    ///
    /// - Returns: the key whose cosignature is with the head now; `nil` if none of the keys made one,
    ///   or there is no room for it.
    static func keep(
        _ lines: [NoteSignature], madeBy keys: [NoteKey], for request: WitnessRequest,
        _ db: Database
    ) throws -> NoteKey? {
        var head = request.head
        // Others may have cosigned it since it was asked for.
        guard let key = head.add(lines, of: keys).last,
            var stored = try AuditRows.note(size: head.head.size, db)
                .flatMap({ SignedHead(stored: $0) })
        else { return nil }
        guard !stored.isCosigned(by: key) else { return key }
        stored.add(lines, of: [key])
        guard stored.note.signatures.count <= LogLimits.signaturesMax else { return nil }
        try AuditRows.update(stored, db)
        return key
    }

    /// The witness wants to be shown growth from another size. One below what it has cosigned says
    /// that the witness was put back.
    fileprivate mutating func note(
        newestSize size: UInt64, of peer: PeerRows.Item, for request: WitnessRequest, _ db: Database
    ) throws {
        let known = try CosignerRows.item(peer.id, db)
        let isReached = size <= request.head.head.size
        try CosignerRows.note(
            peer.id, status: 409, base: isReached ? size : nil, now: now(), db)
        guard size < known.size, known.base >= known.size else { return }
        try record(
            .witness, "size \(size) named after \(known.size) was cosigned", peer, db)
    }

    /// Holds a head that a witness shows against the log; gives whether the log lacks it or
    /// contradicts it.
    @discardableResult
    fileprivate mutating func compare(
        _ shown: SignedHead, signedBy key: NoteKey, shownBy peer: PeerRows.Item, _ db: Database
    ) throws -> Bool {
        let own = shown.note.signatures.first(where: key.isNamed)
        guard shown.head.origin == key.name, let own, key.isValid(own, over: shown.note.text)
        else { return false }
        let contradicts =
            try AuditRows.contradicts(shown.encoded, audit.standing.edge, db)
            || AuditRows.headBelow(unstored: shown.head.size, db) != nil
        guard contradicts else { return false }
        audit.stopSigning()
        let head = try SignedHead(
            encoded: SignedNote(text: shown.note.text, signatures: [own]).encoded)
        let isNew = try CosignerRows.keepContradiction(
            head, shownBy: peer.id, now: now(), db)
        guard isNew else { return true }
        try record(
            .alarm,
            "\(CosignerRows.contradictionMark)\(head.head.size) that this log lacks or contradicts",
            peer, db)
        return true
    }

    private mutating func record(
        _ kind: AuditKind, _ reason: String, _ peer: PeerRows.Item, _ db: Database
    ) throws {
        var fact = AuditFact(
            kind: kind,
            actor: AuditActor(
                id: peer.site.description, name: peer.name, role: "peer",
                signInMethod: "mutual-tls"))
        fact.outcome = .failed
        fact.reason = "witness: \(reason)"
        fact.from = AuditParty(site: peer.site, name: peer.name, tlsKey: peer.fingerprintText)
        try record(fact, db)
    }
}
