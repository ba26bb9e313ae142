public import CareRecord
public import ConflictResolver

/// A conflict of one resource in view, with what a person needs to decide it.
public struct OpenConflict: Sendable, Hashable {
    /// What met.
    public var conflict: Conflict
    /// The resource's type.
    public var resourceType: String
    /// The resource.
    public var resource: EntityID
    /// The stream it is in.
    public var stream: StreamID
    /// When this node had all that met, in milliseconds since 1970 UTC by its own clock.
    public var sinceMilliseconds: Int64
    /// Who may decide about it.
    public var responsibility: Responsibility
    /// The values that met, in display order; of a conflict about more than one element, those of
    /// each, one after the other. A list leaves them out.
    public var values: [Value]
    /// What else a decision would be taken in sight of: other values of what would end, or the ending
    /// of what holds it. A list leaves them out.
    public var inSight: [Value]
    /// What a person may decide. A list leaves them out.
    public var options: [ResolutionOption]
    /// Whether another value can be written instead.
    public var takesValue: Bool
    /// Who wrote each version that an option names.
    public var writings: [HeadName: Writing]

    /// One of the values that met, with everybody who wrote it.
    public struct Value: Sendable, Hashable {
        /// The element it is a value of.
        public var element: PartElement
        /// What it says.
        public var content: HeadContent
        /// Who wrote it, the latest first.
        public var authors: [Writing]
    }

    /// One act of writing.
    public struct Writing: Sendable, Hashable {
        /// Who acted.
        public var author: Author
        /// The site that wrote it.
        public var site: SiteID
        /// The system that it came from there.
        public var sourceSystem: String
        /// When its node recorded it, in milliseconds since 1970 UTC.
        public var recordedMilliseconds: Int64
        /// Why, as they wrote it with a decision.
        public var reason: String?
        /// What else the same event changed: the type of each other entity, each
        /// type once, ascending.
        public var together: [String]
    }
}
