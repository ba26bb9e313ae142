/// Whose habits a patient's resources follow: profiles, and how much is spelled out.
enum RecordStyle: Sendable {
    case usCore
    case ukCore
    case plain

    /// The style of one patient's record, weighted by site.
    static func pick(for site: SampleSite, using generator: inout SeededGenerator) -> RecordStyle {
        let (us, uk) =
            switch site {
            case .practice: (40, 30)
            case .hospital: (60, 10)
            case .nursingHome: (30, 20)
            }
        let draw = generator.below(100)
        return draw < us ? .usCore : draw < us + uk ? .ukCore : .plain
    }

    /// The canonical URLs claimed in `meta.profile`; none in plain style or without a name.
    func profiles(us: String?, uk: String?) -> [String] {
        switch self {
        case .usCore:
            us.map { ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-\($0)"] } ?? []
        case .ukCore:
            uk.map { ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-\($0)"] } ?? []
        case .plain: []
        }
    }
}

/// One resource of a bundle with the id its `fullUrl` is made of.
struct BundleEntry: Sendable {
    var id: String
    var type: String
    var resource: JSONValue
}

extension BundleEntry {
    /// A transaction bundle that creates every entry.
    static func transaction(_ entries: [BundleEntry]) -> JSONValue {
        let items = entries.map { entry -> JSONValue in
            [
                "fullUrl": .string("urn:uuid:\(entry.id)"), "resource": entry.resource,
                "request": ["method": "POST", "url": .string(entry.type)],
            ]
        }
        return ["resourceType": "Bundle", "type": "transaction", "entry": .array(items)]
    }

    /// Builds a resource in the usual member order: type, id, meta, then `members`.
    init(
        _ type: String, id: String, profiles: [String] = [], _ members: [(String, JSONValue)]
    ) {
        var all: [(String, JSONValue)] = [
            ("resourceType", .string(type)), ("id", .string(id)),
        ]
        if !profiles.isEmpty {
            all.append(("meta", ["profile": .array(profiles.map { .string($0) })]))
        }
        self.init(id: id, type: type, resource: .object(all + members))
    }
}
