public import AuditTrail
import CareRecord
import GRDB
import WireFormat

extension SiteStore {
    /// Versions of one resource for a reader. The look-up, whatever it finds, is in the audit log before
    /// the answer: of what is withheld and of what is not held the answer is the same, the entry not.
    public func versions(
        of address: ResourceAddress, _ choice: VersionChoice, access: AccessView, actor: AuditActor
    ) async throws -> VersionAnswer {
        let site = replica.site
        let found = try await read("read versions of a resource") { db in
            var reader = ResourceReader()
            let finder = EntityFinder(opener: reader.opener, coder: FrameCoder(), ownSite: site)
            let client = ClientSight(access: access, sourceSystem: address.sourceSystem)
            let look = try finder.look(for: address, client, db)
            guard let place = look.place else {
                return VersionLookUp(look: look, versions: [], total: 0)
            }
            let sight = VersionSight(finder: finder, client: client)
            return try Self.versions(of: place, choice, sight, &reader, db)
        }
        try await committer.commit { db, state in
            try state.record(found.look.fact(.read, actor, state, db), db)
        }
        return found.look.refusal == nil ? .held(found.versions, total: found.total) : .absent
    }

    private static func versions(
        of place: FoundEntity, _ choice: VersionChoice, _ sight: VersionSight,
        _ reader: inout ResourceReader, _ db: Database
    ) throws -> VersionLookUp {
        let steps = try reader.versionSteps(createdAt: place.position, db)
        var taken = steps[...]
        var first = steps.count - 1
        switch choice {
        case .newest: break
        case .named(let position):
            guard let named = position(place.entity),
                let index = steps.firstIndex(where: { UInt64($0.position) == named })
            else {
                var look = ClientLook(found: place)
                look.refusal = "version-not-held"
                return VersionLookUp(look: look, versions: [], total: steps.count)
            }
            taken = steps[...index]
            first = index
        case .history(let countMax):
            first = max(0, steps.count - countMax)
        }
        let versions = try reader.versions(
            createdAt: place.position, taken, from: first, sight, db)
        return VersionLookUp(
            look: ClientLook(found: place), versions: versions.reversed(), total: steps.count)
    }
}

/// What a look-up found.
private struct VersionLookUp: Sendable {
    let look: ClientLook
    let versions: [ResourceVersion]
    let total: Int
}

extension EntityFinder {
    /// The resource that a client names: by its UUID, else by the id that the client chose.
    func find(
        _ address: ResourceAddress, _ db: Database, where isMeant: (FoundEntity) -> Bool
    ) throws -> FoundEntity? {
        if let entity = EntityID(text: address.id),
            let found = try byID(entity, type: address.type, db, where: isMeant)
        {
            return found
        }
        let own = try bySource(
            system: address.sourceSystem, type: address.type,
            id: "\(address.type)/\(address.id)", db)
        return own.flatMap { isMeant($0) ? $0 : nil }
    }
}
