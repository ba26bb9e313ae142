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
            guard let place = try finder.find(address, db, where: client.includes) else {
                let hidden = try finder.find(address, db) { _ in true }
                return VersionLookUp(
                    versions: [], total: 0, patient: hidden?.stream.patient,
                    refusal: hidden == nil ? "not-held" : "withheld")
            }
            let sight = VersionSight(finder: finder, client: client)
            return try Self.versions(of: place, choice, sight, &reader, db)
        }
        try await committer.commit { db, state in
            var fact = AuditFact(kind: .read, actor: actor)
            fact.patient = found.patient
            if let refusal = found.refusal {
                fact.outcome = .refused
                fact.reason = refusal
            } else if let patient = found.patient {
                fact.basis = try Self.relationship(to: patient, of: state.replica.site, db)
            }
            try state.record(fact, db)
        }
        return found.refusal == nil ? .held(found.versions, total: found.total) : .absent
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
                return VersionLookUp(
                    versions: [], total: steps.count, patient: place.stream.patient,
                    refusal: "version-not-held")
            }
            taken = steps[...index]
            first = index
        case .history(let countMax):
            first = max(0, steps.count - countMax)
        }
        let versions = try reader.versions(
            createdAt: place.position, taken, from: first, sight, db)
        return VersionLookUp(
            versions: versions.reversed(), total: steps.count, patient: place.stream.patient,
            refusal: nil)
    }
}

/// What a look-up found.
private struct VersionLookUp: Sendable {
    let versions: [ResourceVersion]
    let total: Int
    let patient: PatientID?
    /// Why nothing is answered, as a code.
    let refusal: String?
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
