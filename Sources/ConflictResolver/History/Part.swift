public import CareRecord

/// A resource, or an entity inside it, with what holds it: so two entities of one id in different
/// places are two, whichever was met first.
public struct Part: Sendable, Hashable {
    /// The resource type, or the kind of inner entity.
    public let kind: String
    /// The entity.
    public let entity: EntityID
    /// The entity that holds it, unless that is the resource.
    public let holder: EntityID?

    /// Names a part.
    public init(kind: String, entity: EntityID, holder: EntityID? = nil) {
        self.kind = kind
        self.entity = entity
        // What holds entities inside a resource's own ones is named; nothing nests deeper.
        self.holder = holder.flatMap { holder in
            kind.utf8.count { $0 == UInt8(ascii: ".") } == 2 ? holder : nil
        }
    }

    /// By the id alone: hardly any two parts share one. By all of it: a peer may choose ids that share
    /// a half.
    public func hash(into hasher: inout Hasher) { hasher.combine(entity.bits) }

    /// The part that holds this one: an entity inside the resource, or the resource.
    func holder(in root: Part) -> Part? {
        guard self != root else { return nil }
        guard let holder, let end = kind.lastIndex(of: ".") else { return root }
        return Part(kind: String(kind[..<end]), entity: holder)
    }
}

extension Part: Comparable {
    public static func < (left: Part, right: Part) -> Bool {
        (left.kind, left.entity, left.holder ?? left.entity)
            < (right.kind, right.entity, right.holder ?? right.entity)
    }
}

/// One facet of one part: the smallest thing that is ever merged on its own.
public struct PartElement: Sendable, Hashable {
    /// The resource or the entity inside it.
    public let part: Part
    /// What of it.
    public let facet: Facet

    /// Names an element.
    public init(part: Part, facet: Facet) {
        self.part = part
        self.facet = facet
    }
}

extension PartElement: Comparable {
    public static func < (left: PartElement, right: PartElement) -> Bool {
        (left.part, left.facet) < (right.part, right.facet)
    }
}
