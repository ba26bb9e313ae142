public import AuditTrail
import GRDB

/// What a witness that is no peer has cosigned of this log.
public struct ConfiguredWitnessRecord: Sendable, Hashable {
    /// The key that the configuration names.
    public var key: NoteKey
    /// The largest head that it cosigned; 0 before.
    public var size: UInt64
    /// When its last cosignature came, in milliseconds since 1970 UTC.
    public var cosignedMilliseconds: Int64?
    /// The status of HTTP of its last answer; `nil` if none came.
    public var status: Int?
    /// What its last answer meant; `nil` before.
    public var state: State?
    /// A size that it named and that this log does not reach; `nil` if it cosigned since.
    public var aheadSize: UInt64?
    /// What it had cosigned when it named a smaller size; `nil` if it never did.
    public var fallenSize: UInt64?
    /// Whether it has not been shown everything again since then.
    public var isBehindItself: Bool

    /// What an answer meant, or why none came.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// It cosigned.
        case cosigned
        /// It wants to be shown growth from another size.
        case behind
        /// It has cosigned more than this log has.
        case ahead
        /// The log did not only grow from what it has cosigned.
        case inconsistent
        /// It could not read the request.
        case malformed
        /// It knows the log by another key.
        case notSigned = "not-signed"
        /// It does not know the log.
        case unknownOrigin = "unknown-log"
        /// Its cosignature is missing, does not hold, or is by another key.
        case badCosignature = "bad-cosignature"
        /// Its answer means nothing to a log.
        case badAnswer = "bad-answer"
        /// Its answer is larger than an answer may be.
        case tooLarge = "too-large"
        /// It points elsewhere; nobody follows.
        case redirected
        /// Its certificate is not one to trust, or is for another host.
        case certificateRefused = "certificate-refused"
        /// It ended the connection without an answer.
        case closed
        /// No answer came.
        case unreachable

        /// Whether this says that the log is not what it was.
        public var isEvidence: Bool { self == .ahead || self == .inconsistent }
    }
}

/// What came of showing a head to a witness that is no peer.
public enum ConfiguredWitnessReply: Sendable, Hashable {
    /// An answer that can be read.
    case answered(WitnessAnswer)
    /// Anything else, with the status of HTTP if there was one.
    case failed(ConfiguredWitnessRecord.State, status: Int?)
}

extension SiteStore {
    /// Takes over which witnesses the configuration names. What others have cosigned stays with the
    /// heads and counts no more.
    public func configureWitnesses(_ keys: [NoteKey]) async throws {
        let texts = keys.map(\.text).sorted()
        let before = try await read("read which witnesses are configured") { db in
            try ConfiguredWitnessRows.configured(db)
        }
        guard texts != before else { return }
        try await committer.commit { db, _ in try ConfiguredWitnessRows.configure(texts, db) }
    }

    /// What a configured witness is asked: to cosign the newest signed head; `nil` if it has, if
    /// there is none, if the witness is not configured, or if the log is contradicted or cannot be
    /// read.
    public func witnessRequest(for key: NoteKey) async throws -> WitnessRequest? {
        guard !auditStanding.isContradicted, auditStanding.signedSize > 0 else { return nil }
        let (item, note) = try await read("read what a witness has cosigned") { db in
            (try ConfiguredWitnessRows.item(key, db), try AuditRows.newestHead(db)?.note)
        }
        guard let item else { return nil }
        return try await witnessRequest(after: item.cosigner, newest: note)
    }

    /// Takes a configured witness's reply: keeps a cosignature by its key with the head, or what it
    /// answered instead. Its answers show no head, so they end no signing; the first one of a row
    /// that speaks against the log has an entry.
    ///
    /// - Returns: what the reply meant; `nil` for a witness that is not configured.
    @discardableResult
    public func take(
        _ reply: ConfiguredWitnessReply, to request: WitnessRequest, from key: NoteKey
    ) async throws -> ConfiguredWitnessRecord.State? {
        try await committer.commit { db, state in
            guard let item = try ConfiguredWitnessRows.item(key, db) else { return nil }
            switch reply {
            case .answered(.cosigned(let lines)):
                guard try WriterState.keep(lines, madeBy: [key], for: request, db) != nil else {
                    try ConfiguredWitnessRows.note(key, .badCosignature, status: 200, db)
                    return .badCosignature
                }
                try ConfiguredWitnessRows.noteCosigned(
                    key, size: request.head.head.size, now: state.now(), db)
                return .cosigned
            case .answered(.newestSize(let size)):
                return try state.note(newestSize: size, of: key, item, for: request, db)
            case .answered(.refused(.inconsistent)):
                return try state.noteInconsistent(key, item, status: 422, for: request, db)
            case .answered(.refused(let refusal)):
                let state = ConfiguredWitnessRecord.State(refusal)
                try ConfiguredWitnessRows.note(key, state, status: refusal.rawValue, db)
                return state
            case .failed(let state, let status):
                try ConfiguredWitnessRows.note(key, state, status: status, db)
                return state
            }
        }
    }

