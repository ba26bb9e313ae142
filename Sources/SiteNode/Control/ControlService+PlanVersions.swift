import AuditTrail
import CareRecord
import ConflictResolver
import ControlProtocol
import RecordStore

extension ControlService {
    /// The newest versions of one plan.
    func planHistory(
        _ request: PlanHistoryRequest, actor: AuditActor
    ) async throws -> PlanHistory {
        try request.check()
        guard let id = EntityID(text: request.id) else { throw Self.badID }
        let names = try await SiteNames(store: store, node: node)
        let history = try Self.held(
            try await store.versionHistory(
                of: id, type: "CarePlan", countMax: request.limit, actor: actor))
        return PlanHistory(
            id: history.resource.description, total: history.total,
            versions: history.versions.map {
                Self.version(of: $0, in: history.resource, names)
            })
    }

    /// Where two versions of one plan differ.
    func planDifference(
        _ request: PlanDifferenceRequest, actor: AuditActor
    ) async throws -> PlanDifference {
        guard let id = EntityID(text: request.id) else { throw Self.badID }
        let names = try await SiteNames(store: store, node: node)
        let found = try Self.held(
            try await store.versionDifference(
                of: id, type: "CarePlan", from: request.from, to: request.to, actor: actor))
        let plan = found.resource
        return PlanDifference(
            id: plan.description, from: Self.version(of: found.from, in: plan, names),
            to: Self.version(of: found.to, in: plan, names),
            parts: found.elements.map { element in
                PlanPartDifference(
                    element: Self.name(of: element.element),
                    part: Self.part(of: element.element, inPlan: plan),
                    before: element.before.map { Self.element(of: $0, in: plan, names) },
                    after: element.after.map { Self.element(of: $0, in: plan, names) })
            })
    }

    private static func version(
        of outline: VersionOutline, in plan: EntityID, _ names: SiteNames
    ) -> PlanVersion {
        PlanVersion(
            number: outline.number, kind: outline.act.rawValue, isDisputed: outline.isDisputed,
            acceptedMilliseconds: outline.acceptedMilliseconds,
            authors: outline.writings.map { author(of: $0, names) },
            changedParts: outline.changed.map { changed in
                PlanPart(
                    element: name(of: changed.element),
                    part: part(of: changed.element, inPlan: plan),
                    isDisputed: changed.isDisputed)
            })
    }

    private static func held<Found>(_ finding: VersionFinding<Found>) throws -> Found {
        switch finding {
        case .held(let found): return found
        case .notHeld: throw unknownPlan
        case .several(let patient, let count):
            throw RefusedLook(
                failure: ControlFailure(
                    code: .badRequest, message: "This patient has \(count) care plans.",
                    next: "`accord plan show` lists them; use the id of one."), patient: patient)
        case .noVersions(let patient, let total):
            throw RefusedLook(failure: noVersions(total), patient: patient)
        }
    }

    private static func noVersions(_ total: Int) -> ControlFailure {
        total == 1
            ? ControlFailure(
                code: .notFound, message: "The care plan has one version here.",
                next: "See it with `accord plan show`; there is none to compare it with.")
            : ControlFailure(
                code: .notFound, message: "The care plan has the versions 1 to \(total) here.",
                next: "Compare a lower number with a higher one; see `accord plan history`.")
    }
}
