/// What came of comparing this log with a peer's, delivery by delivery.
public struct JoinReport: Codable, Sendable, Hashable {
    /// What this site calls the peer.
    public var peer: String
    /// What came of it.
    public var outcome: Outcome
    /// Why the logs were not compared; a code.
    public var reason: String?
    /// The size of the peer's signed head that its entries are of.
    public var peerSize: Int?
    /// Deliveries on which both logs agree.
    public var agreed = 0
    /// Deliveries of which the receiver kept a part: they agree in number.
    public var inPart = 0
    /// Deliveries that left and that nobody says were answered.
    public var unanswered = 0
    /// Deliveries here that are newer than the peer's head.
    public var later = 0
    /// Sessions of which a pruned log may have lost entries; they were not compared.
    public var leftOut = 0
    /// The first entry that this log still has; absent if nothing was pruned.
    public var minimum: Int?
    /// The first entry that the peer's log still has, as the peer says; absent likewise.
    public var peerMinimum: Int?
    /// Deliveries that the peer's log tells of, and this one does not.
    public var missingHere = 0
    /// Deliveries that this log tells of, and the peer's does not.
    public var missingThere = 0
    /// Deliveries that both tell of, and not the same.
    public var differing = 0
    /// The first entry here that the peer's log does not bear out.
    public var firstHere: Int?
    /// The first entry of the peer's log that this one does not bear out.
    public var firstThere: Int?

    /// What came of a comparison.
    public enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
        /// Both logs tell the same.
        case agrees
        /// They do not.
        case disagrees
        /// The peer's head does not follow on one that this site has cosigned.
        case contradicted
        /// The peer's log ends before one that this site has cosigned.
        case shortened
        /// The logs were not compared.
        case unchecked
    }

    /// Describes a comparison without figures.
    public init(peer: String, outcome: Outcome, reason: String? = nil) {
        self.peer = peer
        self.outcome = outcome
        self.reason = reason
    }
}

extension AuditVerdict {
    /// The verdict of a log that is intact by itself, together with what a peer's log says.
    ///
    /// - Parameters:
    ///   - join: what came of the comparison.
    ///   - size: of this log, where nothing in it is in doubt.
    public func weighed(against join: JoinReport, size: Int) -> AuditVerdict {
        var verdict = self
        verdict.join = join
        switch join.outcome {
        case .agrees: break
        case .disagrees, .contradicted, .shortened:
            verdict.line = "evidence seq=\(join.firstHere ?? size) check=join"
            verdict.exitCode = 1
        case .unchecked:
            verdict.line = "unchecked peer=\(join.reason ?? "unknown")"
            verdict.exitCode = 2
        }
        return verdict
    }
}
