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
        let site = replica.site
        let (look, found) = try await read("show the conflicts of a resource") { db in
            var reader = ResourceReader()
            let finder = EntityFinder(opener: reader.opener, coder: FrameCoder(), ownSite: site)
            let look = try finder.look(for: address, client, db)
            let found = try look.place.map { place in
                try Self.conflicts(ofResourceAt: place.position, &reader, db)
            }
            return (look, found)
        }
        try await committer.commit { db, state in
            try state.record(look.fact(.read, actor, state, db), db)
        }
        return found?.sorted { left, right in
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
        let site = replica.site
        let look = try await read("find a resource with conflicts") { db in
            try EntityFinder(opener: ResourceReader().opener, coder: FrameCoder(), ownSite: site)
                .look(for: address, client, db)
        }
        guard let place = look.place else {
            try await committer.commit { db, state in
                try state.record(look.fact(.resolve, actor, state, db), db)
            }
            return nil
        }
        return try await resolve(resolution, ofEntityAt: place.position, actor: actor)
    }

    private static func conflicts(
        ofResourceAt position: ChangePosition, _ reader: inout ResourceReader, _ db: Database
    ) throws -> [ResourceConflict] {
        let placed = try reader.history(createdAt: position, db)
        guard let view = placed.history.view() else { return [] }
        return try view.conflicts.map { conflict in
            ResourceConflict(
                conflict: conflict,
                sinceMilliseconds: try acceptance(
                    of: conflict.heads.compactMap { placed.positions[$0] }, db),
                responsibility: placed.history.responsibility,
                choices: placed.history.options(for: conflict, in: view).map {
                    ResourceConflict.Choice(
                        option: $0, dots: dots(chosenBy: $0.decision, conflict, view))
                })
        }
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
