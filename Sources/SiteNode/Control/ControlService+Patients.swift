import AuditTrail
import CareRecord
import ConflictResolver
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
            resource.merged.map { [entry(of: resource, merged: $0, names)] }
                ?? resource.heads.map { entry(of: resource, $0, names) }
        }
        let sorted = entries.sorted { left, right in
            (left.date ?? "", left.id) > (right.date ?? "", right.id)
        }
        return request.limit.map { Array(sorted.prefix($0)) } ?? sorted
    }

    static let badID = ControlFailure(
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

    /// A resource that was changed after its creation, at its newest whole version's time.
    private func entry(
        of resource: HeldResource, merged: ProjectedResource, _ names: SiteNames
    ) -> TimelineEntry {
        let summary = Self.document(merged.json).flatMap(ResourceSummary.read)
        let newest = resource.heads.max { $0.recordedMilliseconds < $1.recordedMilliseconds }
        let unread = newest.flatMap { Self.substitute(for: $0.content) }
        return TimelineEntry(
            date: summary?.date, type: resource.type, id: resource.id.description,
            display: merged.isRetracted ? "entered in error" : summary?.title ?? unread,
            status: summary?.status,
            site: newest.map { names.name(of: $0.dot.replica.site) } ?? "",
            recordedMilliseconds: newest?.recordedMilliseconds ?? 0,
            compartment: Self.compartment(of: resource.stream), isDisputed: merged.isDisputed)
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

    static func document(_ bytes: [UInt8]) -> JSONDocument? {
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
