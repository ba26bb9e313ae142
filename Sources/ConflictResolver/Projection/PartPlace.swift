import CareRecord

/// Where the resource, or an entity inside it, stands in a projection.
struct PartPlace: Sendable, Hashable {
    /// How it is reached: names and indices, as R4's simple subset of FHIRPath has them
    /// (*ElementDefinition*, "Restricted subset"); of what an extension tells, who carries that.
    let path: String
    /// The element id that the object carries there, if any.
    let elementID: EntityID?
    /// The members that it has, by their names without `_`.
    let members: Set<MemberPath>
}

/// An entity that a part holds, as it is shown there.
enum PartChild {
    /// In a list of a member, with its id if it carries one.
    case item(PartDraft, member: String, number: Int, id: EntityID?)
    /// By an extension of what holds it.
    case told(Part)
    /// By another one, which says the same and was noted before.
    case twin(Part, of: Part)
}
