import CareRecord
import ConflictResolver
import RecordStore

extension FHIRService {
    /// What is computed beside a resource, as a Bundle (`merge.md` §10).
    func companions(of type: String, _ id: String, _ call: Call) async throws -> FHIRAnswer {
        let wanted = try Self.kinds(of: call.request)
        let found = try await store.companions(
            of: ResourceAddress(type: type, id: id, sourceSystem: call.client.sourceSystem),
            access: call.client.access, actor: call.actor)
        guard let found else { throw recorded(.notFound) }
        let base = Self.base(of: call.request)
        let entries = found.filter { wanted.contains($0.kind) }.map { companion in
            FHIRJSON.object([
                (
                    "fullUrl",
                    FHIRJSON.text("\(base)/\(companion.kind.resourceType)/\(companion.id)")
                ),
                ("resource", String(decoding: companion.json, as: UTF8.self)),
            ])
        }
        let bundle = FHIRJSON.object([
            ("resourceType", FHIRJSON.text("Bundle")), ("type", FHIRJSON.text("collection")),
            ("entry", entries.isEmpty ? nil : FHIRJSON.array(entries)),
        ])
        return FHIRAnswer(status: 200, body: Array(bundle.utf8))
    }

    /// The companion of an id; `nil` if none was ever shown under it.
    func companion(_ type: String, _ id: String, _ call: Call) async throws -> FHIRAnswer? {
        guard let kind = Companion.Kind.allCases.first(where: { $0.resourceType == type }),
            let entity = EntityID(text: id)
        else { return nil }
        let found = try await store.companion(
            kind, entity, sourceSystem: call.client.sourceSystem, access: call.client.access,
            actor: call.actor)
        switch found {
        case .unknown: return nil
        case .absent: throw recorded(.notFound)
        case .outdated: throw recorded(.outdated)
        case .shown(let companion): return FHIRAnswer(status: 200, body: companion.json)
        }
    }

    /// Which kinds `_type` asks for: all, unless it says otherwise.
    private static func kinds(
        of request: FHIRRequest
    ) throws(FHIRFailure) -> Set<Companion.Kind> {
        let all = Companion.Kind.allCases
        let lists = request.query.filter { $0.hasPrefix("_type=") }.map { $0.dropFirst(6) }
        guard !lists.isEmpty else { return Set(all) }
        var wanted: Set<Companion.Kind> = []
        for name in lists.flatMap({ $0.replacing("%2C", with: ",").split(separator: ",") }) {
            guard let kind = all.first(where: { $0.resourceType == name }) else {
                throw FHIRFailure(
                    status: 400, code: .value,
                    diagnostics:
                        "`_type` names what is not computed beside a resource. Send some of "
                        + all.map(\.resourceType).joined(separator: ", ") + ", or leave it out.")
            }
            wanted.insert(kind)
        }
        return wanted
    }
}

extension FHIRFailure {
    fileprivate static let outdated = FHIRFailure(
        status: 410, code: .deleted,
        diagnostics:
            "What this was computed from has changed since: it was decided, or written anew. "
            + "Ask the resource that it was about for $companions.")
}
