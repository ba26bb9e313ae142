import CareRecord

/// What a writer was shown of one resource: by part and facet, the value that a written body is
/// compared with, and the heads that a write replaces.
///
/// A head that came in between is not in it, so nothing that is written can end it (`merge.md`,
/// rule 3).
public struct ShownResource: Sendable {
    /// The resource; `nil` if nothing of it was shown.
    let root: ShownPart?
    /// Whose the resource is and what it is meant as, by member, where all that was shown agrees.
    let identity: [String: [UInt8]]
    /// Whether it was a projection, of which a body repeats what was added.
    let isRendered: Bool

    /// Members that say whose a resource is, and what it is meant as: another value is another
    /// resource (`merge.md` §2.3).
    static let identityMembers = ["subject", "patient", "intent"]
}

/// The resource or an entity inside it, as a writer was shown it.
struct ShownPart: Sendable {
    let part: Part
    let shape: EntityShape
    /// Element ids under which the writer knows it, beside its own.
    let sourceIDs: Set<String>
    /// By facet; existence and how a resource is shown are not among them.
    let elements: [Facet: ShownElement]
    let existence: ShownExistence
    /// The heads of how it is shown.
    let presentation: [HeadName]
    /// The entities inside it, in view order.
    let inner: [ShownPart]
}

/// A facet of a part, as a writer was shown it.
struct ShownElement: Sendable {
    /// The value that a body is compared with, canonical; `nil` if there was none, or several.
    let value: [UInt8]?
    /// Whether what was shown says several things, or cannot be read: no body says the same.
    let isOpen: Bool
    /// The heads that a write replaces.
    let heads: [HeadName]
    /// The heads that an ending was made in sight of, or that were seen as an ending.
    let seen: [HeadName]
    /// Whether a body that lacks it leaves something out.
    let isOmittable: Bool
    /// Another value that is no news: what a head says to which a projection added something, or what
    /// the writer wrote before where others say otherwise.
    var standing: [UInt8]?
}

extension ShownElement {
    /// Whether a value, or that there is none, is no news.
    func says(_ value: [UInt8]?) -> Bool {
        if let value, value == standing { return true }
        return !isOpen && value == self.value
    }
}

/// Whether a part is there, as a writer was shown it.
struct ShownExistence: Sendable {
    /// The heads that a write about it replaces.
    let heads: [HeadName]
    /// Whether it was in what the writer sent last or was rendered.
    let isListed: Bool
    /// Whether it was shown as ended or as entered in error.
    let isGone: Bool
    /// Whether nothing but its id means it: it ended, or was in no list.
    let isKnownByIDOnly: Bool
    /// Whether a body that lacks it leaves something out.
    let isOmittable: Bool
}

extension ShownPart {
    /// Whether an element id means this part.
    func isNamed(_ elementID: String) -> Bool {
        EntityID(text: elementID) == part.entity || sourceIDs.contains(elementID)
    }

    /// The heads of its instructions that were seen, and of those in the entities inside it.
    var instructions: [HeadName] {
        elements.filter { shape.rule(of: $0.key).isInstruction }.flatMap(\.value.seen)
            + inner.filter(\.existence.isListed).flatMap(\.instructions)
    }

    /// The heads of all that was seen of it and of what is inside it, but of whether it is there itself.
    var everything: [HeadName] {
        elements.flatMap(\.value.seen)
            + inner.filter(\.existence.isListed).flatMap { $0.existence.heads + $0.everything }
    }

    /// The heads of a status that says plainly that the part ended; none if it goes on.
    var endings: [HeadName] {
        for (facet, element) in elements {
            guard let value = element.value, shape.isEnding(value, of: facet) else { continue }
            return element.seen
        }
        return []
    }
}

extension EntityShape {
    /// Whether a value is a status that ends its entity.
    func isEnding(_ value: [UInt8], of facet: Facet) -> Bool {
        guard case .status(let rule) = rule(of: facet), rule.tension != .warning else {
            return false
        }
        return rule.codes(of: value)[0].map(rule.ranks[0].isEnding) ?? false
    }

    /// Whether all of it but how it is shown is one value.
    var isOneValue: Bool {
        inner.isEmpty && facets.allSatisfy { $0.facet == .item || $0.rule == .presentation }
    }

    /// Whether two of its kind that cannot be told apart could be two live instructions.
    var isInstruction: Bool {
        existence == .relied || facets.contains { $0.rule.isInstruction }
    }

    /// Whether a facet is one that values come apart into, and not how a resource is shown.
    func isCompared(_ facet: Facet) -> Bool {
        facet == remaining || facets.contains { $0.facet == facet && $0.rule != .presentation }
    }
}
