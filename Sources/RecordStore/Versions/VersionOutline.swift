public import CareRecord
public import ConflictResolver

/// What came with one version of a resource, without what it says.
public struct VersionOutline: Sendable, Hashable {
    /// From 1, the oldest, in the order in which this node accepted what makes them.
    public var number: Int
    /// When this node accepted it, in milliseconds since 1970 UTC by its own clock.
    public var acceptedMilliseconds: Int64
    /// What was done.
    public var act: Act
    /// Who did it, the latest first. What came before the creation counts with the first version.
    public var writings: [OpenConflict.Writing]
    /// The elements that say or demand something else than in the version before, in the order of the
    /// view. Of an entity that is new, that it is there is left out; and how the resource is shown.
    public var changed: [ChangedElement]
    /// Whether somebody has to decide something about the resource as this version shows it.
    public var isDisputed: Bool

    /// What was done, by the name that is shown.
    public enum Act: String, Sendable, Hashable, CaseIterable {
        /// The resource came into being.
        case created
        /// Some of it says something else.
        case changed
        /// All of it says the same as before.
        case restated
        /// Somebody decided a conflict.
        case resolved
        /// Something was left out, which alters nothing.
        case omitted
        /// Somebody said that it was entered in error.
        case retracted
        /// It went to another stream.
        case relocated
    }

    /// An element that differs.
    public struct ChangedElement: Sendable, Hashable {
        /// Which one.
        public var element: PartElement
        /// Whether somebody has to decide what of it holds.
        public var isDisputed: Bool
    }
}

/// The newest versions of a resource.
public struct VersionHistory: Sendable, Hashable {
    /// The resource.
    public var resource: EntityID
    /// The newest first.
    public var versions: [VersionOutline]
    /// How many there are in all.
    public var total: Int
}

/// Where two versions of a resource differ.
public struct VersionDifference: Sendable, Hashable {
    /// The resource.
    public var resource: EntityID
    /// The earlier version.
    public var from: VersionOutline
    /// The later one.
    public var to: VersionOutline
    /// The elements that differ, in the order of the later view.
    public var elements: [Element]

    /// One element in both versions.
    public struct Element: Sendable, Hashable {
        /// Which one.
        public var element: PartElement
        /// As the earlier version shows it; `nil` if there is nothing of it.
        public var before: MergedResource.Element?
        /// As the later version shows it; `nil` if there is nothing of it.
        public var after: MergedResource.Element?
    }
}

/// What is found under the id of a resource, or of a patient who has one resource of the type.
public enum VersionFinding<Found: Sendable>: Sendable {
    /// What was asked for; the look at the record is in the audit log.
    case held(Found)
    /// Nothing of the type.
    case notHeld
    /// A patient has several of the type.
    case several(PatientID, count: Int)
    /// The resource has no such versions, or only one.
    case noVersions(PatientID?, total: Int)
}
