import StrictJSON

/// Reads what one resource says of care relationships.
struct RelationshipReader {
    let resource: JSONNode
    let document: JSONDocument

    /// A Reference that speaks for a relationship, and when it ceases to: in milliseconds since
    /// 1970 UTC, exclusive, `nil` for never.
    struct Claim {
        let reference: JSONNode
        let endMilliseconds: Int64?
    }

    /// The claims of a resource of the given kind, in the order of elements that the kind lists.
    func claims(of kind: RelationshipDraft.Kind) -> [Claim] {
        switch kind {
        case .registeredPractice:
            // Open as long as the Patient says so.
            claims(["generalPractitioner", "managingOrganization"], of: resource, until: nil)
        case .planCustodian:
            ending(["author", "contributor", "custodian"], open: ["draft", "active", "on-hold"])
        case .careTeamMember:
            careTeam()
        case .encounter:
            ending(
                ["serviceProvider"],
                open: ["planned", "arrived", "triaged", "in-progress", "onleave"])
        case .episode:
            ending(["managingOrganization"], open: ["planned", "waitlist", "active", "onhold"])
        }
    }

    /// Claims that have no end while the status is one of the open ones, and with any other, or
    /// none, the end of the period and the days of grace after it. A period in doubt is over.
    private func ending(_ names: [StaticString], open: [StaticString]) -> [Claim] {
        let status = document.member("status", of: resource)
        if let status, document.stringEquals(status, "entered-in-error") { return [] }
        if let status, open.contains(where: { document.stringEquals(status, $0) }) {
            return claims(names, of: resource, until: nil)
        }
        let end = periodEnd(of: resource) ?? 0
        return claims(
            names, of: resource,
            until: end > 0 ? end + RelationshipDraft.graceMilliseconds : 0)
    }

    /// The members of a team: until the earlier end of the participation and of the team. R4 lets
    /// the team's status be absent; a team that is only proposed entitles nobody yet.
    private func careTeam() -> [Claim] {
        var end = periodEnd(of: resource)
        if let status = document.member("status", of: resource) {
            let isNone: [StaticString] = ["proposed", "entered-in-error"]
            if isNone.contains(where: { document.stringEquals(status, $0) }) { return [] }
            let isOpen = ["active", "suspended"].contains { document.stringEquals(status, $0) }
            if !isOpen { end = end ?? 0 }
        }
        return document.objects("participant", of: resource).flatMap { participant in
            claims(
                ["member", "onBehalfOf"], of: participant,
                until: earlier(end, periodEnd(of: participant)))
        } + claims(["managingOrganization"], of: resource, until: end)
    }

    private func claims(
        _ names: [StaticString], of node: JSONNode, until end: Int64?
    ) -> [Claim] {
        names.flatMap { name in
            document.objects(name, of: node).map { Claim(reference: $0, endMilliseconds: end) }
        }
    }

    /// The end of the `period`, exclusive; `nil` if it has none, 0 if nobody can read it.
    private func periodEnd(of node: JSONNode) -> Int64? {
        guard let period = document.member("period", of: node) else { return nil }
        guard period.kind == .object else { return 0 }
        guard let end = document.member("end", of: period) else { return nil }
        return document.string(end).flatMap { DateTimeText.endMilliseconds(of: $0) } ?? 0
    }

    private func earlier(_ end: Int64?, _ other: Int64?) -> Int64? {
        guard let end, let other else { return end ?? other }
        return min(end, other)
    }
}
