public import CareRecord
public import ConflictResolver

/// A patient that is held here.
public struct HeldPatient: Sendable, Hashable {
    /// The patient.
    public var id: PatientID
    /// The site that registered it.
    public var home: SiteID
    /// Its Patient resource, merged, compact JSON; `nil` if it is not held or erased.
    public var content: [UInt8]?
}

/// One compartment of a patient, in numbers.
public struct HeldCompartment: Sendable, Hashable {
    /// The compartment.
    public var compartment: Compartment
    /// Resources in view by type, ascending by type.
    public var resources: [TypeCount]

    /// How many resources of one type.
    public struct TypeCount: Sendable, Hashable {
        /// The resource type.
        public var type: String
        /// How many.
        public var count: Int
    }
}

/// One resource in view with its heads.
public struct HeldResource: Sendable, Hashable {
    /// The entity, also its FHIR id.
    public var id: EntityID
    /// The resource type.
    public var type: String
    /// The stream it is in.
    public var stream: StreamID
    /// Every whole version that no other replaced, in the order of acceptance.
    public var heads: [Head]
    /// What they and all later changes come to as R4; `nil` if nothing came after the creation,
    /// or nobody asked.
    public var merged: ProjectedResource?

    /// One head of a whole resource.
    public struct Head: Sendable, Hashable {
        /// The change's event.
        public var dot: Dot
        /// The position of the change in it.
        public var index: Int
        /// What was done.
        public var operation: Operation
        /// Who acted.
        public var author: Author
        /// When the author's node recorded it, in milliseconds since 1970 UTC.
        public var recordedMilliseconds: Int64
        /// What the references in the content lead to, in document order.
        public var targets: [ReferenceTarget]
        /// The content.
        public var content: Content
    }

    /// The content of a head.
    public enum Content: Sendable, Hashable {
        /// Compact JSON.
        case held([UInt8])
        /// A blob whose bytes are on their way.
        case onItsWay
        /// Destroyed by order.
        case erased
    }
}
