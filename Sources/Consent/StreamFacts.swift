public import CareRecord

/// A stream with what a disclosure decision about one peer must know of it.
public struct StreamFacts: Sendable, Hashable {
    /// The stream.
    public var stream: StreamID
    /// The site that registered its patient, or whose directory it is; `nil` if the site that it
    /// counts as home of has not shown that it did: nobody has a home's rights then.
    public var home: SiteID?
    /// What is known of the peer's relationships to the patient, in any order; those that have
    /// ended may be among them.
    public var relationships: [CareRelationship]

    /// Pairs a stream with its home and the peer's relationships to its patient.
    public init(stream: StreamID, home: SiteID?, relationships: [CareRelationship] = []) {
        self.stream = stream
        self.home = home
        self.relationships = relationships
    }
}
