public import AuditTrail
public import CareRecord
import GRDB

extension SiteStore {
    /// What came with each of the newest versions of a resource, of which every compartment is shown.
    /// The look-up is in the audit log before the answer; what is not held is left to the caller.
    ///
    /// - Parameters:
    ///   - id: the resource's, or that of a patient who has one resource of the type.
    ///   - countMax: the most versions to tell of, from 1.
    public func versionHistory(
        of id: EntityID, type: String, countMax: Int, actor: AuditActor
    ) async throws -> VersionFinding<VersionHistory> {
        try await lookUp(id, type: type, actor: actor) { walk, db in
            let total = walk.steps.count
            var versions: [VersionOutline] = []
            for number in max(1, total - countMax + 1)...total {
                try walk.go(to: number, db)
                versions.append(try walk.outline(db))
            }
            return VersionHistory(
                resource: walk.resource, versions: versions.reversed(), total: total)
        }
    }

    /// Where two versions of a resource differ, of which every compartment is shown. The look-up is in
    /// the audit log before the answer; what is not held is left to the caller.
    ///
    /// - Parameters:
    ///   - id: the resource's, or that of a patient who has one resource of the type.
    ///   - from: the earlier version's number; `nil`: the one before the later.
    ///   - to: the later version's number; `nil`: the present one.
    public func versionDifference(
        of id: EntityID, type: String, from: Int?, to: Int?, actor: AuditActor
    ) async throws -> VersionFinding<VersionDifference> {
        try await lookUp(id, type: type, actor: actor) { walk, db in
            let later = to ?? walk.steps.count
            guard later >= 1, later <= walk.steps.count else { return nil }
            let earlier = from ?? later - 1
            guard earlier >= 1, earlier < later else { return nil }
            try walk.go(to: earlier, db)
            let before = try walk.outline(db)
            var old = walk
            try walk.go(to: later, db)
            let elements = try walk.changed(since: old.elements).map { element in
                VersionDifference.Element(
                    element: element, before: try old.element(element, db),
                    after: try walk.element(element, db))
            }
            return VersionDifference(
                resource: walk.resource, from: before, to: try walk.outline(db),
                elements: elements)
        }
    }

    private func lookUp<Found: Sendable>(
        _ id: EntityID, type: String, actor: AuditActor,
        _ look: @escaping @Sendable (inout VersionWalk, Database) throws -> Found?
    ) async throws -> VersionFinding<Found> {
        let (found, patient) = try await read("compare versions of a resource") { db in
            try Self.find(id, type: type, look, db)
        }
        guard case .held = found else { return found }
        if let patient {
            try await recordAccess(.read, to: [patient], actor: actor)
        } else {
            try await record([AuditFact(kind: .read, actor: actor)])
        }
        return found
    }

    private static func find<Found: Sendable>(
        _ id: EntityID, type: String, _ look: (inout VersionWalk, Database) throws -> Found?,
        _ db: Database
    ) throws -> (VersionFinding<Found>, PatientID?) {
        let opener = ResourceReader().opener
        let patient = PatientID(id.bits)
        // What was relocated is in its new stream since.
        var position = try EntityRows.positions(of: id, type: type, opener: opener, db).last
        if position == nil {
            let own = try positions(of: patient, type: type, db)
            guard own.count < 2 else { return (.several(patient, count: own.count), patient) }
            position = own.first
        }
        guard let position else { return (.notHeld, nil) }
        var walk = try VersionWalk(createdAt: position, db)
        guard let found = try look(&walk, db) else {
            return (.noVersions(walk.stream.patient, total: walk.steps.count), nil)
        }
        return (.held(found), walk.stream.patient)
    }
}
