public import CareRecord
import Interchange

/// What one reader may see of the record, and how: part of a version id (`interchange.md` §3).
public struct AccessView: Sendable, Hashable {
    /// The compartments of patients' records.
    public var compartments: Set<Compartment>
    /// Whether the reader shows every head, and sends them back.
    public var isConflictAware: Bool

    /// Describes a view.
    public init(compartments: Set<Compartment>, isConflictAware: Bool) {
        self.compartments = compartments
        self.isConflictAware = isConflictAware
    }

    /// Equal bytes for equal views, others for others.
    public var bytes: [UInt8] {
        [isConflictAware ? 1 : 0] + compartments.map(\.code).sorted()
    }

    /// Whether what is in a stream may be seen, whatever its type and whoever stored it: directories
    /// go to every peer; what the site keeps for itself may be about anybody.
    func includes(_ stream: StreamID) -> Bool {
        switch stream {
        case .patient(_, let compartment): compartments.contains(compartment)
        case .directory: true
        case .local: compartments.isSuperset(of: Compartment.known)
        case .link, .unknown: false
        }
    }
}

/// What one client may see: by its view, and of what it stored itself.
struct ClientSight: Sendable {
    let access: AccessView
    /// The client's, part of every id that it chooses.
    let sourceSystem: String

    /// Whether a resource may be seen. What belongs to no one patient, such as a Provenance of two,
    /// carries the compartment of none: who may not see all of them sees only its own, and types that
    /// never say anything of a patient.
    func includes(_ found: FoundEntity) -> Bool {
        access.includes(found.stream) || found.stream.isLocal && isOpen(found)
    }

    /// Whether the client may store something new in a stream.
    func mayStore(in stream: StreamID) -> Bool {
        stream.isLocal || access.includes(stream)
    }

    private func isOpen(_ found: FoundEntity) -> Bool {
        ResourceKind.isAboutNobody(found.type) || found.sourceSystem == sourceSystem
    }
}

extension StreamID {
    /// Whether it is what a site keeps for itself.
    fileprivate var isLocal: Bool { if case .local = self { true } else { false } }
}
