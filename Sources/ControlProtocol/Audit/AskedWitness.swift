/// What a peer said that was asked, as a witness, which heads of this log it holds.
public struct AskedWitness: Codable, Sendable, Hashable {
    /// What this site calls the peer.
    public var peer: String
    /// What came of it.
    public var outcome: Outcome
    /// The largest head of this log that it holds.
    public var size: Int?
    /// Sizes of heads that it holds and that this log lacks or contradicts, ascending.
    public var contradictions: [Int]
    /// When this site last heard of a peer that could not be asked, in milliseconds since 1970 UTC;
    /// `nil` if it never did.
    public var heardMilliseconds: Int64?
    /// Why it could not be asked; a code.
    public var reason: String?

    /// What came of asking a witness.
    public enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
        /// This log has grown from every head that it holds.
        case agrees
        /// It holds no head of this log.
        case nothing
        /// It holds heads that this log's key signed and that this log lacks or contradicts.
        case contradicts
        /// It holds a head under this log's name that another key signed.
        case otherKey = "other-key"
        /// It could not be asked.
        case unreachable
        /// It dials this site and cannot be dialled; what it holds is compared in its sessions.
        case dialsIn = "dials-in"
    }

    /// Describes a witness that said nothing yet.
    public init(peer: String, outcome: Outcome, size: Int? = nil, contradictions: [Int] = []) {
        self.peer = peer
        self.outcome = outcome
        self.size = size
        self.contradictions = contradictions
    }
}

extension AuditVerdict {
    /// The line of a log that is intact by itself where no witness said what it holds of it.
    public static let nobodyHolds = "unchecked witnesses=none"

    /// Whether a witness has shown a head under another key, and nothing else is wrong.
    public var isOtherKey: Bool {
        line == "evidence seq=0 check=signature"
            && asked?.contains { $0.outcome == .otherKey } == true
    }

    /// The verdict together with what witnesses said. Heads that contradict this log count in the
    /// check of the log itself; a witness that could not be asked, or holds none, is a warning, unless
    /// all of them are.
    public func weighed(against asked: [AskedWitness]) -> AuditVerdict {
        var verdict = self
        verdict.asked = asked
        guard exitCode == 0 else { return verdict }
        if asked.contains(where: { $0.outcome == .otherKey }) {
            verdict.line = "evidence seq=0 check=signature"
            verdict.exitCode = 1
        } else if !asked.contains(where: { $0.outcome == .agrees }) {
            verdict.line = Self.nobodyHolds
            verdict.exitCode = 2
        }
        return verdict
    }
}
