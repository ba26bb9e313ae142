import StrictJSON

/// An entry whose shape has been checked: what is to be done with which resource.
struct EntryEnvelope {
    /// The index in `Bundle.entry`.
    let index: Int
    let method: EntryMethod
    var condition = VersionCondition.none
    let resourceType: String
    /// The resource; `nil` for a DELETE.
    let resource: JSONNode?
    /// `Resource.id`.
    let resourceID: String?
    let fullURL: String?

    /// What the file calls the entity.
    var sourceID: String? {
        if let fullURL { return fullURL }
        if case .delete(let type, let id) = method { return type + "/" + id }
        return resourceID.map { resourceType + "/" + $0 }
    }

    /// `Type/id` that a PUT or DELETE names.
    var requestedName: ResourceName? {
        switch method {
        case .post, .putWhere, .deleteWhere: nil
        case .put(let id): ResourceName(type: resourceType, id: id)
        case .delete(let type, let id): ResourceName(type: type, id: id)
        }
    }
}
