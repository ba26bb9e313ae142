import CareRecord

@testable import ConflictResolver

/// What must hold of the companions of every resource, looked at from outside.
struct CompanionCheck {
    private let history: ResourceHistory
    private let view: ResourceView
    private let resource: ProjectionTree
    private let companions: [Companion]
    private let trees: [ProjectionTree]
    /// What the Provenances point at.
    private let paths: Set<String>
    private let elementIDs: Set<String>

    /// The first thing that is wrong; `nil` if nothing is.
    static func problem(_ history: ResourceHistory) -> String? {
        guard let view = history.view() else { return nil }
        let companions = history.companions(of: view)
        let trees = companions.compactMap { ProjectionTree($0.json) }
        guard trees.count == companions.count else { return "not JSON" }
        guard let resource = ProjectionTree(history.projected(view).json) else { return "resource" }
        let check = CompanionCheck(history, view, resource, companions, trees)
        return check.form() ?? check.required() ?? check.writers() ?? check.shown()
            ?? check.conflicts()
    }

    private init(
        _ history: ResourceHistory, _ view: ResourceView, _ resource: ProjectionTree,
        _ companions: [Companion], _ trees: [ProjectionTree]
    ) {
        self.history = history
        self.view = view
        self.resource = resource
        self.companions = companions
        self.trees = trees
        let pointers = trees.filter { $0["resourceType"]?.string == "Provenance" }
            .flatMap { $0["target"]?.items ?? [] }.flatMap { $0["extension"]?.items ?? [] }
        paths = Set(pointers.compactMap { $0["valueString"]?.string })
        elementIDs = Set(pointers.compactMap { $0["valueUri"]?.string })
    }

    private var root: Part { view.root.part }
    private var reference: String { "\(root.kind)/\(root.entity)" }

    private func of(_ kind: Companion.Kind) -> [ProjectionTree] {
        zip(companions, trees).filter { $0.0.kind == kind }.map(\.1)
    }

    // MARK: - R4

    private func form() -> String? {
        let order = companions.map { ($0.kind.rawValue, $0.id) }
        guard zip(order, order.dropFirst()).allSatisfy({ $0 < $1 }) else { return "order" }
        guard Set(companions.map(\.id)).count == companions.count else { return "an id twice" }
        for (companion, tree) in zip(companions, trees) {
            let id = tree["id"]?.string ?? ""
            let isID = id.utf8.allSatisfy { byte in
                byte == 0x2D || byte == 0x2E || (0x30...0x39).contains(byte)
                    || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            }
            guard isID, (1...64).contains(id.count), id == companion.id.description else {
                return "id \(id)"
            }
            guard tree["resourceType"]?.string == companion.kind.resourceType,
                companion.implicated == root.entity, companion.implicatedType == root.kind
            else { return "type of \(id)" }
            if Self.isEmpty(tree) { return "something empty in \(companion.kind)" }
        }
        return nil
    }

    /// ele-1: what is there says something.
    private static func isEmpty(_ tree: ProjectionTree) -> Bool {
        switch tree {
        case .object(let members): members.isEmpty || members.values.contains(where: isEmpty)
        case .list(let items): items.isEmpty || items.contains(where: isEmpty)
        case .text(let text): text.isEmpty
        case .null: true
        default: false
        }
    }

    private static let requiredMembers = [
        "Provenance": ["target", "agent"], "DetectedIssue": ["status"],
        "Task": ["status", "intent"], "Flag": ["status", "code", "subject"],
    ]

    private func required() -> String? {
        for tree in trees {
            let type = tree["resourceType"]?.string ?? ""
            for name in Self.requiredMembers[type] ?? ["?"] where tree[name] == nil {
                return "\(type) without \(name)"
            }
            guard type == "Provenance" else { continue }
            if tree["recorded"] == nil, tree["_recorded"] == nil { return "no recorded" }
            let hasAll = (tree["agent"]?.items ?? []).allSatisfy { $0["who"] != nil }
            guard hasAll else { return "an agent is nobody" }
            for entity in tree["entity"]?.items ?? [] {
                guard entity["role"]?.string == "revision",
                    entity["what"]?["identifier"]?["value"] != nil,
                    entity["what"]?["reference"] == nil
                else { return "entity" }
            }
            let targets = tree["target"]?.items ?? []
            guard targets.allSatisfy({ $0["reference"]?.string == reference }) else {
                return "target"
            }
            if Set(targets).count < targets.count { return "a target twice" }
        }
        return nil
    }

    // MARK: - S10

    private var eventsWithProvenance: [String] {
        of(.provenance).compactMap { $0.value(in: "event") }
    }

    /// Every head of what is shown has one Provenance, and each is of an event that is held.
    private func writers() -> String? {
        let events = eventsWithProvenance
        guard events.count == of(.provenance).count else { return "a Provenance of nothing" }
        guard Set(events).count == events.count else { return "an event twice" }
        let ids = Set(resource.objects.compactMap { $0["id"]?.string })
        for part in view.parts
        where part.part == root || ids.contains(part.part.entity.description) {
            let heads = part.elements.filter { $0.element.facet != .presentation }
                .flatMap { $0.siblings.flatMap(\.heads) }
            for head in heads where !events.contains(head.event.description) {
                return "no Provenance of \(head)"
            }
        }
        let held = Dictionary(grouping: history.changes.values) { $0.name.event.description }
        for tree in of(.provenance) {
            let changes = held[tree.value(in: "event") ?? ""] ?? []
            let authors = Set(changes.map(\.author.practitioner))
            guard authors.contains(tree["agent"]?[0]?["who"]?["display"]?.string ?? "") else {
                return "who wrote"
            }
        }
        return nil
    }

