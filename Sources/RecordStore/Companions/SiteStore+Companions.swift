public import AuditTrail
public import CareRecord
public import ConflictResolver
import GRDB
import WireFormat

extension SiteStore {
    /// What is computed beside a resource for one reader (`merge.md` §10): references lead where the
    /// reader may follow them. Each of them can be read by its id at this node from then on. The look
    /// is in the audit log before the answer.
    ///
    /// - Returns: by kind, then ascending by id; `nil` of what is not held, or not the reader's to see.
    public func companions(
        of address: ResourceAddress, access: AccessView, actor: AuditActor
    ) async throws -> [Companion]? {
        let client = ClientSight(access: access, sourceSystem: address.sourceSystem)
        let site = replica.site
        let found = try await read("compute the companions of a resource") { db in
            var reader = ResourceReader()
            let finder = EntityFinder(opener: reader.opener, coder: FrameCoder(), ownSite: site)
            let look = try finder.look(for: address, client, db)
            guard let place = look.place else { return CompanionLookUp(look: look) }
            let sight = VersionSight(finder: finder, client: client)
            return CompanionLookUp(
                look: look, companions: try Self.companions(of: place, sight, &reader, db))
        }
        try await committer.commit { db, state in
            if let place = found.look.place {
                try CompanionRows.note(found.companions, of: place.position, db)
            }
            try state.record(found.look.fact(.read, actor, state, db), db)
        }
        return found.look.place == nil ? nil : found.companions
    }

    /// One companion by its id, if this node ever showed it to anybody; then the look is in the audit
    /// log before the answer.
    public func companion(
        _ kind: Companion.Kind, _ id: EntityID, sourceSystem: String, access: AccessView,
        actor: AuditActor
    ) async throws -> CompanionAnswer {
        let client = ClientSight(access: access, sourceSystem: sourceSystem)
        let site = replica.site
        let found = try await read("compute a companion") { db in
            var reader = ResourceReader()
            let finder = EntityFinder(opener: reader.opener, coder: FrameCoder(), ownSite: site)
            guard let position = try CompanionRows.position(of: kind, id, db) else {
                return CompanionLookUp?.none
            }
            let place = try finder.entity(at: position, db)
            guard let place, client.includes(place) else {
                return CompanionLookUp(look: ClientLook(withheld: place))
            }
            let sight = VersionSight(finder: finder, client: client)
            let all = try Self.companions(of: place, sight, &reader, db)
            return CompanionLookUp(
                look: ClientLook(found: place), companions: all.filter { $0.id == id })
        }
        guard let found else { return .unknown }
        try await committer.commit { db, state in
            try state.record(found.look.fact(.read, actor, state, db), db)
        }
        guard found.look.place != nil else { return .absent }
        return found.companions.first.map { .shown($0) } ?? .outdated
    }

    private static func companions(
        of place: FoundEntity, _ sight: VersionSight, _ reader: inout ResourceReader,
        _ db: Database
    ) throws -> [Companion] {
        let steps = try reader.versionSteps(createdAt: place.position, db)
        let placed = try reader.shownHistory(
            createdAt: place.position, through: steps[...], sight, db
        ).placed
        guard let view = placed.history.view() else { return [] }
        var since: [EntityID: Int64] = [:]
        for conflict in view.conflicts {
            since[conflict.id] = try acceptance(
                of: conflict.heads.compactMap { placed.positions[$0] }, db)
        }
        return placed.history.companions(of: view) { since[$0.id] }
    }
}

/// What a look for a companion finds.
public enum CompanionAnswer: Sendable, Hashable {
    /// It holds now.
    case shown(Companion)
    /// It did once: what it is about was decided or written anew.
    case outdated
    /// What it is about is not in view any more, or not the reader's to see.
    case absent
    /// Nothing of the kind was ever shown here under this id.
    case unknown
}

/// What a look-up found.
private struct CompanionLookUp: Sendable {
    let look: ClientLook
    var companions: [Companion] = []
}
