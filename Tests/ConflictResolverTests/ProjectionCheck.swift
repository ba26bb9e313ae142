import CareRecord

@testable import ConflictResolver

/// What must hold of every projection, looked at from outside: S2, S5 and R4.
struct ProjectionCheck {
    private let view: ResourceView
    private let projected: ProjectedResource
    private let tree: ProjectionTree
    private let root: Part
    private let isWarning: Bool

    /// The first thing that is wrong; `nil` if nothing is.
    ///
    /// - Parameter isR4: whether what was written keeps R4, so that the projection must.
    static func problem(
        _ view: ResourceView, _ projected: ProjectedResource, isR4: Bool = true
    ) -> String? {
        guard let tree = ProjectionTree(projected.json) else { return "not JSON" }
        let check = ProjectionCheck(
            view: view, projected: projected, tree: tree, root: view.root.part,
            isWarning: WarningRule.isWarning(view))
        return check.marks() ?? check.partProblems() ?? (isR4 ? R4Check.problem(tree) : nil)
    }

    private func marks() -> String? {
        let isDisputed = view.conflicts.contains { $0.conflictClass >= .human }
        guard projected.isDisputed == isDisputed else { return "isDisputed" }
        let codes = tree["meta"]?["tag"]?.items.map { $0["code"]?.string } ?? []
        let isTagged = codes.contains("unresolved-conflict")
        if isDisputed, !isTagged { return "no tag" }
        if isTagged, !isDisputed, !isWarning { return "a tag without conflict" }
        let div = tree["text"]?["div"]?.string ?? ""
        if isDisputed, !div.contains("<p>DISPUTED") { return "no narrative" }
        if isWarning, tree.modifiers.contains(where: { isOurs($0, .disputed) }) {
            return "a warning that may be skipped"
        }
        return nil
    }

    private func isOurs(_ tree: ProjectionTree, _ name: AccordExtension) -> Bool {
        tree["url"]?.string == name.url
    }

    // MARK: - Parts

    private func partProblems() -> String? {
        for part in view.parts where isShown(part.part) {
            for element in part.elements where element.element.facet != .presentation {
                if let problem = missing(element, of: part) { return problem }
            }
            if part.part == root || !objects(with: part.part).isEmpty {
                if let problem = invented(in: part) { return problem }
            }
        }
        return nil
    }

    /// What ended, with what it holds, need not be shown; what is open in it must be.
    private func isShown(_ part: Part) -> Bool {
        var next: Part? = part
        while let part = next {
            if part != root, view.part(part)?.presence == .ended {
                return view.conflicts.contains {
                    $0.conflictClass >= .human && $0.element.part == part
                }
            }
            next = part.holder(in: root)
        }
        return true
    }

    private func objects(with part: Part) -> [ProjectionTree] {
        if part == root { return [tree] }
        let name = part.kind.split(separator: ".").last.map(String.init) ?? ""
        let holders = part.holder(in: root).map { objects(of: $0) } ?? []
        return holders.flatMap { $0[name]?.items ?? [] }
            .filter { $0["id"]?.string == part.entity.description }
    }

    /// The objects that a part may be: it itself, or all without an id.
    private func objects(of part: Part) -> [ProjectionTree] {
        let own = objects(with: part)
        if !own.isEmpty || part == root { return own }
        let name = part.kind.split(separator: ".").last.map(String.init) ?? ""
        let holders = part.holder(in: root).map { objects(of: $0) } ?? []
        return holders.flatMap { $0[name]?.items ?? [] }
    }

    private func extensions(about element: ElementView) -> [ProjectionTree] {
        let name = "\(element.element.part.kind)/\(element.element.facet)"
        return tree.objects.filter { object in
            object["url"]?.string?.hasPrefix(AccordExtension.base) == true
                && object.value("element")?.string == name
                && object.value("entity")?.string == element.element.part.entity.description
        }
    }

    /// S5, and nothing is hidden: every value of every head is there, with who wrote it if several
    /// differ.
    private func missing(_ element: ElementView, of part: PartView) -> String? {
        let found = extensions(about: element)
        let name = "\(part.part.kind)/\(element.element.facet)"
        if element.isDisputed {
            let all = found.filter { object in
                isOurs(object, .disputed)
                    && ["siblings", "disputed-stop"].contains(object.value("kind")?.string)
            }
            guard let disputed = all.first else { return "\(name) is disputed and not marked" }
            let siblings = disputed.parts("sibling")
            guard siblings.count == element.siblings.count else { return "siblings of \(name)" }
            for (sibling, written) in zip(element.siblings, siblings) {
                let events = written.parts("written").compactMap { $0.value("event")?.string }
                guard events == sibling.heads.map(\.event.description) else {
                    return "writers of \(name)"
                }
                if let value = sibling.content.value,
                    written.said(as: part.part.kind) ?? .object([:]) != ProjectionTree(value)
                {
                    return "a value of \(name)"
                }
            }
        }
        let said = found.flatMap { $0.parts("sibling") }.compactMap { $0.said(as: part.part.kind) }
        let places =
            objects(of: part.part) + said + said.flatMap { $0["detail"].map { [$0] } ?? [] }
        for sibling in element.siblings {
            guard let value = sibling.content.value.flatMap({ ProjectionTree($0) }) else {
                if found.isEmpty { return "\(name) cannot be read and is not marked" }
                continue
            }
            for (member, content) in value.members {
                let isIdentity = content == .text(part.part.entity.description)
                if member == "id", isIdentity { continue }
                guard places.contains(where: { holds($0, member, content, said) }) else {
                    return "\(member) of \(name) is hidden"
                }
            }
        }
        return nil
    }

