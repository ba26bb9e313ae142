import CareRecord
import StrictJSON

/// Writes what several people said of one element as an extension of R4 (`merge.md` §10).
struct SiblingExtension {
    /// The deepest value that is written under its own names: typed, it stands up to 16 levels
    /// deeper, and `JSONLimits` allows 64.
    static let typedDepthMax = 48
    /// Who wrote a head, if that is known.
    let writing: (HeadName) -> ProjectedWriting?

    /// What an extension is about.
    struct Subject {
        let part: Part
        let facet: Facet
        var conflictClass: ConflictClass = .automatic
        var kind: Conflict.Kind = .siblings
        var isStop = false
        /// Which entities it concerns, if it is not about one.
        var entities: [EntityID] = []
    }

    /// An extension about an element.
    func written(_ name: AccordExtension, _ subject: Subject, _ siblings: [R4Value]) -> R4Value {
        var parts: [R4Value] = [
            .extension("element", "string", .text("\(subject.part.kind)/\(subject.facet)"))
        ]
        for entity in subject.entities.isEmpty ? [subject.part.entity] : subject.entities {
            parts.append(.extension("entity", "id", .text(entity.description)))
        }
        if name == .disputed || name == .siblings {
            let kind = subject.isStop ? Conflict.Kind.disputedStop : subject.kind
            parts.append(.extension("class", "code", .text(subject.conflictClass.letter)))
            parts.append(.extension("kind", "code", .text(kind.code)))
        }
        return .extension(name.url, parts + siblings)
    }

    /// One value with everybody who wrote it.
    func sibling(_ sibling: ElementView.Sibling, of part: Part, _ facet: Facet) -> R4Value {
        self.sibling(content(sibling.content, of: part.kind, facet), by: sibling.heads)
    }

    /// A change, by what was done.
    func change(_ head: HeadName) -> R4Value {
        let operation = writing(head)?.operation
        return sibling(
            operation.map { [.extension("did", "code", .text($0.word))] } ?? [], by: [head])
    }

    private func sibling(_ content: [R4Value], by heads: [HeadName]) -> R4Value {
        .extension("sibling", content + heads.map(written(by:)))
    }

    private func written(by head: HeadName) -> R4Value {
        var parts: [R4Value] = []
        if let writing = writing(head) {
            let texts = [
                ("author", writing.author.practitioner), ("role", writing.author.role),
                ("organisation", writing.author.organisation),
                ("onBehalfOf", writing.author.onBehalfOf ?? ""),
            ]
            for (name, text) in texts where !text.isEmpty {
                parts.append(.extension(name, "string", .text(text)))
            }
            if let instant = R4Text.instant(milliseconds: writing.recordedMilliseconds) {
                parts.append(.extension("recorded", "instant", .text(instant)))
            }
        }
        parts.append(.extension("dot", "string", .text("\(head.dot).\(head.index)")))
        // The two branches of a fork have one dot.
        parts.append(.extension("event", "string", .text(head.event.description)))
        return .extension("written", parts)
    }

    // MARK: - Values

    private func content(_ content: HeadContent, of kind: String, _ facet: Facet) -> [R4Value] {
        switch content {
        case .value(let bytes): [value(bytes, of: kind, facet)]
        case .opaque(let bytes):
            [.extension("state", "code", .text("opaque"))]
                + (bytes.isEmpty ? [] : [.extension("value", [json(bytes)])])
        case .present: [.extension("state", "code", .text("present"))]
        case .ended: [.extension("state", "code", .text("ended"))]
        case .retracted: [.extension("state", "code", .text("retracted"))]
        case .onItsWay: [.extension("state", "code", .text("on-its-way"))]
        case .erased: [.extension("state", "code", .text("erased"))]
        }
    }

