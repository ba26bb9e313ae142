public import CareRecord

/// How an entity comes apart into facets and into entities inside it (`merge.md` §3.1), and what
/// becomes of each part's concurrent heads.
public struct EntityShape: Sendable, Hashable {
    /// The resource type, or the kind of inner entity, such as `CarePlan.activity`.
    public let entityType: String
    /// The facets that members are assigned to; what is assigned to none belongs to ``Facet/rest``.
    public let facets: [FacetShape]
    /// The members whose items are entities.
    public let inner: [InnerShape]
    /// What becomes of an ending that meets an edit.
    public let existence: ExistenceRule
    /// The facet of every member that no other names; a facet without members.
    var remaining: Facet { facets.first { $0.members.isEmpty }?.facet ?? .rest }

    /// Describes an entity.
    init(
        _ entityType: String, existence: ExistenceRule = .relied, _ facets: [FacetShape],
        inner: [InnerShape] = []
    ) {
        self.entityType = entityType
        self.existence = existence
        self.facets = facets
        self.inner = inner
    }

    /// The rule of a facet; one that is not listed is class H (`merge.md` §2.1).
    public func rule(of facet: Facet) -> ElementRule {
        facets.first { $0.facet == facet }?.rule ?? .all(.human)
    }

    /// The facet of a member, by its name without the `_` of a primitive's extensions.
    ///
    /// A name with a bracket at its end, as `onset[x]`, stands for every type of that choice (FHIR
    /// R4 §2.24.0.3 *Choice of data types*).
    func facet(of member: MemberPath) -> Facet {
        for facet in facets where facet.members.contains(where: { $0.covers(member) }) {
            return facet.facet
        }
        return remaining
    }

    /// The entities that a member holds, if it holds any.
    func inner(of member: String) -> InnerShape? {
        inner.first { $0.member == member }
    }

    /// The shape of a kind of entity: this one, or one inside it at any depth.
    public func shape(of kind: String) -> EntityShape? {
        if kind == entityType { return self }
        guard kind.hasPrefix(entityType + ".") else { return nil }
        for item in inner {
            if let found = item.shape.shape(of: kind) { return found }
        }
        return nil
    }

    /// Whether the members of a member are assigned to facets by themselves.
    func isOpened(_ member: String) -> Bool {
        facets.contains { facet in
            facet.members.contains { $0.outer == member }
        }
    }
}

/// A part of an entity that is edited as a whole, its members, and its rule.
public struct FacetShape: Sendable, Hashable {
    /// The facet.
    public let facet: Facet
    /// Its members; none if it is the whole entity.
    public let members: [MemberPath]
    /// What becomes of concurrent heads.
    public let rule: ElementRule

    /// - Parameter members: names separated by spaces, each as `MemberPath` reads it.
    init(_ name: String, _ members: String, _ rule: ElementRule) {
        facet = Facet(name)
        self.members = members.split(separator: " ").map { MemberPath(String($0)) }
        self.rule = rule
    }
}

/// A member whose items are entities with an identity of their own.
public struct InnerShape: Sendable, Hashable {
    /// The member, such as `activity`.
    public let member: String
    /// How each of its items comes apart.
    public let shape: EntityShape

    init(_ member: String, _ shape: EntityShape) {
        self.member = member
        self.shape = shape
    }
}

/// A member of an entity, or of an object that stands in it once, as `detail` in an activity.
public struct MemberPath: Sendable, Hashable, CustomStringConvertible {
    /// The object that holds it; `nil` for the entity itself.
    public let outer: String?
    /// Its name; with `[x]` at its end for a choice of types.
    public let name: String

    /// Names a member.
    init(outer: String?, name: String) {
        self.outer = outer
        self.name = name
    }

    /// - Parameter text: `name` or `outer.name`.
    init(_ text: String) {
        let parts = text.split(separator: ".")
        self.init(outer: parts.count > 1 ? String(parts[0]) : nil, name: String(parts.last ?? ""))
    }

    public var description: String { outer.map { "\($0).\(name)" } ?? name }

    /// Whether a member of a resource is this one, or one type of this choice.
    func covers(_ member: MemberPath) -> Bool {
        guard outer == member.outer else { return false }
        guard name.hasSuffix("[x]") else { return name == member.name }
        let base = name.dropLast(3)
        guard member.name.hasPrefix(base) else { return false }
        return member.name.dropFirst(base.count).first?.isUppercase ?? false
    }
}

extension Facet {
    /// What is assigned to no other facet of the entity.
    public static let rest = Facet("rest")
    /// What shows a resource and is not compared: narrative, `meta` and language.
    public static let presentation = Facet("presentation")
    /// The one facet of an entity that is edited as a whole.
    public static let item = Facet("item")
}
