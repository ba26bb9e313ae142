/// A sharing agreement.
public struct ShareSummary: Codable, Sendable, Hashable {
    /// The agreement's number on this node.
    public var agreement: Int
    /// The peer's name.
    public var peer: String
    /// Names of the compartments, in the glossary's order; `identity` always goes along.
    public var compartments: [String]
    /// Whose streams are shared.
    public var scope: ShareScope
    /// Purpose of use, as an HL7 v3 code such as TREAT.
    public var purpose: String
    /// Whether evidence of a care relationship that the peer wrote itself counts.
    public var isAttested: Bool
    /// What the peer is to do when the agreement is withdrawn.
    public var onWithdrawal: ShareWithdrawalMode
    /// How far the agreement is.
    public var state: State
    /// The grant's progress, while its state is `granting`.
    public var job: GrantProgress?
    /// Streams that the peer gets by this agreement at present.
    public var streams: Int
    /// Version of the share set that this agreement led to.
    public var version: Int
    /// When the agreement was made, in milliseconds since 1970 UTC.
    public var madeMilliseconds: Int64
    /// When it was withdrawn, in milliseconds since 1970 UTC.
    public var withdrawnMilliseconds: Int64?

    /// Describes an agreement.
    public init(
        agreement: Int, peer: String, compartments: [String], scope: ShareScope, purpose: String,
        isAttested: Bool, onWithdrawal: ShareWithdrawalMode, state: State,
        job: GrantProgress? = nil, streams: Int, version: Int, madeMilliseconds: Int64,
        withdrawnMilliseconds: Int64? = nil
    ) {
        self.agreement = agreement
        self.peer = peer
        self.compartments = compartments
        self.scope = scope
        self.purpose = purpose
        self.isAttested = isAttested
        self.onWithdrawal = onWithdrawal
        self.state = state
        self.job = job
        self.streams = streams
        self.version = version
        self.madeMilliseconds = madeMilliseconds
        self.withdrawnMilliseconds = withdrawnMilliseconds
    }

    /// How far an agreement is.
    public enum State: String, Codable, Sendable, Hashable, CaseIterable {
        /// All its streams are decided, and it holds.
        case active
        /// It holds for the streams that are decided already; others are still being worked through.
        case granting
        /// It was withdrawn.
        case withdrawn
    }
}

/// How far the job of a grant is.
public struct GrantProgress: Codable, Sendable, Hashable {
    /// Streams that are decided.
    public var doneStreams: Int
    /// Streams to decide in all.
    public var totalStreams: Int
    /// Whole seconds that the rest will take at the pace so far; absent before there is one.
    public var secondsLeft: Int?

    /// Describes progress.
    public init(doneStreams: Int, totalStreams: Int, secondsLeft: Int? = nil) {
        self.doneStreams = doneStreams
        self.totalStreams = totalStreams
        self.secondsLeft = secondsLeft
    }
}
