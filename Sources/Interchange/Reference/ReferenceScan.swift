import StrictJSON

/// What one pass over a resource finds: its references, and whatever else can point elsewhere.
struct ReferenceScan {
    /// The values of string members named `reference`, in document order.
    private(set) var references: [JSONNode] = []
    /// The values of string members named `url`, if asked for: an attachment's may be a Binary.
    private(set) var urls: [JSONNode] = []
    /// The first member that names a patient-bound type, in a contained resource or a logical
    /// reference, if asked for.
    private(set) var patientTypeName: JSONNode?

    private let document: JSONDocument

    /// Walks everything inside the resource. It keeps its own stack, at most as deep as the
    /// reader's limit.
    init(
        _ resource: JSONNode, of document: JSONDocument, takesURLs: Bool, watchesTypes: Bool
    ) {
        self.document = document
        var open: [Level] = [.object(document.members(of: resource))]
        while let index = open.indices.last {
            guard let child = open[index].next() else {
                open.removeLast()
                continue
            }
            switch child.value.kind {
            case .object: open.append(.object(document.members(of: child.value)))
            case .array: open.append(.array(document.items(of: child.value)))
            case .string:
                guard let name = child.name else { continue }
                if document.stringEquals(name, "reference") {
                    references.append(child.value)
                } else if takesURLs, document.stringEquals(name, "url") {
                    urls.append(child.value)
                } else if watchesTypes, patientTypeName == nil, namesPatientType(name, child.value)
                {
                    patientTypeName = child.value
                }
            default: break
            }
        }
    }

    private func namesPatientType(_ name: JSONNode, _ value: JSONNode) -> Bool {
        guard document.stringEquals(name, "type") || document.stringEquals(name, "resourceType"),
            let type = document.string(value)
        else { return false }
        return PatientPaths.isPatientBound(type)
    }

    /// An object or array whose children are being visited.
    private enum Level {
        case object(JSONMembers)
        case array(JSONItems)

        mutating func next() -> (name: JSONNode?, value: JSONNode)? {
            switch self {
            case .object(var members):
                let child = members.next()
                self = .object(members)
                return child.map { ($0.name, $0.value) }
            case .array(var items):
                let child = items.next()
                self = .array(items)
                return child.map { (nil, $0) }
            }
        }
    }
}
