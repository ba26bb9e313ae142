public import CareRecord

/// What entitles one peer to one patient's record (`sync.md` §4), with who says so.
public struct CareRelationship: Sendable, Hashable {
    /// What kind of relationship it is.
    public var kind: Kind
    /// The first millisecond since 1970 UTC at which it no longer counts; `nil` if it has no end.
    public var untilMilliseconds: Int64?
    /// The site that wrote the evidence: the author of the event, the site whose administrator
    /// keeps the list, or the site that answered the ask.
    public var author: SiteID
    /// The number of the agreement that the patient is listed or was asked for under; `nil` where
    /// the record itself is the evidence.
    public var agreement: Int64?

    /// Describes a relationship.
    public init(
        kind: Kind, untilMilliseconds: Int64?, author: SiteID, agreement: Int64? = nil
    ) {
        self.kind = kind
        self.untilMilliseconds = untilMilliseconds
        self.author = author
        self.agreement = agreement
    }

    /// What a relationship rests on. Raw values are stored and shown.
    public enum Kind: String, Sendable, CaseIterable {
        /// The patient is registered with the peer as a practice, or the peer manages the record.
        case registeredPractice = "registered-practice"
        /// The peer wrote, contributes to or keeps a care plan of the patient.
        case planCustodian = "plan-custodian"
        /// The peer is in a care team of the patient.
        case careTeamMember = "care-team-member"
        /// The peer serves an encounter, or did until at most 30 days ago.
        case encounter
        /// The peer manages an episode of care, or did until at most 30 days ago.
        case episode
        /// The patient is linked to a patient of the peer's own.
        case link
        /// An administrator put the patient on the list for this peer.
        case listed
        /// An ask of the peer was answered with a grant.
        case asked
    }

    /// Whether it can count under an agreement that goes by its own list, or its own asks.
    func isUnder(_ other: SharingAgreement) -> Bool {
        agreement.map { $0 == other.number } ?? true
    }

    /// Whether the relationship still stands at the given time, in milliseconds since 1970 UTC.
    public func stands(atMilliseconds now: Int64) -> Bool {
        guard let untilMilliseconds else { return true }
        return now < untilMilliseconds
    }
}

extension CareRelationship: Comparable {
    /// Orders by kind as declared, then by end with the later first, then by author.
    public static func < (left: CareRelationship, right: CareRelationship) -> Bool {
        if left.kind != right.kind { return left.kind.rank < right.kind.rank }
        let (leftEnd, rightEnd) = (left.untilMilliseconds, right.untilMilliseconds)
        if leftEnd != rightEnd { return DisclosureEnd.isLater(leftEnd, than: rightEnd) }
        return left.author < right.author
    }
}

extension CareRelationship.Kind {
    /// The position in the declaration.
    fileprivate var rank: Int {
        switch self {
        case .registeredPractice: 0
        case .planCustodian: 1
        case .careTeamMember: 2
        case .encounter: 3
        case .episode: 4
        case .link: 5
        case .listed: 6
        case .asked: 7
        }
    }
}

/// Compares ends in milliseconds since 1970 UTC, where `nil` means never.
enum DisclosureEnd {
    /// Whether the first end is later than the second.
    static func isLater(_ end: Int64?, than other: Int64?) -> Bool {
        guard let other else { return false }
        guard let end else { return true }
        return end > other
    }
}
