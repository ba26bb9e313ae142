public import CareRecord

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

    /// Whether what is in a stream may be seen. What belongs to no patient may: directories go to
    /// every peer, and the site's own local stream to every client of the site.
    func includes(_ stream: StreamID) -> Bool {
        switch stream {
        case .patient(_, let compartment): compartments.contains(compartment)
        case .directory, .local: true
        case .link, .unknown: false
        }
    }
}