    /// Everything that stands in the resource is pointed at.
    private func shown() -> String? {
        if EntityShape.of(resourceType: root.kind).isOneValue {
            let isWhole = of(.provenance).contains { tree in
                (tree["target"]?.items ?? []).contains { $0["extension"] == nil }
            }
            return isWhole ? nil : "nobody wrote the resource"
        }
        return missing(in: resource, at: root.kind, root.kind)
    }

    private func missing(in object: ProjectionTree, at path: String, _ kind: String) -> String? {
        guard let shape = EntityShape.of(resourceType: root.kind).shape(of: kind) else {
            return nil
        }
        for (name, value) in object.members.sorted(by: { $0.key < $1.key }) {
            let base = name.hasPrefix("_") ? String(name.dropFirst()) : name
            if isComputed(base, value) { continue }
            if let inner = shape.inner(of: name), !value.items.isEmpty {
                for (index, item) in value.items.enumerated() {
                    let place = "\(path).\(name)[\(index)]"
                    if let problem = missing(item: item, at: place, inner.shape) { return problem }
                }
            } else if shape.isOpened(name), !value.members.isEmpty {
                for (inner, value) in value.members where !isComputed(inner, value) {
                    let base = inner.hasPrefix("_") ? String(inner.dropFirst()) : inner
                    guard isPointedAt("\(path).\(name).\(base)") else {
                        return "\(path).\(name).\(base) has no Provenance"
                    }
                }
            } else if !isPointedAt("\(path).\(base)") {
                return "\(path).\(base) has no Provenance"
            }
        }
        return nil
    }

    private func missing(
        item: ProjectionTree, at path: String, _ shape: EntityShape
    ) -> String? {
        if let id = item["id"]?.string {
            // What was met only as a holder is what it holds.
            let isSaid = view.parts.contains { $0.part.entity.description == id }
            if isSaid, !elementIDs.contains(id) { return "\(path) has no Provenance" }
        } else if !paths.contains(where: { $0 == path || $0.hasPrefix(path + ".") }) {
            return "\(path) has no Provenance"
        }
        guard shape.facets.first?.facet != .item else { return nil }
        return missing(in: item, at: path, shape.entityType)
    }

    /// A choice of types is told without the type.
    private func isPointedAt(_ path: String) -> Bool {
        paths.contains(path)
            || paths.contains { choice in
                path.hasPrefix(choice) && path.dropFirst(choice.count).first?.isUppercase == true
            }
    }

    /// What the projection itself put there.
    private func isComputed(_ name: String, _ value: ProjectionTree) -> Bool {
        let absent = ProjectionTree(R4Value.absent.bytes)
        if value == absent || value == absent.map({ .list([$0]) }) { return true }
        switch name {
        case "id", "resourceType": return true
        case "text": return value["div"]?.string?.hasPrefix(DisputedNarrative.opening) ?? false
        case "meta": return value.without("tag").members.isEmpty
        case "status", "lifecycleStatus", "verificationStatus":
            return value == .text("unknown") || "\(value)".contains("entered-in-error")
        case "extension", "modifierExtension":
            return value.items.allSatisfy {
                $0["url"]?.string?.hasPrefix(AccordExtension.base) ?? false
            }
        default: return false
        }
    }

    // MARK: - Conflicts

    private func conflicts() -> String? {
        let (issues, tasks, flags) = (of(.detectedIssue), of(.task), of(.flag))
        guard issues.count == view.conflicts.count, tasks.count == issues.count else {
            return "\(issues.count) issues and \(tasks.count) tasks of \(view.conflicts.count)"
        }
        let hasSubject = CompanionSubject(of: view) != nil
        let urgent = hasSubject ? view.conflicts.filter { $0.conflictClass == .urgent }.count : 0
        guard flags.count == urgent else { return "\(flags.count) flags" }
        for conflict in view.conflicts {
            func isMeant(_ tree: ProjectionTree) -> Bool {
                tree["identifier"]?[0]?["value"]?.string == conflict.id.description
            }
            let found = (issues.filter(isMeant), tasks.filter(isMeant))
            guard found.0.count == 1, found.1.count == 1 else { return "not one issue and task" }
            let (issue, task) = (found.0[0], found.1[0])
            let severity = ["F": "low", "H": "moderate", "U": "high"]
            guard issue["severity"]?.string == severity[conflict.conflictClass.letter],
                issue["implicated"]?[0]?["reference"]?.string == reference
            else { return "issue" }
            let focus = "DetectedIssue/\(issue["id"]?.string ?? "")"
            guard task["focus"]?["reference"]?.string == focus else { return "focus" }
            let evidence = issue["evidence"]?[0]?["detail"]?.items.map { $0["reference"]?.string }
            let writers = of(.provenance).filter { tree in
                conflict.heads.contains { $0.event.description == tree.value(in: "event") }
            }
            let expected = writers.map { "Provenance/\($0["id"]?.string ?? "")" }
            guard Set(evidence ?? []) == Set(expected),
                writers.count == Set(conflict.heads.map(\.event)).count
            else { return "evidence" }
        }
        return nil
    }
}

extension ProjectionTree {
    /// The text of an extension of ours.
    func value(in name: String) -> String? {
        parts(AccordExtension.base + name).first?["valueString"]?.string
    }
}
