public import CareRecord

/// Whether a stream may go to a peer, and why.
public enum DisclosureDecision: Sendable, Hashable {
    /// The agreement covers it, until the first millisecond since 1970 UTC at which it no longer
    /// does; `nil` if it has no end.
    case permitted(basis: DisclosureBasis, untilMilliseconds: Int64?)
    /// The stream's kind never leaves this node.
    case notForwardable
    /// The agreement does not cover the compartment.
    case otherCompartment
    /// The agreement covers registered patients, and this is none; or it is the directory of a
    /// third site.
    case otherPatient
    /// The peer has no care relationship to the patient.
    case noRelationship
    /// The peer had what the agreement asks for, and it has ended.
    case relationshipEnded
    /// All the evidence that stands was written by the peer itself, and the agreement is not
    /// attested, or the compartment is neither identity nor general.
    case onlyOwnEvidence
    /// The patient is not on the list for the peer.
    case notListed
    /// No ask of the peer for the patient was answered with a grant.
    case notAsked

    /// Whether the stream may go.
    public var isPermitted: Bool {
        guard case .permitted = self else { return false }
        return true
    }

    /// The word for the outcome in commands and audit entries; of a permission, the basis.
    public var name: String {
        switch self {
        case .permitted(let basis, _): basis.name
        case .notForwardable: "not-forwardable"
        case .otherCompartment: "other-compartment"
        case .otherPatient: "other-patient"
        case .noRelationship: "no-relationship"
        case .relationshipEnded: "relationship-ended"
        case .onlyOwnEvidence: "only-own-evidence"
        case .notListed: "not-listed"
        case .notAsked: "not-asked"
        }
    }

    /// Decides about one stream under one agreement, at a time in milliseconds since 1970 UTC.
    ///
    /// A directory goes to whoever receives anything of its site, also by relay. It is permitted
    /// here and materialised together with the first such stream: under the scope `all` every
    /// site's, under any other scope only this site's and the peer's own, since only their patients
    /// and those that a relationship reaches travel. Link streams stay here for now.
    ///
    /// A patient's consent directives will narrow the outcome of this function and of no other:
    /// they may turn a permission into a refusal or bring its end forward, never the reverse, and
    /// an agreement cannot overrule them.
    public static func decide(
        _ facts: StreamFacts, under agreement: SharingAgreement, ownSite: SiteID,
        nowMilliseconds: Int64
    ) -> DisclosureDecision {
        guard facts.stream.isForwardable else { return .notForwardable }
        switch facts.stream {
        case .patient(_, let compartment):
            guard agreement.covers(compartment) else { return .otherCompartment }
            // The peer's own patients come back to it whatever the scope.
            if facts.home == agreement.peer {
                return .permitted(basis: .peersOwn, untilMilliseconds: nil)
            }
            return decidePatient(
                facts, compartment, under: agreement, ownSite: ownSite, now: nowMilliseconds)
        case .directory:
            let isReached =
                agreement.scope == .all || facts.home == ownSite || facts.home == agreement.peer
            guard isReached else { return .otherPatient }
            return .permitted(basis: .directory, untilMilliseconds: nil)
        case .link, .local, .unknown:
            return .notForwardable
        }
    }

    /// Decides by the agreement's scope about a patient that is not the peer's own.
    private static func decidePatient(
        _ facts: StreamFacts, _ compartment: Compartment, under agreement: SharingAgreement,
        ownSite: SiteID, now: Int64
    ) -> DisclosureDecision {
        let candidates: [CareRelationship]
        let refusal: DisclosureDecision
        switch agreement.scope {
        case .all:
            return .permitted(basis: .everyPatient, untilMilliseconds: nil)
        case .registered:
            guard facts.home == ownSite else { return .otherPatient }
            return .permitted(basis: .registeredHere, untilMilliseconds: nil)
        case .relationship:
            candidates = facts.relationships.filter { $0.kind != .asked }
            refusal = .noRelationship
        case .list:
            candidates = facts.relationships.filter {
                $0.kind == .listed && $0.isUnder(agreement)
            }
            refusal = .notListed
        case .onRequest:
            candidates = facts.relationships.filter { $0.kind == .asked && $0.isUnder(agreement) }
            refusal = .notAsked
        }
        guard !candidates.isEmpty else { return refusal }
        let standing = candidates.filter { $0.stands(atMilliseconds: now) }
        guard !standing.isEmpty else { return .relationshipEnded }
        let takesOwn =
            agreement.isAttested && (compartment == .identity || compartment == .general)
        let counting = standing.filter { takesOwn || $0.author != agreement.peer }
        guard let best = longest(of: counting, to: agreement.peer) else { return .onlyOwnEvidence }
        return .permitted(
            basis: .relationship(best.kind, isAttested: best.author == agreement.peer),
            untilMilliseconds: best.untilMilliseconds)
    }

    /// The relationship that ends last; among equals one that the peer did not write itself, then
    /// the first in the order of `CareRelationship`.
    private static func longest(
        of relationships: [CareRelationship], to peer: SiteID
    ) -> CareRelationship? {
        relationships.min { left, right in
            if left.untilMilliseconds != right.untilMilliseconds {
                return DisclosureEnd.isLater(left.untilMilliseconds, than: right.untilMilliseconds)
            }
            let (leftIsOwn, rightIsOwn) = (left.author == peer, right.author == peer)
            return leftIsOwn == rightIsOwn ? left < right : rightIsOwn
        }
    }
}
