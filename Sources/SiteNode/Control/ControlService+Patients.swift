import AuditTrail
import CareRecord
import ControlProtocol
import Interchange
import RecordStore
import StrictJSON

extension ControlService {
    /// Patients that match every word.
    func findPatients(_ query: PatientQuery, actor: AuditActor) async throws -> [PatientMatch] {
        let names = try await SiteNames(store: store, node: node)
        let found = try await store.findPatients(
            query.text, countMax: min(max(1, query.limit), 1_000), actor: actor)
        return found.map { match(of: $0, names) }
    }

    /// What is held of one patient, in numbers.
    func showPatient(
        _ reference: PatientReference, actor: AuditActor
    ) async throws -> PatientRecord {
        let names = try await SiteNames(store: store, node: node)
        let (patient, compartments) = try await store.patient(
            try patientID(reference.id), actor: actor)
        return PatientRecord(
            match: match(of: patient, names),
            compartments: compartments.map { item in
                CompartmentSummary(
                    name: item.compartment.name,
                    resourcesByType: item.resources.map {
                        ResourceCount(type: $0.type, count: $0.count)
                    })
            },
            heldFrom: [names.name(of: patient.home)])
    }

    /// A patient's resources, the newest clinical date first.
    func timeline(_ request: TimelineRequest, actor: AuditActor) async throws -> [TimelineEntry] {
        let names = try await SiteNames(store: store, node: node)
        let resources = try await store.resources(of: try patientID(request.id), actor: actor)
        let entries = resources.flatMap { resource in
            resource.heads.map { entry(of: resource, $0, names) }
        }
        let sorted = entries.sorted { left, right in
            (left.date ?? "", left.id) > (right.date ?? "", right.id)
        }
        return request.limit.map { Array(sorted.prefix($0)) } ?? sorted
    }

    /// All heads of one care plan, or of all care plans of a patient.
    func showPlan(_ reference: PlanReference, actor: AuditActor) async throws -> [PlanHeads] {
        let names = try await SiteNames(store: store, node: node)
        guard let id = EntityID(text: reference.id) else { throw Self.badID }
        let plans: [HeldResource]
        let single = try await store.resource(id, type: "CarePlan")
        if let patient = single.first?.stream.patient {
            plans = try await store.resources(of: patient, type: "CarePlan", actor: actor)
                .filter { $0.id == id }
        } else {
            plans = try await store.resources(
                of: PatientID(id.bits), type: "CarePlan", actor: actor)
        }
        guard !plans.isEmpty else {
            throw ControlFailure(
                code: .notFound, message: "No care plan is held under this id.",
                next: "Find the patient with `accord patient find`, then use that id.")
        }
        return plans.map { plan in
            PlanHeads(id: plan.id.description, heads: plan.heads.map { head(of: $0, names) })
        }
    }

    private static let badID = ControlFailure(
        code: .badRequest, message: "The id is not a UUID.",
        next: "Find the patient with `accord patient find`, then use that id.")

    func patientID(_ text: String) throws -> PatientID {
        guard let id = PatientID(text: text) else { throw Self.badID }
        return id
    }

    private func match(of patient: HeldPatient, _ names: SiteNames) -> PatientMatch {
        let demographics = patient.content.flatMap(Self.document).flatMap(Demographics.read)
        let name = demographics?.names.first
        let display = name.map { name in
            (name.given + [name.family].compactMap { $0 }).joined(separator: " ")
        }
        return PatientMatch(
            id: patient.id.description,
            displayName: display.flatMap { $0.isEmpty ? name?.text : $0 } ?? "(no name held)",
            birthDate: demographics?.birthDate, gender: demographics?.gender,
            identifiers: (demographics?.identifiers ?? []).map {
                PatientIdentifier(system: $0.system ?? "", value: $0.value)
            },
            homeSite: names.name(of: patient.home),
            isOwn: patient.home == node.identity.replica.site)
    }

    private func entry(
        of resource: HeldResource, _ head: HeldResource.Head, _ names: SiteNames
    ) -> TimelineEntry {
        let summary = Self.content(of: head).flatMap(ResourceSummary.read)
        return TimelineEntry(
            date: summary?.date, type: resource.type, id: resource.id.description,
            display: head.operation == .retract
                ? "entered in error" : summary?.title ?? Self.substitute(for: head.content),
            status: summary?.status, site: names.name(of: head.dot.replica.site),
            recordedMilliseconds: head.recordedMilliseconds,
            compartment: Self.compartment(of: resource.stream))
    }

    private func head(of head: HeldResource.Head, _ names: SiteNames) -> PlanHead {
        let outline = Self.content(of: head).flatMap(CarePlanOutline.read)
        let period = outline.flatMap { outline in
            outline.periodStart == nil && outline.periodEnd == nil
                ? nil : PlanPeriod(start: outline.periodStart, end: outline.periodEnd)
        }
        return PlanHead(
            title: outline?.title ?? Self.substitute(for: head.content), status: outline?.status,
            categories: outline?.categories ?? [], period: period,
            activities: (outline?.activities ?? []).map { activity in
                let text = activity.description ?? activity.reference ?? "(no description)"
                return PlanActivity(
                    description: activity.isProhibited ? "DO NOT: \(text)" : text,
                    status: activity.status)
            },
            goals: outline?.goals ?? [], authorSite: names.name(of: head.dot.replica.site),
            recordedMilliseconds: head.recordedMilliseconds)
    }

    private static func content(of head: HeldResource.Head) -> JSONDocument? {
        guard case .held(let bytes) = head.content else { return nil }
        return document(bytes)
    }

    private static func substitute(for content: HeldResource.Content) -> String? {
        switch content {
        case .held: nil
        case .onItsWay: "content on its way"
        case .erased: "erased by order"
        }
    }

    private static func document(_ bytes: [UInt8]) -> JSONDocument? {
        do {
            return try JSONDocument(bytes, limits: .importFile)
        } catch {
            return nil
        }
    }

    private static func compartment(of stream: StreamID) -> String {
        guard case .patient(_, let compartment) = stream else { return "" }
        return compartment.name
    }
}