    private func holds(
        _ place: ProjectionTree, _ member: String, _ content: ProjectionTree,
        _ said: [ProjectionTree]
    ) -> Bool {
        if plain(place[member], member) == content { return true }
        // A list that was empty is not, once something was added.
        if content == .list([]), case .list = place[member] { return true }
        guard member == "detail" else { return false }
        let details = ([place] + said).compactMap { $0["detail"] }
        return content.members.allSatisfy { name, value in
            details.contains { $0[name] == value }
        }
    }

    /// A list of extensions without those that the projection added.
    private func plain(_ value: ProjectionTree?, _ member: String) -> ProjectionTree? {
        guard member == "extension" || member == "modifierExtension", let value,
            case .list(let items) = value
        else { return value }
        let own = items.filter { $0["url"]?.string?.hasPrefix(AccordExtension.base) != true }
        return own.isEmpty && !items.isEmpty ? nil : .list(own)
    }

    // MARK: - S2

    /// A value that nobody wrote, or values of one facet that nobody wrote together.
    private func invented(in part: PartView) -> String? {
        let shape =
            EntityShape.of(resourceType: root.kind).shape(of: part.part.kind)
            ?? EntityShape(part.part.kind, [])
        for object in objects(with: part.part) {
            var groups: [Facet: [(MemberPath, String, ProjectionTree)]] = [:]
            for (name, value) in object.members {
                let base = name.hasPrefix("_") ? String(name.dropFirst()) : name
                if ["id", "resourceType", "meta", "text"].contains(name) { continue }
                if shape.inner(of: name) != nil, case .list = value { continue }
                if shape.isOpened(name), case .object(let members) = value {
                    for (inner, value) in members {
                        let base = inner.hasPrefix("_") ? String(inner.dropFirst()) : inner
                        let path = MemberPath(outer: name, name: base)
                        groups[shape.facet(of: path), default: []].append((path, inner, value))
                    }
                } else if let value = plain(value, name) {
                    let path = MemberPath(outer: nil, name: base)
                    groups[shape.facet(of: path), default: []].append((path, name, value))
                }
            }
            for (facet, group) in groups {
                let values = group.filter { !isStand($0.0, $0.2, part) }
                if values.isEmpty { continue }
                let element = part.element(facet)
                guard isSaid(values, by: element) else {
                    return "\(part.part.kind)/\(facet) is new"
                }
            }
        }
        return nil
    }

    private func isStand(_ path: MemberPath, _ value: ProjectionTree, _ part: PartView) -> Bool {
        let absent = ProjectionTree(R4Value.absent.bytes)
        if value == absent || value == absent.map({ .list([$0]) }) { return true }
        let requirements = R4Requirements.of(part.part.kind)
        if value == .text("unknown") {
            return requirements.members.contains { $0.path == path && $0.stand == .unknown }
        }
        guard let status = requirements.status, status.path == path, part.presence == .retracted
        else { return false }
        return value == ProjectionTree(status.enteredInError.bytes)
    }

    private func isSaid(
        _ values: [(MemberPath, String, ProjectionTree)], by element: ElementView?
    ) -> Bool {
        guard let element else { return false }
        func says(_ sibling: ElementView.Sibling) -> Bool {
            guard let said = sibling.content.value.flatMap({ ProjectionTree($0) }) else {
                return false
            }
            return values.allSatisfy { path, name, value in
                (path.outer.map { said[$0]?[name] } ?? said[name]) == value
            }
        }
        if isWarning { return element.siblings.contains(where: says) }
        if element.element.facet == .presentation {
            return element.siblings.first { $0.content.value != nil }.map(says) ?? false
        }
        guard element.isDisputed else { return element.siblings.first.map(says) ?? false }
        let names = Set(values.map(\.1))
        return names.isSubset(of: ["contained", "identifier", "intent", "patient", "subject"])
            && element.siblings.allSatisfy(says)
    }
}
