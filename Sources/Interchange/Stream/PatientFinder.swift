import StrictJSON

/// Finds the patient that one resource of a unit belongs to.
struct PatientFinder {
    let document: JSONDocument
    /// Types of the unit's entries, by position.
    let types: [String]

    /// The patient, or why there is none.
    enum Finding {
        /// The one patient that the resource names.
        case home(HomeDraft)
        /// No patient, or several where several are allowed.
        case none
        /// Subjects that contradict each other; the path of the second.
        case disagreement(JSONNode, path: String)
    }

    /// Looks at the subject of the resource and, if it names no patient, at its mentions.
    ///
    /// `subject` and `patient` are read in every type, also where R4 has only one of them: a
    /// resource that names two patients in them is nobody's.
    func find(
        in resource: JSONNode, type: String, at position: Int,
        identities: inout EntryIdentities
    ) -> Finding {
        guard let paths = PatientPaths.paths(of: type) else { return .none }
        var found: HomeDraft?
        for step in paths.subjects {
            guard let node = document.member(step, of: resource) else { continue }
            var several = false
            for reference in objects(of: node) {
                guard
                    let home = home(
                        reference, isSubject: true, at: position, identities: &identities)
                else { continue }
                guard let earlier = found, earlier != home else {
                    found = home
                    continue
                }
                guard paths.ownerRepeats, step.description == paths.owner?.description else {
                    return .disagreement(node, path: "\(step)")
                }
                several = true
            }
            if several { return .none }
        }
        if let found { return .home(found) }
        return mention(in: resource, paths: paths, at: position, identities: &identities)
    }

    private func mention(
        in resource: JSONNode, paths: PatientPaths, at position: Int,
        identities: inout EntryIdentities
    ) -> Finding {
        for path in paths.mentions {
            var homes: [HomeDraft] = []
            for reference in references(at: path, of: resource) {
                guard
                    let home = home(
                        reference, isSubject: false, at: position, identities: &identities),
                    !homes.contains(home)
                else { continue }
                homes.append(home)
                if homes.count > 1 { return .none }
            }
            if let home = homes.first { return .home(home) }
        }
        return .none
    }

    /// The patient that one Reference object names; `nil` if it names something else or nothing.
    private func home(
        _ reference: JSONNode, isSubject: Bool, at position: Int,
        identities: inout EntryIdentities
    ) -> HomeDraft? {
        let typeNode = document.member("type", of: reference)
        let isOther = typeNode.map { !document.stringEquals($0, "Patient") } ?? false
        guard let node = document.member("reference", of: reference),
            let text = document.string(node)
        else {
            guard !isOther, isSubject || typeNode != nil else { return nil }
            return logicalHome(reference)
        }
        guard let draft = identities.resolve(text, of: position) else { return nil }
        switch draft {
        case .entry(let index): return types[index] == "Patient" ? .patientEntry(index) : nil
        case .literal(let type, _, _): return type == "Patient" ? .patientReference(draft) : nil
        case .conditional(let query):
            return query.type == "Patient" ? .patientReference(draft) : nil
        case .urn, .other:
            // Who a subject is must be known; a mention of somebody unknown says nothing.
            return isSubject && !isOther ? .patientReference(draft) : nil
        }
    }

    /// A subject named by identifier only (R4 `references.html`, logical references) is the
    /// patient with that identifier.
    private func logicalHome(_ reference: JSONNode) -> HomeDraft? {
        guard let node = document.member("identifier", of: reference),
            let identifier = IdentifierDraft(node, of: document), let system = identifier.system
        else { return nil }
        let parameter = ConditionalReference.Parameter(
            name: "identifier",
            value: Self.searchText(system) + "|" + Self.searchText(identifier.value))
        return .patientReference(
            .conditional(ConditionalReference(type: "Patient", parameters: [parameter])))
    }

    /// Escapes what has a meaning in a search value (FHIR R4 `search.html` §3.1.1.4.0.1).
    private static func searchText(_ text: String) -> String {
        var output = ""
        for character in text.unicodeScalars {
            if character == "\\" || character == "," || character == "|" || character == "$" {
                output.unicodeScalars.append("\\")
            }
            output.unicodeScalars.append(character)
        }
        return output
    }

    /// The node, or its items if it is an array.
    private func objects(of node: JSONNode) -> [JSONNode] {
        node.kind == .array ? Array(document.items(of: node)) : [node]
    }

    private func references(at path: [PatientPaths.Step], of resource: JSONNode) -> [JSONNode] {
        var level = [resource]
        for step in path {
            level = level.flatMap { node in
                document.member(step, of: node).map { objects(of: $0) } ?? []
            }
        }
        return level
    }
}
