/// On which version of a resource a request depends (FHIR R4 `http.html`, *Managing Resource Contention*;
/// RFC 9110 §13.1).
public enum VersionCondition: Sendable, Hashable {
    /// On none.
    case none
    /// `ifMatch`: on one of the versions in this list of entity tags, as it was written.
    case match(String)
    /// `ifNoneMatch` of `*`: that there is no resource yet.
    case absent
}

/// What is to be done with an entry's resource (FHIR R4 `Bundle.entry.request`).
public enum EntryMethod: Sendable, Hashable {
    /// Store it under a new id; with a query, only if the query finds nothing. Also what every
    /// entry of a collection, every line and every single resource asks for.
    case post(ifNoneExist: ConditionalReference?)
    /// Store it under this id, or change what is stored under it.
    case put(id: String)
    /// Retract the resource of this type and id.
    case delete(type: String, id: String)
    /// Change the one resource that the query finds, which has the id if one is given, or store a new
    /// one if it finds none.
    case putWhere(ConditionalReference, id: String?)
    /// Retract the one resource that the query finds.
    case deleteWhere(ConditionalReference)

    /// Whether the resource is to be retracted.
    public var isDelete: Bool {
        switch self {
        case .delete, .deleteWhere: true
        case .post, .put, .putWhere: false
        }
    }
}
