import CareRecord

/// `meta`, language and narrative.
extension ResourceProjector {
    /// Adds how the resource is shown: the first version's, with every label that any version has.
    func addPresentation(to draft: inout PartDraft) {
        let siblings = view.root.element(.presentation)?.siblings ?? []
        var metas: [WrittenObject] = []
        var isFirst = true
        for sibling in siblings {
            var left: [WrittenMember] = []
            guard let object = sibling.content.value.flatMap({ WrittenObject($0) }) else {
                addUnplaced(sibling, to: &draft)
                continue
            }
            for member in object.members {
                if member.text == "meta", let meta = member.object, Self.isMeta(meta) {
                    metas.append(meta)
                } else if ["meta", "text", "language"].contains(member.base) {
                    if member.base == "text", !isOneVersion { continue }
                    if !isFirst, member.base != "meta" { continue }
                    // What is no `meta` of R4 stays as it was if there is nothing else.
                    if member.text == "meta", siblings.count > 1 || isTagged {
                        left.append(member)
                    } else {
                        draft.set(MemberPath(outer: nil, name: member.text), .written(member.bytes))
                    }
                } else {
                    left.append(member)
                }
            }
            isFirst = false
            guard !left.isEmpty else { continue }
            let bytes = WrittenObject(members: left).bytes
            addUnplaced(
                ElementView.Sibling(content: .value(bytes), heads: sibling.heads), to: &draft)
        }
        let meta = meta(metas)
        if !meta.isEmpty { draft.set(MemberPath(outer: nil, name: "meta"), .object(meta)) }
        if isDisputed {
            draft.set(MemberPath(outer: nil, name: "text"), DisputedNarrative(self).text)
        }
    }

    /// Whether the resource is exactly what one change wrote: a narrative then describes it.
    private var isOneVersion: Bool {
        let heads = view.parts.flatMap { $0.elements.flatMap { $0.siblings.flatMap(\.heads) } }
        return Set(heads).count == 1 && view.parts.allSatisfy { $0.presence == .present }
    }

    /// Whether the resource carries the tag of open conflicts; a warning does in any class.
    private var isTagged: Bool {
        isDisputed || (isWarning && view.conflicts.contains { $0.kind != .omitted })
    }

    private func addUnplaced(_ sibling: ElementView.Sibling, to draft: inout PartDraft) {
        let subject = SiblingExtension.Subject(part: root, facet: .presentation)
        draft.extensions.append(
            writer.written(
                .unplaced, subject, [writer.sibling(sibling, of: root, .presentation)]))
    }

    private static func isMeta(_ meta: WrittenObject) -> Bool {
        ["security", "tag"].allSatisfy { name in
            meta.member(name).map { $0.items != nil } ?? true
        }
    }

    /// The first version's members but what names a version; labels and tags of all of them: to
    /// drop one could widen who may see the resource (S7).
    private func meta(_ metas: [WrittenObject]) -> [R4Member] {
        let united = ["security", "tag"]
        let dropped = ["versionId", "lastUpdated"]
        var members = (metas.first?.members ?? []).filter { member in
            !dropped.contains(member.base) && !united.contains(member.text)
        }.map { R4Member($0.name, .written($0.bytes)) }
        for name in united {
            var items: [[UInt8]] = []
            for item in metas.flatMap({ $0.member(name)?.items ?? [] })
            where !items.contains(item.bytes) {
                items.append(item.bytes)
            }
            if name == "tag", isTagged, !items.contains(Self.tag) { items.append(Self.tag) }
            if !items.isEmpty { members.append(R4Member(name, .list(items.map { .written($0) }))) }
        }
        return members.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// The tag of open conflicts, canonical.
    static let tag = R4Value.object([
        R4Member("code", .text(AccordExtension.tagCode)),
        R4Member("system", .text(AccordExtension.tagSystem)),
    ]).bytes
}
