public import CareRecord
import Signing
import StrictJSON

/// One way to end a conflict: what a person may decide, and the changes that say so (`merge.md` §8).
///
/// Nothing is decided here. An option repeats what somebody wrote; it never says what nobody did.
public struct ResolutionOption: Sendable, Hashable {
    /// What the decision means.
    public let decision: Decision
    /// What is written, in one event; each names all heads of its element that were shown.
    public let changes: [ResolvingChange]

    /// 16 hexadecimal digits that stand for the decision and all that it would end and have in sight:
    /// another number once anything of that differs.
    public var token: String {
        var bytes = Array("accord/choice/v1\n\(decision)\n".utf8)
        for change in changes {
            let element = change.element
            bytes += Array("\(element.part.kind)\n\(element.facet)\n".utf8)
            bytes += element.part.entity.bytes + (element.part.holder?.bytes ?? [])
            for list in [change.supersedes, change.covers] {
                bytes += Array("\(list.count)\n".utf8) + list.flatMap(\.bytes)
            }
            bytes += Digest.sha256(change.value)
        }
        return Hexadecimal.text(Digest.sha256(bytes).prefix(8))
    }

    /// What a decision means.
    public enum Decision: Sendable, Hashable {
        /// This value of the element holds.
        case value(HeadContent)
        /// What somebody ended or retracted is there.
        case isThere
        /// It ended, in sight of everything that was shown.
        case ended
        /// It was entered in error, in sight of everything that was shown.
        case enteredInError
        /// Of several entities this one stays, and the others end.
        case only(Part)
        /// Of several versions the entities of this one stay, and those of the others end.
        case onlyVersion(HeadName)
        /// All of the entities stay, as different things.
        case allStay

        /// The word for it, the same wherever options are listed.
        public var code: String {
            switch self {
            case .value: "value"
            case .isThere: "is-there"
            case .ended: "ended"
            case .enteredInError: "entered-in-error"
            case .only: "only"
            case .onlyVersion: "only-version"
            case .allStay: "all-stay"
            }
        }
    }
}

/// One change of a resolution, before its event has a name.
public struct ResolvingChange: Sendable, Hashable {
    /// What is decided.
    public let element: PartElement
    /// What it says, as JSON: of `existence` one of the texts of `ExistenceText`.
    public let value: [UInt8]
    /// The heads that it ends, ascending: those that were shown, and no other.
    public let supersedes: [HeadName]
    /// The heads that an ending was made in sight of, ascending.
    public let covers: [HeadName]

    init(
        _ element: PartElement, _ value: [UInt8], ends heads: [HeadName], inSightOf: [HeadName] = []
    ) {
        self.element = element
        self.value = value
        supersedes = Set(heads).sorted()
        covers = Set(inSightOf).sorted()
    }
}

/// What a change says of `existence`, as a JSON text (`record-v1.md` §5).
enum ExistenceText: String, CaseIterable {
    case present
    case ended
    case retracted

    /// The text in quotes.
    var json: [UInt8] { Array("\"\(rawValue)\"".utf8) }

    /// What it says of an element.
    var content: HeadContent {
        switch self {
        case .present: .present
        case .ended: .ended
        case .retracted: .retracted
        }
    }

    /// Reads a value; `nil` if it is none of these.
    init?(json: [UInt8]) {
        guard let known = Self.allCases.first(where: { $0.json == json }) else { return nil }
        self = known
    }

    /// What a head says; `nil` if it is no statement of existence.
    init?(_ content: HeadContent) {
        guard let known = Self.allCases.first(where: { $0.content == content }) else { return nil }
        self = known
    }
}

extension ResourceHistory {
    /// Whether a value that nobody wrote before can end a conflict: it is about one element whose
    /// members are known, not about whether something is there.
    public func takesValue(_ conflict: Conflict) -> Bool {
        guard conflict.kind == .siblings || conflict.kind == .disputedStop else { return false }
        let shape = shape(of: conflict.element.part)
        return shape?.facets.contains { $0.facet == conflict.element.facet } ?? false
    }

    /// A value that a person writes in the place of those that met. It has nothing else in sight.
    ///
    /// - Parameter bytes: a JSON object of members of the facet, and of no other; a status is one
    ///   that the type has.
    /// - Returns: `nil` if it is none.
    public func change(saying bytes: [UInt8], of conflict: Conflict) -> ResolvingChange? {
        let part = conflict.element.part
        guard takesValue(conflict), let shape = shape(of: part),
            let document = JSONDocument.reading(bytes), document.root.kind == .object
        else { return nil }
        let parts = ResourceParts(document.root, shape, in: document, isResource: part == root)
        guard parts.inner.isEmpty, parts.elementID == nil,
            parts.values.map(\.facet) == [conflict.element.facet]
        else { return nil }
        let isThere = heads(conflict.element.facet, of: part).contains {
            $0.content.value == parts.values[0].bytes
        }
        // To write one of several advance decisions again would pick it.
        if isAdvanceDecision, isThere { return nil }
        if case .status(let rule) = shape.rule(of: conflict.element.facet) {
            let codes = rule.codes(of: parts.values[0].bytes)
            guard zip(rule.ranks, codes).allSatisfy({ $0.isListed($1) }) else { return nil }
        }
        return ResolvingChange(conflict.element, parts.values[0].bytes, ends: conflict.heads)
    }

    /// Who ended or retracted a part, ascending by name.
    public func endings(of part: Part) -> [(name: HeadName, content: HeadContent)] {
        heads(.existence, of: part).filter { $0.content != .present }
            .map { ($0.name, $0.content) }
    }

    /// What a change that is about existence alone says of it; `nil` of any other.
    public func existence(saidBy name: HeadName) -> HeadContent? {
        guard let change = changes[name] else { return nil }
        switch change.operation {
        case .retract: return .retracted
        case .unlink, .relocate: return .ended
        default:
            guard change.element.facet == .existence, case .given(let bytes) = change.value else {
                return nil
            }
            return ExistenceText(json: bytes)?.content
        }
    }

    /// A resolving change as it travels. A head whose dot is forked is named with its event, since a
    /// bare dot would end neither branch.
    public func change(of resolving: ResolvingChange) -> Change {
        change(
            .resolve, resolving.element, replacing: resolving.supersedes,
            inSightOf: resolving.covers)
    }

    /// A change of one element of this resource as it travels.
    func change(
        _ operation: Operation, _ element: PartElement, replacing heads: [HeadName],
        inSightOf shown: [HeadName]
    ) -> Change {
        let part = element.part
        var change = Change(
            element: Element(
                entityType: part.kind, entity: part.entity, facet: element.facet,
                inside: part == root
                    ? nil : EntityPlace(resource: entity, holder: part.holder)),
            operation: operation)
        change.supersedes = heads.map(reference)
        change.covers = shown.map(reference)
        return change
    }

    /// How a head is named: one whose dot is forked with its event, since a bare dot ends neither.
    public func reference(to head: HeadName) -> ChangeReference {
        ChangeReference(
            dot: head.dot, index: head.index, event: forks.contains(head.dot) ? head.event : nil)
    }
}
