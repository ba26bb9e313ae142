public import CareRecord

/// An R4 resource that is computed beside another one (`merge.md` §10): who wrote what of it, or
/// what about it waits for somebody. It is never an event, and a write to it is to be refused.
public struct Companion: Sendable, Hashable {
    /// What it is.
    public let kind: Kind
    /// Its id: a UUID of version 8 (RFC 9562 §5.8) over what it is about, the same at every site
    /// for the same heads and another one for others.
    public let id: EntityID
    /// Compact JSON: `resourceType`, `id`, then the members ascending by name.
    ///
    /// It refers to the resource, and to other companions of it, by type and id. The subject is
    /// referred to as the resource's writers did.
    public let json: [UInt8]
    /// The type of the resource that it is about.
    public let implicatedType: String
    /// The resource that it is about.
    public let implicated: EntityID

    /// What a companion is.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// Who made one of the events that show something.
        case provenance = 1
        /// A conflict that is open, whatever its class.
        case detectedIssue = 2
        /// The request that somebody decides it; completing it decides nothing.
        case task = 3
        /// The banner of a conflict of class U.
        case flag = 4

        /// Its type in R4.
        public var resourceType: String {
            switch self {
            case .provenance: "Provenance"
            case .detectedIssue: "DetectedIssue"
            case .task: "Task"
            case .flag: "Flag"
            }
        }
    }
}

extension Companion {
    /// Puts a companion together.
    ///
    /// - Parameter members: all but type and id, in any order.
    init(_ kind: Kind, _ id: EntityID, about resource: Part, _ members: [R4Member]) {
        let names = [
            R4Member("resourceType", .text(kind.resourceType)),
            R4Member("id", .text(id.description)),
        ]
        let sorted = members.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        self.init(
            kind: kind, id: id, json: R4Value.object(names + sorted).bytes,
            implicatedType: resource.kind, implicated: resource.entity)
    }

    /// A reference to it from another companion.
    static func reference(to kind: Kind, _ id: EntityID) -> R4Value {
        .object([R4Member("reference", .text("\(kind.resourceType)/\(id)"))])
    }
}

extension Companion: Comparable {
    /// By kind, then by id.
    public static func < (left: Companion, right: Companion) -> Bool {
        (left.kind.rawValue, left.id) < (right.kind.rawValue, right.id)
    }
}