    /// What every configured witness has cosigned, ascending by key.
    public func configuredWitnesses() async throws -> [ConfiguredWitnessRecord] {
        try await read("read what configured witnesses have cosigned") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT key, size, cosigned, status, state, ahead, fallen, base < size
                    FROM configured_witness WHERE is_configured = 1 ORDER BY key
                    """
            ).compactMap { ConfiguredWitnessRecord($0) }
        }
    }
}

extension ConfiguredWitnessRecord.State {
    fileprivate init(_ refusal: WitnessAnswer.Refusal) {
        switch refusal {
        case .malformed: self = .malformed
        case .notSigned: self = .notSigned
        case .unknownOrigin: self = .unknownOrigin
        case .inconsistent: self = .inconsistent
        }
    }
}

extension ConfiguredWitnessRecord {
    fileprivate init?(_ row: Row) {
        let key: NoteKey
        do throws(LogRefusal) {
            key = try NoteKey(text: row[0])
        } catch {
            return nil
        }
        let (size, state): (Int64, String?) = (row[1], row[4])
        let (ahead, fallen): (Int64?, Int64?) = (row[5], row[6])
        self.init(
            key: key, size: UInt64(size), cosignedMilliseconds: row[2], status: row[3],
            state: state.flatMap { State(rawValue: $0) }, aheadSize: ahead.map { UInt64($0) },
            fallenSize: fallen.map { UInt64($0) }, isBehindItself: row[7])
    }
}

extension WriterState {
    /// The witness wants to be shown growth from another size. One that the log does not reach, or
    /// the size of a head that it was shown anew, says that the log is not what it was; one below
    /// what it has cosigned, that the witness is not.
    fileprivate mutating func note(
        newestSize size: UInt64, of key: NoteKey, _ item: ConfiguredWitnessRows.Item,
        for request: WitnessRequest, _ db: Database
    ) throws -> ConfiguredWitnessRecord.State {
        if size == request.oldSize {
            guard size > 0, size == request.head.head.size else {
                try ConfiguredWitnessRows.note(key, .badAnswer, status: 409, db)
                return .badAnswer
            }
            return try noteInconsistent(key, item, status: 409, for: request, db)
        }
        guard size <= request.head.head.size else {
            try ConfiguredWitnessRows.note(key, .ahead, status: 409, ahead: size, db)
            if item.state != ConfiguredWitnessRecord.State.ahead.rawValue {
                try record(.alarm, "size \(size) cosigned, which this log does not reach", key, db)
            }
            return .ahead
        }
        try ConfiguredWitnessRows.note(key, .behind, status: 409, base: size, db)
        let known = item.cosigner
        if size < known.size, known.base >= known.size {
            try record(.witness, "size \(size) named after \(known.size) was cosigned", key, db)
        }
        return .behind
    }

    /// The witness says that the log did not only grow.
    fileprivate mutating func noteInconsistent(
        _ key: NoteKey, _ item: ConfiguredWitnessRows.Item, status: Int,
        for request: WitnessRequest, _ db: Database
    ) throws -> ConfiguredWitnessRecord.State {
        try ConfiguredWitnessRows.note(key, .inconsistent, status: status, db)
        if item.state != ConfiguredWitnessRecord.State.inconsistent.rawValue {
            let sizes = "\(request.oldSize) to \(request.head.head.size)"
            try record(.alarm, "growth from \(sizes) refused as inconsistent", key, db)
        }
        return .inconsistent
    }

    private mutating func record(
        _ kind: AuditKind, _ reason: String, _ key: NoteKey, _ db: Database
    ) throws {
        var fact = AuditFact(
            kind: kind, actor: AuditActor(id: key.name, role: "witness", signInMethod: "tls"))
        fact.outcome = .failed
        fact.reason = "witness: \(reason)"
        try record(fact, db)
    }
}
