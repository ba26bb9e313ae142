public import StrictJSON

/// Evidence, in one resource, that an organisation cares for the resource's patient (`sync.md` §4).
///
/// A draft says what was written. Whether the organisation is a peer's, and whether the reference
/// leads to an Organization at all where its text does not tell, is found out by whoever resolves it.
public struct RelationshipDraft: Sendable, Hashable {
    /// What kind of relationship it speaks for.
    public let kind: Kind
    /// The `reference` as written; `nil` if there is only an identifier, or the reference leads
    /// into its own resource (`#…`).
    public let reference: String?
    /// The position of `reference` in `EntryDraft.references`, and so in the targets of the
    /// change; `nil` if `reference` is.
    public let referenceIndex: Int?
    /// The reference's own `identifier`, if it has both system and value.
    public let identifier: IdentifierDraft?
    /// The first millisecond since 1970 UTC at which the evidence no longer counts; `nil` if it is
    /// open. Where something has ended and nobody can read when, it is 0: in doubt nothing leaks.
    public let endMilliseconds: Int64?

    /// What the resource says the organisation does. The raw values are those of the care
    /// relationships that the kinds stand for.
    public enum Kind: String, Sendable, CaseIterable {
        /// `Patient.generalPractitioner` and `.managingOrganization`.
        case registeredPractice = "registered-practice"
        /// `CarePlan.author`, `.contributor` and (R5) `.custodian`.
        case planCustodian = "plan-custodian"
        /// `CareTeam.participant.member`, `.participant.onBehalfOf` and `.managingOrganization`.
        case careTeamMember = "care-team-member"
        /// `Encounter.serviceProvider`.
        case encounter
        /// `EpisodeOfCare.managingOrganization`.
        case episode
    }

    /// How long a plan, an encounter or an episode that has ended still counts, in milliseconds:
    /// 30 days.
    public static let graceMilliseconds: Int64 = 30 * 86_400_000

    /// Finds the evidence in a resource.
    ///
    /// The same organisation may be found several times. The order is that of the elements in
    /// `Kind`, and within one of the document; a team's participants come one after the other. What
    /// is entered-in-error, and every other type, gives none.
    ///
    /// - Parameter resource: the whole value of a change, or of an entry: positions are counted in
    ///   it.
    public static func all(
        of resource: JSONNode, type: String, in document: JSONDocument
    ) -> [RelationshipDraft] {
        guard let kind = Kind(resourceType: type) else { return [] }
        let claims = RelationshipReader(resource: resource, document: document).claims(of: kind)
        guard !claims.isEmpty else { return [] }
        let positions = ReferencePositions(of: resource, in: document)
        return claims.compactMap { claim in
            OrganizationReference(claim.reference, of: document).map { found in
                RelationshipDraft(
                    kind: kind, reference: found.target?.text,
                    referenceIndex: found.target.flatMap { positions[$0.node] },
                    identifier: found.identifier, endMilliseconds: claim.endMilliseconds)
            }
        }
    }
}

extension RelationshipDraft.Kind {
    fileprivate init?(resourceType: String) {
        switch resourceType {
        case "Patient": self = .registeredPractice
        case "CarePlan": self = .planCustodian
        case "CareTeam": self = .careTeamMember
        case "Encounter": self = .encounter
        case "EpisodeOfCare": self = .episode
        default: return nil
        }
    }
}

/// Where each reference of a resource stands among those that are resolved.
private struct ReferencePositions {
    private var positions: [JSONNode: Int] = [:]

    /// Counts as `EntryDraft.references` does.
    init(of resource: JSONNode, in document: JSONDocument) {
        for (count, node) in ReferenceTexts.nodes(of: resource, in: document).enumerated() {
            positions[node] = count
        }
    }

    subscript(node: JSONNode) -> Int? { positions[node] }
}
