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
    /// Whether a body that lacks it leaves something out.
    let isOmittable: Bool
}

/// Whether a part is there, as a writer was shown it.
struct ShownExistence: Sendable {
    /// The heads that a write about it replaces.
    let heads: [HeadName]
    /// Whether it was in what the writer sent last or was rendered.
    let isListed: Bool
    /// Whether it was shown as ended or as entered in error.
    let isGone: Bool
    /// Whether a body that lacks it leaves something out.
    let isOmittable: Bool
}

extension ShownPart {
    /// Whether an element id means this part.
    func isNamed(_ elementID: String) -> Bool {
        EntityID(text: elementID) == part.entity || sourceIDs.contains(elementID)
    }

    /// The heads of its instructions, and of those in the entities inside it, as far as they were
    /// in what was shown last.
    var instructions: [HeadName] {
        elements.filter { facet, element in
            shape.rule(of: facet).isInstruction && (element.value != nil || element.isOpen)
        }.flatMap(\.value.heads)
            + inner.filter(\.existence.isListed).flatMap(\.instructions)
    }

    /// The heads of a status that says plainly that the part ended; none if it goes on.
    var endings: [HeadName] {
        for (facet, element) in elements {
            guard let value = element.value, shape.isEnding(value, of: facet) else { continue }
            return element.heads
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