    /// The members under their own names and types, as far as an extension can carry them.
    private func value(_ bytes: [UInt8], of kind: String, _ facet: Facet) -> R4Value {
        guard let object = WrittenObject(bytes) else { return .extension("value", [json(bytes)]) }
        guard !object.members.isEmpty else {
            return .extension("state", "code", .text("empty"))
        }
        // An extension nests deeper than what it carries, and readers have a limit.
        if object.depth > Self.typedDepthMax { return .extension("value", [json(bytes)]) }
        if let types = R4Types.of(kind) { return .extension("value", members(object, types)) }
        if facet == .item, let type = R4Types.itemType(of: kind) {
            return .extension("value", type, .written(bytes))
        }
        return .extension("value", [json(bytes)])
    }

    private func members(_ object: WrittenObject, _ types: R4Types) -> [R4Value] {
        var parts: [R4Value] = []
        var left: [WrittenMember] = []
        for member in object.members {
            if member.text.hasPrefix("_"), beside(member.base, in: object, types) != nil {
                // It stands with the value that it belongs to.
                continue
            }
            guard let found = carried(member, types) else {
                left.append(member)
                continue
            }
            if let beside = beside(member.text, in: object, types),
                let type = types.member(member.text)
            {
                parts.append(
                    .extension(
                        member.text, type.type, .written(member.bytes), beside: beside.bytes))
            } else {
                parts += found
            }
        }
        if !left.isEmpty { parts.append(json(WrittenObject(members: left).bytes)) }
        return parts
    }

    /// What stands beside a primitive's value: its own extensions.
    private func beside(
        _ name: String, in object: WrittenObject, _ types: R4Types
    ) -> WrittenMember? {
        guard let type = types.member(name), !type.isList, R4Types.primitives[type.type] != nil,
            carried(object.member(name), types) != nil,
            let found = object.member("_" + name), found.kind == .object
        else { return nil }
        return found
    }

    /// A member as extensions with its type, one for each item of a list; `nil` if it has none.
    private func carried(_ member: WrittenMember?, _ types: R4Types) -> [R4Value]? {
        guard let member else { return nil }
        let name = member.text
        if name == "extension" || name == "modifierExtension" {
            guard let items = member.items, !items.isEmpty,
                items.allSatisfy({ $0.kind == .object })
            else { return nil }
            return [.extension(name, items.map { .written($0.bytes) })]
        }
        guard let type = types.member(name) else { return nil }
        var values: [(kind: JSONKind, bytes: [UInt8])] = [(member.kind, member.bytes)]
        if type.isList {
            guard let items = member.items, !items.isEmpty else { return nil }
            values = items
        }
        guard type.type == "@" else {
            // ele-1: an extension has a value that is not empty.
            let empty = [Array("{}".utf8), Array("\"\"".utf8)]
            guard values.allSatisfy({ R4Types.isWritten(type.type, as: $0.kind) }),
                !values.contains(where: { empty.contains($0.bytes) })
            else { return nil }
            return values.map { .extension(name, type.type, .written($0.bytes)) }
        }
        guard let inner = types.table(of: name) else { return nil }
        let objects = values.compactMap { WrittenObject($0.bytes) }
        guard objects.count == values.count, objects.allSatisfy({ !$0.members.isEmpty }) else {
            return nil
        }
        return objects.map { .extension(name, members($0, inner)) }
    }

    /// What no type can carry, exactly as it was written.
    private func json(_ bytes: [UInt8]) -> R4Value {
        R4Text.isString(bytes)
            ? .extension("json", "string", .text(String(decoding: bytes, as: UTF8.self)))
            : .extension("json", "base64Binary", .text(R4Text.base64(bytes)))
    }
}

extension Operation {
    /// What was done, in one word.
    var word: String {
        switch self {
        case .create: "created"
        case .assign: "changed"
        case .status: "status"
        case .link: "linked"
        case .unlink: "ended"
        case .append: "added"
        case .resolve: "resolved"
        case .retract: "retracted"
        case .omit: "omitted"
        case .relocate: "moved"
        case .erase: "erased"
        case .unknown: "unknown"
        }
    }
}
