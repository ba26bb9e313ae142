import CareRecord

/// Which heads are shown in a resource's projection, and where.
struct ShownFacets {
    /// A head with what of the resource it stands for.
    struct Showing {
        let subject: CompanionID.Subject
        /// A `Reference` to the resource, with what points at the facet.
        let target: R4Value
    }

    private let history: ResourceHistory
    private let view: ResourceView
    private let places: [Part: PartPlace]
    private let isDisputed: Bool

    init(_ history: ResourceHistory, _ view: ResourceView, _ projector: ResourceProjector) {
        self.history = history
        self.view = view
        places = projector.places()
        isDisputed = projector.isDisputed
    }

    /// Every head of everything that is shown: the parts in view order, of each first whether it is
    /// there, then its elements ascending by facet.
    var all: [Showing] {
        view.parts.flatMap { part -> [Showing] in
            guard let place = places[part.part] else { return [] }
            let presence = PartElement(part: part.part, facet: .existence)
            let own = target(at: place, [])
            return history.heads(.existence, of: part.part).map { head in
                Showing(
                    subject: CompanionID.Subject(element: presence, head: head.name), target: own)
            } + part.elements.flatMap { showings(of: $0, at: place) }
        }
    }

    private func showings(of element: ElementView, at place: PartPlace) -> [Showing] {
        let isPresentation =
            element.element.facet == .presentation && element.element.part == view.root.part
        let first = element.siblings.first { $0.content.value != nil }
        return element.siblings.flatMap { sibling -> [Showing] in
            var paths = paths(of: sibling, element, at: place)
            if isPresentation, let value = sibling.content.value {
                if sibling != first { paths.removeAll { !$0.hasSuffix(".meta") } }
                // Another version's narrative and language are not shown anywhere.
                if paths.isEmpty, isDropped(value) { return [] }
            }
            let target = target(at: place, paths)
            return sibling.heads.map { head in
                Showing(
                    subject: CompanionID.Subject(element: element.element, head: head),
                    target: target)
            }
        }
    }

    /// Whether how a version is to be shown has no place in a resource that is shown otherwise.
    private func isDropped(_ value: [UInt8]) -> Bool {
        let names = (WrittenObject(value)?.members ?? []).map(\.base)
        return names.allSatisfy { ["language", "meta", "text"].contains($0) }
    }

    /// The whole resource.
    var resource: R4Value { target(at: nil, []) }

    private func target(at place: PartPlace?, _ paths: [String]) -> R4Value {
        let root = view.root.part
        var pointers: [R4Value] = []
        if let id = place?.elementID {
            pointers.append(
                .extension(CompanionTerms.targetElement, "uri", .text(id.description)))
        }
        var paths = paths
        if paths.isEmpty, place?.elementID == nil, let path = place?.path, path != root.kind {
            paths = [path]
        }
        pointers += paths.map { .extension(CompanionTerms.targetPath, "string", .text($0)) }
        let reference = R4Member("reference", .text("\(root.kind)/\(root.entity)"))
        guard !pointers.isEmpty else { return .object([reference]) }
        return .object([R4Member("extension", .list(pointers)), reference])
    }

    /// The paths of the members that a value has, ascending; none if it is shown elsewhere, as by
    /// an extension of the part.
    private func paths(
        of sibling: ElementView.Sibling, _ element: ElementView, at place: PartPlace
    ) -> [String] {
        guard let object = sibling.content.value.flatMap({ WrittenObject($0) }) else { return [] }
        let kind = element.element.part.kind
        let shape = EntityShape.of(resourceType: view.root.part.kind).shape(of: kind)
        // What is one value, is so under whatever names.
        guard let shape, element.element.facet != .item else { return [] }
        var found: Set<String> = []
        for member in object.members {
            if shape.isOpened(member.base), let inner = member.object {
                for name in inner.members.map(\.base) {
                    found.formUnion(path(of: MemberPath(outer: member.base, name: name), element))
                }
            } else {
                found.formUnion(path(of: MemberPath(outer: nil, name: member.base), element))
            }
        }
        return found.sorted().map { "\(place.path).\($0)" }

        /// The path if the member stands there, or would if nobody disputed it.
        func path(of member: MemberPath, _ element: ElementView) -> [String] {
            guard shape.facet(of: member) == element.element.facet,
                element.isDisputed || place.members.contains(member)
            else { return [] }
            // Of a disputed resource the narrative is the node's own.
            if isDisputed, element.element.facet == .presentation, member.name == "text" {
                return []
            }
            return Self.path(of: member, in: kind).map { [$0] } ?? []
        }
    }

    private static func path(of member: MemberPath, in kind: String) -> String? {
        let types = R4Types.of(member.outer.map { "\(kind).\($0)" } ?? kind)
        let name = types?.pathName(of: member.name) ?? member.name
        guard [member.outer ?? name, name].allSatisfy(isName) else { return nil }
        return member.outer.map { "\($0).\(name)" } ?? name
    }

    /// Whether a path can have it as it is (FHIRPath, *identifier*).
    private static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isLetter(_ byte: UInt8) -> Bool {
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }
}
