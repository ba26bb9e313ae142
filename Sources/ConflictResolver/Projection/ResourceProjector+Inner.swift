import CareRecord

/// The entities that a part holds.
extension ResourceProjector {
    func addInner(of part: PartView, _ shape: EntityShape, to draft: inout PartDraft) {
        let visible = (held[part.part] ?? []).compactMap { views[$0] }.filter(isVisible)
        for inner in visible where shape.inner(of: member(of: inner.part)) == nil {
            addUnknown(inner, to: &draft)
        }
        for inner in shape.inner {
            let kind = inner.shape.entityType
            let (parts, twins) = once(visible.filter { $0.part.kind == kind })
            let items = items(parts, of: inner.member, twins, in: &draft)
            guard !items.isEmpty else { continue }
            if draft.member(inner.member) != nil { displace(inner.member, in: &draft, of: part) }
            draft.set(MemberPath(outer: nil, name: inner.member), .list(items))
        }
    }

    /// An entity of a kind of a later version, with all that it holds.
    private func addUnknown(_ part: PartView, to draft: inout PartDraft) {
        draft.note(.told(part.part))
        for element in part.elements {
            add(
                element.isDisputed ? .disputed : .unplaced, about: element,
                element.siblings[...], to: &draft)
        }
        for conflict in conflicts[part.part] ?? [] { show(conflict, in: &draft) }
        for inner in (held[part.part] ?? []).compactMap({ views[$0] }) {
            addUnknown(inner, to: &draft)
        }
    }

    private func member(of part: Part) -> String {
        String(part.kind[(part.kind.lastIndex(of: ".") ?? part.kind.startIndex)...].dropFirst())
    }

    /// What ended is left out, unless something about it is open.
    private func isVisible(_ part: PartView) -> Bool {
        switch part.presence {
        case .present, .disputed: return true
        case .ended: return open.contains(part.part) || isContested(part)
        // Still readable.
        case .retracted: return true
        }
    }

    /// - Parameter twins: parts that are not shown since another one says the same, with that one.
    private func items(
        _ parts: [PartView], of member: String, _ twins: [Part: Part], in draft: inout PartDraft
    ) -> [R4Value] {
        var found: [FoundItem] = []
        for part in parts {
            let isBackbone = R4Types.isBackbone(part.part.kind)
            let isOpen = isContested(part) || open.contains(part.part)
            if !isBackbone, part.presence == .retracted, !isOpen {
                // R4 allows nothing there that says so.
                for element in part.elements {
                    let subject = SiblingExtension.Subject(
                        part: part.part, facet: element.element.facet)
                    draft.extensions.append(
                        writer.written(
                            .retracted, subject,
                            element.siblings.map {
                                writer.sibling($0, of: part.part, element.element.facet)
                            }))
                }
                draft.note(.told(part.part))
                continue
            }
            var inner = self.draft(of: part)
            var isNamed = isBackbone || part.part.kind.hasPrefix("Patient.")
            if !isBackbone {
                draft.modifiers += inner.modifiers
                isNamed = isNamed || !inner.modifiers.isEmpty
                inner.modifiers = []
                if inner.hasNoMembers {
                    draft.extensions += inner.extensions
                    draft.note(.told(part.part))
                    continue
                }
            }
            if inner.hasNoMembers, inner.extensions.isEmpty, inner.modifiers.isEmpty { continue }
            found.append(FoundItem(part: part.part, draft: inner, isNamed: isNamed))
        }
        let items = named(found)
        for (number, item) in items.enumerated() {
            let id = item.isNamed ? item.part.entity : nil
            draft.note(.item(item.draft, member: member, number: number, id: id))
        }
        for (part, twin) in twins { draft.note(.twin(part, of: twin)) }
        return items.map(\.finished)
    }

    /// An item of a list, and whether it carries its id.
    private struct FoundItem {
        let part: Part
        let draft: PartDraft
        var isNamed: Bool

        var finished: R4Value {
            draft.finished(
                named: isNamed ? [R4Member("id", .text(part.entity.description))] : [])
        }
    }

    /// Plain references, codes and notes are found again by what they say; only those that say the
    /// same, or that something else points at, need an id.
    private func named(_ found: [FoundItem]) -> [FoundItem] {
        let plain = found.map { $0.draft.finished(named: []) }
        var counts: [R4Value: Int] = [:]
        for item in plain { counts[item, default: 0] += 1 }
        return zip(found, plain).map { item, plain in
            var item = item
            item.isNamed = item.isNamed || counts[plain, default: 0] > 1
            return item
        }
    }

    /// Entities that came without ids in several whole versions are matched by equal content, and
    /// shown once: twice would be two live doses.
    ///
    /// - Returns: those that are shown, and of the others the one that says the same.
    private func once(_ parts: [PartView]) -> (shown: [PartView], twins: [Part: Part]) {
        var shown: [[UInt8]: [Part]] = [:]
        var counts: [[UInt8]: [HeadName: Int]] = [:]
        var twins: [Part: Part] = [:]
        let left = parts.filter { part in
            guard part.presence == .present, conflicts[part.part] == nil,
                // The version of ids that follow from where something stood (RFC 9562 §5.8).
                part.part.entity.bits.high >> 12 & 0xF == 8,
                let origin = origin(of: part)
            else { return true }
            let content = content(of: part)
            let count = counts[content]?[origin] ?? 0
            counts[content, default: [:]][origin] = count + 1
            if let known = shown[content], count < known.count {
                twins[part.part] = known[count]
                return false
            }
            shown[content, default: []].append(part.part)
            return true
        }
        return (left, twins)
    }

    /// The one change that wrote all of a part; `nil` if there are several, or if something of it
    /// cannot be read: nobody knows that to be equal to anything.
    func origin(of part: PartView) -> HeadName? {
        let contents = part.elements.flatMap { $0.siblings.map(\.content) }
        guard contents.allSatisfy({ $0.value != nil }) else { return nil }
        var heads = heads(of: part)
        for inner in held[part.part] ?? [] {
            guard let view = views[inner], view.presence == .present,
                let head = origin(of: view)
            else { return nil }
            heads.insert(head)
        }
        return heads.count == 1 ? heads.first : nil
    }

    func content(of part: PartView) -> [UInt8] {
        var bytes: [UInt8] = []
        for element in part.elements {
            bytes += Array("\(element.element.facet)\n".utf8)
            for sibling in element.siblings { bytes += sibling.content.value ?? [] }
            bytes.append(UInt8(ascii: "\n"))
        }
        for inner in (held[part.part] ?? []).compactMap({ views[$0] }) {
            bytes += Array("\(inner.part.kind)\n".utf8) + content(of: inner)
        }
        return bytes
    }
}
