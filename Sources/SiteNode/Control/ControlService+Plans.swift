import AuditTrail
import CareRecord
import ConflictResolver
import ControlProtocol
import Interchange
import RecordStore

extension ControlService {
    /// One care plan, or all care plans of a patient, merged.
    func showPlan(_ reference: PlanReference, actor: AuditActor) async throws -> [MergedPlan] {
        let names = try await SiteNames(store: store, node: node)
        guard let id = EntityID(text: reference.id) else { throw Self.badID }
        let single = try await store.resource(id, type: "CarePlan")
        var plans = try await store.mergedResources(
            of: single.first?.stream.patient ?? PatientID(id.bits), type: "CarePlan", actor: actor)
        if !single.isEmpty { plans.removeAll { $0.id != id } }
        guard !plans.isEmpty else {
            throw Self.unknownPlan
        }
        return plans.map { plan(of: $0, names) }
    }

    static let unknownPlan = ControlFailure(
        code: .notFound, message: "No care plan is held under this id.",
        next: "Find the patient with `accord patient find`, then use that id.")

    private func plan(of merged: MergedResource, _ names: SiteNames) -> MergedPlan {
        let outline = Self.document(merged.projected.json).flatMap(CarePlanOutline.read)
        let open = merged.conflicts.filter { $0.conflictClass >= .human }
        let disputed = Set(open.map(\.element.part.entity.description))
        let period = outline.flatMap { outline in
            outline.periodStart == nil && outline.periodEnd == nil
                ? nil : PlanPeriod(start: outline.periodStart, end: outline.periodEnd)
        }
        return MergedPlan(
            id: merged.id.description, title: outline?.title, status: outline?.status,
            categories: outline?.categories ?? [], period: period,
            activities: (outline?.activities ?? []).map { activity in
                let text = activity.description ?? activity.reference ?? "(no description)"
                return PlanActivity(
                    description: activity.isProhibited ? "DO NOT: \(text)" : text,
                    status: activity.status,
                    isDisputed: activity.id.map(disputed.contains) ?? false)
            },
            goals: outline?.goals ?? [], conflicts: open.map(\.id.description),
            elements: merged.elements.map { Self.element(of: $0, in: merged.id, names) },
            resource: String(decoding: merged.projected.json, as: UTF8.self))
    }

    /// An element of a plan with its values.
    static func element(
        of element: MergedResource.Element, in plan: EntityID, _ names: SiteNames
    ) -> PlanElement {
        PlanElement(
            element: name(of: element.element), part: part(of: element.element, inPlan: plan),
            state: state(element.presence),
            conflictClass: element.conflictClass == .automatic
                ? nil : element.conflictClass.letter,
            values: element.values.map { value(of: $0, resourceType: "CarePlan", names) })
    }

    /// The entity inside a plan that an element is of.
    static func part(of element: PartElement, inPlan plan: EntityID) -> String? {
        let entity = element.part.entity
        return entity == plan ? nil : entity.description
    }

    private static func state(_ presence: PartView.Presence) -> String? {
        switch presence {
        case .present: nil
        case .ended: "ended"
        case .retracted: "entered-in-error"
        case .disputed: "disputed"
        }
    }
}
