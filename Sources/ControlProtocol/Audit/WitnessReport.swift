/// Who witnesses whom: the answer of `ControlRoute.auditWitnesses`.
public struct WitnessReport: Codable, Sendable, Hashable {
    /// The size of the newest signed head; 0 before.
    public var signedSize: Int
    /// The size up to which a quorum has cosigned; 0 if none has.
    public var witnessedSize: Int
    /// How many witnesses count as a quorum.
    public var quorum: Int
    /// What each peer has cosigned of this log, ascending by name, then each configured witness.
    public var cosigners: [Cosigner]
    /// What this node has cosigned of peers' logs, by peer and then in the order of their beginning.
    public var witnessed: [WitnessedLog]
    /// The keys to check this log by: lines `log KEY` and `witness KEY` (`audit-log-v1.md` §8).
    public var keys: String

    /// Describes who witnesses whom.
    public init(
        signedSize: Int, witnessedSize: Int, quorum: Int, cosigners: [Cosigner],
        witnessed: [WitnessedLog], keys: String
    ) {
        self.keys = keys
        self.signedSize = signedSize
        self.witnessedSize = witnessedSize
        self.quorum = quorum
        self.cosigners = cosigners
        self.witnessed = witnessed
    }

    /// What a peer has cosigned of this log.
    public struct Cosigner: Codable, Sendable, Hashable {
        /// What this site calls the peer; of a configured witness, the name in its key.
        public var peer: String
        /// The largest head; 0 before the first.
        public var size: Int
        /// When its last cosignature came, in milliseconds since 1970 UTC.
        public var cosignedMilliseconds: Int64?
        /// The status of its last answer (`Protocols/audit-log-v1.md` §6), 0 for one that meant
        /// nothing; absent before.
        public var status: Int?
        /// What it had cosigned when it named a smaller size: it was put back then.
        public var fallenSize: Int?
        /// Sizes of heads with this log's signature that it showed, and that this log lacks or
        /// contradicts; ascending.
        public var contradictions: [Int]
        /// Of a configured witness, what its last answer meant, as `docs/auditing.md` has it;
        /// absent for a peer.
        public var state: String?
        /// A size that a configured witness has cosigned and that this log does not reach.
        public var aheadSize: Int?

        /// Describes a witness.
        public init(
            peer: String, size: Int, cosignedMilliseconds: Int64? = nil, status: Int? = nil,
            fallenSize: Int? = nil, contradictions: [Int] = []
        ) {
            self.peer = peer
            self.size = size
            self.cosignedMilliseconds = cosignedMilliseconds
            self.status = status
            self.fallenSize = fallenSize
            self.contradictions = contradictions
        }
    }

    /// A peer's log that this node witnesses.
    public struct WitnessedLog: Codable, Sendable, Hashable {
        /// What this site calls the peer.
        public var peer: String
        /// The log's name.
        public var origin: String
        /// The head that was cosigned last.
        public var size: Int
        /// When its first head came, in milliseconds since 1970 UTC.
        public var begunMilliseconds: Int64
        /// When its last head was cosigned, in milliseconds since 1970 UTC.
        public var cosignedMilliseconds: Int64
        /// Sizes of heads that its key signed and that do not follow on what was cosigned; ascending.
        public var evidence: [Int]
        /// The key that signs it, as the peer's node card had it at the first head: a line `log KEY`.
        public var key: String

        /// Describes a log.
        public init(
            peer: String, origin: String, size: Int, begunMilliseconds: Int64,
            cosignedMilliseconds: Int64, evidence: [Int] = [], key: String
        ) {
            self.key = key
            self.peer = peer
            self.origin = origin
            self.size = size
            self.begunMilliseconds = begunMilliseconds
            self.cosignedMilliseconds = cosignedMilliseconds
            self.evidence = evidence
        }
    }
}
