import CareRecord
import Interchange
import RecordStore
import SimulationModel

extension World {
    /// Hands a unit to a node's importer.
    func performImport(_ step: PlannedStep) async throws {
        let node = nodes[step.node]
        if step.act == .again {
            let known = units[step.node]
            guard !known.isEmpty else { return }
            let unit = known[step.value % known.count]
            return try await importUnit(unit.bytes, at: node, claims: unit.claims)
        }
        var claims: [EntityID: [CareClaim]] = [:]
        var list: [(type: String, id: EntityID, json: String)] = []
        let detail = step.detail
        switch step.act {
        case .register:
            list = [resources.patientResource(step.value, version: detail)]
        case .write:
            // A label has resources of its own: to move one is nobody's business but once in a while.
            let label = detail / 4 % 8 % 5
            let number = detail % 61 == 0 ? 0 : label * 10 + detail % 4
            list = [
                resources.observation(
                    number, of: step.value, label: label, version: detail / 32 % 8)
            ]
        case .urgent:
            list = [resources.urgent(detail % 4, of: step.value, version: detail / 4)]
        case .encounter:
            let (resource, claim) = encounter(step)
            list = [resource]
            claims[resource.id] = claim.map { [$0] } ?? []
        case .team:
            let manager = detail % 2 == 0 ? step.peer : nil
            let resource = resources.team(detail / 2, of: step.value, with: manager)
            list = [resource]
            claims[resource.id] = manager.map {
                [CareClaim(organisation: Resources.organisationName($0), until: nil)]
            }
        case .attach:
            list = [resources.longObservation(detail / 4, of: step.value, version: detail % 4)]
        case .organisation:
            list = [resources.organisation(detail % 2, at: step.node, version: detail)]
        default:
            list = (0..<258).map {
                resources.observation(1_000 + $0, of: step.value, label: 0, version: 0)
            }
        }
        try await importUnit(Resources.transaction(list), at: node, claims: claims)
    }

    private func encounter(
        _ step: PlannedStep
    ) -> (resource: (type: String, id: EntityID, json: String), claim: CareClaim?) {
        let kinds: [(status: String, end: String?, until: Int64?)] = [
            ("in-progress", nil, nil),
            ("finished", "2016-01-01", Self.end(ofDay: 16_801)),
            // 2026-05-20: within thirty days of the beginning.
            ("finished", "2026-05-20", Self.end(ofDay: 20_593)),
            ("entered-in-error", nil, nil),
        ]
        let kind = kinds[step.detail % 4]
        let resource = resources.encounter(
            step.detail / 4, of: step.value, by: step.peer, status: kind.status, end: kind.end)
        guard kind.status != "entered-in-error" else { return (resource, nil) }
        return (
            resource,
            CareClaim(
                organisation: Resources.organisationName(step.peer), until: kind.until)
        )
    }

    /// Thirty days after the end of a day since 1970, in milliseconds since 1970 UTC.
    private static func end(ofDay day: Int64) -> Int64 { (day + 31) * 86_400_000 }

    /// Hands in a unit.
    ///
    /// - Parameter mayWrite: whether it was not imported already.
    func importUnit(
        _ bytes: [UInt8], at node: SimulatedNode, claims: [EntityID: [CareClaim]],
        mayWrite: Bool = true
    ) async throws {
        units[node.index].append((bytes, claims))
        checker.willDo(.unit(bytes: bytes, claims: claims), at: node)
        let outcomes = try await node.store.importUnits(
            try ImportFile.read(bytes, format: nil), options: ImportOptions(),
            actor: SimulatedNode.actor)
        for outcome in outcomes {
            switch outcome {
            case .applied:
                note("applied")
                if !mayWrite { throw SimulationFailure(.held, "a unit was imported twice") }
            case .alreadyImported: goals.reach(.importRepeated)
            case .refused: goals.reach(.importRefused)
            }
            try await checker.didImport(outcome, at: node, claims: claims)
        }
    }
}
