public import AuditTrail
public import CareRecord
public import ConflictResolver
import GRDB
import WireFormat

/// An open conflict of a resource with what may be decided about it, and no value: those stand in the
/// resource, each with the dot of who wrote it.
public struct ResourceConflict: Sendable, Hashable {
    /// What met.
    public var conflict: Conflict
    /// When this node had all that met, in milliseconds since 1970 UTC by its own clock.
    public var sinceMilliseconds: Int64
    /// Who may decide about it.
    public var responsibility: Responsibility
    /// What may be decided.
    public var choices: [Choice]

    /// One decision.
    public struct Choice: Sendable, Hashable {
        /// The decision.
        public var option: ResolutionOption
        /// Who wrote the value or the version that it chooses, ascending.
        public var dots: [Dot]
    }
}

extension SiteStore {
    /// The open conflicts of a resource that a reader may see, most demanding first. The look is in the
    /// audit log before the answer.
    ///
    /// - Returns: `nil` of what is not held, or not the reader's to see.
    public func conflicts(
        of address: ResourceAddress, access: AccessView, actor: AuditActor
    ) async throws -> [ResourceConflict]? {
        let client = ClientSight(access: access, sourceSystem: address.sourceSystem)
        guard let place = try await sighted(address, client, actor: actor, .read) else {
            return nil
        }
        let found = try await read("show the conflicts of a resource") { db in
            var reader = ResourceReader()
            let placed = try reader.history(createdAt: place.position, db)
            guard let view = placed.history.view() else { return [ResourceConflict]() }
            return try view.conflicts.map { conflict in
                ResourceConflict(
                    conflict: conflict,
                    sinceMilliseconds: try Self.acceptance(
                        of: conflict.heads.compactMap { placed.positions[$0] }, db),
                    responsibility: placed.history.responsibility,
                    choices: placed.history.options(for: conflict, in: view).map {
                        ResourceConflict.Choice(
                            option: $0, dots: Self.dots(chosenBy: $0.decision, conflict, view))
                    })
            }
        }
        if let patient = place.stream.patient {
            try await recordAccess(.read, to: [patient], actor: actor)
        } else {
            try await record([AuditFact(kind: .read, actor: actor)])
        }
        return found.sorted { left, right in
            (right.conflict.conflictClass, left.conflict.id)
                < (left.conflict.conflictClass, right.conflict.id)
        }
    }

    /// Writes what a client decided about an open conflict of a resource that it may see, and returns
    /// once it is durable.
    ///
    /// - Returns: `nil` of a resource that is not held, or not the client's to see.
    /// - Throws: as `resolve`; `.notFound` if the conflict is another resource's as well.
    public func resolve(
        _ resolution: Resolution, of address: ResourceAddress, access: AccessView,
        actor: AuditActor
    ) async throws -> ResolvedConflict? {
        let client = ClientSight(access: access, sourceSystem: address.sourceSystem)
        guard let place = try await sighted(address, client, actor: actor, .resolve) else {
            return nil
        }
        return try await resolve(resolution, ofEntityAt: place.position, actor: actor)
    }

    /// Finds a resource that a client may see; if there is none, the log says so.
    private func sighted(
        _ address: ResourceAddress, _ client: ClientSight, actor: AuditActor, _ kind: AuditKind
    ) async throws -> FoundEntity? {
        let site = replica.site
        let (place, hidden) = try await read("find a resource with conflicts") { db in
            let finder = EntityFinder(
                opener: ResourceReader().opener, coder: FrameCoder(), ownSite: site)
            let place = try finder.find(address, db, where: client.includes)
            return (place, place == nil ? try finder.find(address, db) { _ in true } : nil)
        }
        if place == nil {
            var fact = AuditFact(kind: kind, actor: actor)
            fact.patient = hidden?.stream.patient
            fact.outcome = .refused
            fact.reason = hidden == nil ? "not-held" : "withheld"
            try await record([fact])
        }
        return place
    }

    /// Who wrote what a decision chooses.
    private static func dots(
        chosenBy decision: ResolutionOption.Decision, _ conflict: Conflict, _ view: ResourceView
    ) -> [Dot] {
        switch decision {
        case .value(let content):
            let element = view.parts.flatMap(\.elements)
                .first { $0.element == conflict.element }
            let heads = element?.siblings.filter { $0.content == content }.flatMap(\.heads) ?? []
            return Set(heads.map(\.dot)).sorted()
        case .onlyVersion(let head): return [head.dot]
        case .isThere, .ended, .enteredInError, .only, .allStay: return []
        }
    }
}
