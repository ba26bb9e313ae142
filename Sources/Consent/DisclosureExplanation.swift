public import CareRecord

/// Why one peer may or may not have one stream, over all agreements with it.
public struct DisclosureExplanation: Sendable, Hashable {
    /// What is so in the end.
    public let outcome: Outcome
    /// What each agreement with the peer says, by ascending number.
    public let considered: [Consideration]

    /// The outcome over all agreements.
    public enum Outcome: Sendable, Hashable {
        /// The agreement of this number permits it, longer than any other.
        case permitted(agreement: Int64, basis: DisclosureBasis, untilMilliseconds: Int64?)
        /// The agreement of this number would permit it if the withdrawal of that number had not
        /// come after it.
        case withdrawn(agreement: Int64, withdrawal: Int64)
        /// No agreement permits it; that of this number comes nearest.
        case refused(agreement: Int64, decision: DisclosureDecision)
        /// There is no agreement with the peer.
        case noAgreement
    }

    /// What one agreement says.
    public struct Consideration: Sendable, Hashable {
        /// The agreement's number.
        public let agreement: Int64
        /// Its purpose of use (HL7 v3-PurposeOfUse).
        public let purpose: String
        /// What it decides, whatever was withdrawn since.
        public let decision: DisclosureDecision
        /// The latest withdrawal that is not older than the agreement and matches the stream.
        public let withdrawal: Int64?

        /// Whether the stream may go under this agreement.
        public var counts: Bool { decision.isPermitted && withdrawal == nil }
    }

    /// Of a permitted stream, the agreements that permit it for yet other purposes than the one of
    /// the outcome: for each purpose the lowest number, ascending.
    public var forOtherPurposes: [Int64] {
        guard case .permitted(let agreement, _, _) = outcome else { return [] }
        var told = Set(considered.filter { $0.agreement == agreement }.map(\.purpose))
        return considered.filter { $0.counts && told.insert($0.purpose).inserted }.map(\.agreement)
    }

    /// Explains a stream to an administrator, at a time in milliseconds since 1970 UTC.
    ///
    /// The permission that lasts longest is preferred, then a permission that was withdrawn, then
    /// the refusal that comes nearest to a permission; among equals the agreement with the lowest
    /// number. Neither the order of the arguments nor agreements and withdrawals of other peers
    /// make a difference.
    public static func explain(
        _ facts: StreamFacts, to peer: SiteID, agreements: [SharingAgreement],
        withdrawals: [Withdrawal], ownSite: SiteID, nowMilliseconds: Int64
    ) -> DisclosureExplanation {
        let matching = withdrawals.filter { $0.peer == peer && $0.matches(facts.stream) }
            .sorted { ($0.policyVersion, $0.number) < ($1.policyVersion, $1.number) }
        let ours = agreements.filter { $0.peer == peer }.sorted { $0.number < $1.number }
        let void = ours.filter { agreement in
            matching.contains { $0.policyVersion >= agreement.policyVersion }
        }.map(\.number)
        let considered = ours.map { agreement in
            // What was listed under an agreement goes with it, and speaks for no other.
            var facts = facts
            facts.relationships.removeAll { relationship in
                guard let listing = relationship.agreement else { return false }
                return listing != agreement.number && void.contains(listing)
            }
            return Consideration(
                agreement: agreement.number, purpose: agreement.purpose,
                decision: DisclosureDecision.decide(
                    facts, under: agreement, ownSite: ownSite,
                    nowMilliseconds: nowMilliseconds),
                withdrawal: matching.last { $0.policyVersion >= agreement.policyVersion }?
                    .number)
        }
        return DisclosureExplanation(outcome: outcome(of: considered), considered: considered)
    }

    private static func outcome(of considered: [Consideration]) -> Outcome {
        guard let best = considered.min(by: { $0.isBetter(than: $1) }) else { return .noAgreement }
        switch best.decision {
        case .permitted(let basis, let until):
            if let withdrawal = best.withdrawal {
                return .withdrawn(agreement: best.agreement, withdrawal: withdrawal)
            }
            return .permitted(agreement: best.agreement, basis: basis, untilMilliseconds: until)
        default:
            return .refused(agreement: best.agreement, decision: best.decision)
        }
    }
}

extension DisclosureExplanation.Consideration {
    fileprivate func isBetter(than other: Self) -> Bool {
        if rank != other.rank { return rank < other.rank }
        if case .permitted(_, let end) = decision,
            case .permitted(_, let otherEnd) = other.decision, end != otherEnd
        {
            return DisclosureEnd.isLater(end, than: otherEnd)
        }
        return agreement < other.agreement
    }

    /// How near the consideration comes to a permission, the nearest first.
    private var rank: Int {
        switch decision {
        case .permitted: withdrawal == nil ? 0 : 1
        case .relationshipEnded: 2
        case .onlyOwnEvidence: 3
        case .noRelationship: 4
        case .notAsked: 5
        case .notListed: 6
        case .otherPatient: 7
        case .otherCompartment: 8
        case .notForwardable: 9
        }
    }
}
