import StrictJSON

/// The Parameters resource that an operation takes (FHIR R4 `parameters.html`): texts by name.
struct FHIRParameters {
    private var texts: [String: [String]] = [:]

    /// - Parameter known: the names that the operation takes; each at most once.
    /// - Throws: 400 for what is no Parameters resource of texts, 422 for other names.
    init(_ body: [UInt8], known: Set<String>) throws(FHIRFailure) {
        guard let document = Self.document(body), document.root.kind == .object,
            let type = document.member("resourceType", of: document.root),
            document.string(type) == "Parameters"
        else {
            throw FHIRFailure(
                status: 400, code: .structure,
                diagnostics: "The body is no Parameters resource. Send one as JSON.")
        }
        let list = document.member("parameter", of: document.root)
        for item in list.map({ Array(document.items(of: $0)) }) ?? [] {
            guard let name = document.member("name", of: item).flatMap({ document.string($0) }),
                known.contains(name)
            else {
                throw FHIRFailure(
                    status: 422, code: .notSupported,
                    diagnostics: "A parameter is not one that this operation takes. Send "
                        + known.sorted().joined(separator: ", ") + ".",
                    expression: "Parameters.parameter")
            }
            guard let text = Self.text(of: item, document) else {
                throw FHIRFailure(
                    status: 400, code: .value,
                    diagnostics: "The parameter `\(name)` has no text. Send it as `valueString`.",
                    expression: "Parameters.parameter")
            }
            texts[name, default: []].append(text)
        }
    }

    /// The text of a parameter.
    ///
    /// - Throws: 422 if it is missing or given twice.
    func text(_ name: String) throws(FHIRFailure) -> String {
        let found = texts[name] ?? []
        guard found.count == 1 else {
            throw FHIRFailure(
                status: 422, code: .required,
                diagnostics:
                    "The parameter `\(name)` is \(found.isEmpty ? "missing" : "given twice"). "
                    + "Send it once.",
                expression: "Parameters.parameter")
        }
        return found[0]
    }

    /// A value of one of the types that hold a text, or an Identifier's value.
    private static func text(of item: JSONNode, _ document: JSONDocument) -> String? {
        for type in ["String", "Code", "Id", "Uuid", "Markdown"] {
            if let node = document.member(named: "value" + type, of: item) {
                return document.string(node)
            }
        }
        let identifier = document.member("valueIdentifier", of: item)
        return identifier.flatMap { document.member("value", of: $0) }
            .flatMap { document.string($0) }
    }

    private static func document(_ bytes: [UInt8]) -> JSONDocument? {
        do {
            return try JSONDocument(bytes, limits: .importFile)
        } catch {
            return nil
        }
    }
}
