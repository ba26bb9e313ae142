import AuditTrail

/// What a client asks for: one case for each interaction that works (FHIR R4 `http.html`).
enum FHIRInteraction: Sendable, Hashable {
    /// What works here.
    case capabilities
    /// The present version of a resource.
    case read(type: String, id: String)
    /// One version of it.
    case vread(type: String, id: String, version: String)
    /// Its versions.
    case history(type: String, id: String)
    /// A new resource.
    case create(type: String)
    /// A new resource with an id that the client chose.
    case update(type: String, id: String)
    /// A resource that should never have existed.
    case delete(type: String, id: String)
    /// Several of these at once.
    case bundle
    /// The one resource that a query finds, or a new one.
    case conditionalUpdate(type: String)
    /// The one resource that a query finds, as one that should never have existed.
    case conditionalDelete(type: String)
    /// What is computed beside a resource: who wrote what of it, and what waits for somebody.
    case companions(type: String, id: String)
    /// The open conflicts of a resource with what may be decided.
    case conflicts(type: String, id: String)
    /// What a person decided about one of them.
    case resolve(type: String, id: String)

    /// The name of the interaction; the pattern of the route in logs and audit entries.
    var name: String {
        switch self {
        case .capabilities: "capabilities"
        case .read: "read"
        case .vread: "vread"
        case .history: "history-instance"
        case .create: "create"
        case .update: "update"
        case .delete: "delete"
        case .bundle: "transaction"
        case .conditionalUpdate: "update"
        case .conditionalDelete: "delete"
        case .companions: "$companions"
        case .conflicts: "$conflicts"
        case .resolve: "$resolve"
        }
    }

    /// The kinds of audit entries that it writes; none for what shows nothing of a patient. There is
    /// no default: a new interaction has to say.
    var auditKinds: [AuditKind] {
        switch self {
        case .capabilities: []
        case .read, .vread, .history, .companions, .conflicts: [.read]
        // What was found instead of made is shown, and beside what was changed what others wrote.
        case .create, .update, .conditionalUpdate, .bundle: [.write, .read]
        case .delete, .conditionalDelete: [.write]
        // The answer shows what is left.
        case .resolve: [.resolve, .read]
        }
    }

    /// Reads a request line. The base may have a slash behind it; HEAD is a GET without its body.
    ///
    /// - Throws: 404 for what is nowhere, 405 for what works under other methods only.
    static func find(
        method: String, path: Substring
    ) throws(FHIRFailure) -> FHIRInteraction {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var words = Array(parts.dropFirst(2))
        guard parts.count >= 2, parts[0].isEmpty, parts[1] == "fhir" else { throw unknown }
        if words.last == "" { words.removeLast() }
        let offered = try interactions(at: words)
        let asked = method == "HEAD" ? "GET" : method
        if let found = offered.first(where: { $0.method == asked }) { return found.interaction }
        let methods = offered.map(\.method).flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }
        throw FHIRFailure(
            status: 405, code: .notSupported,
            diagnostics:
                "This is not done here with this method. See GET /fhir/metadata for what is.",
            fields: [("Allow", methods.joined(separator: ", "))])
    }

    private static func interactions(
        at words: [String]
    ) throws(FHIRFailure) -> [(method: String, interaction: FHIRInteraction)] {
        guard let type = words.first else { return [("POST", .bundle)] }
        if words == ["metadata"] { return [("GET", .capabilities)] }
        guard R4ResourceTypes.all.contains(type) else { throw unknown }
        if words.count == 1 {
            return [
                ("POST", .create(type: type)), ("PUT", .conditionalUpdate(type: type)),
                ("DELETE", .conditionalDelete(type: type)),
            ]
        }
        let id = words[1]
        guard isID(id) else { throw unknown }
        switch words.count {
        case 2:
            return [
                ("GET", .read(type: type, id: id)), ("PUT", .update(type: type, id: id)),
                ("DELETE", .delete(type: type, id: id)),
            ]
        case 3: return [try interaction(words[2], type, id)]
        case 4 where words[2] == "_history" && isID(words[3]):
            return [("GET", .vread(type: type, id: id, version: words[3]))]
        default: throw unknown
        }
    }

    /// What is offered below a resource.
    private static func interaction(
        _ word: String, _ type: String, _ id: String
    ) throws(FHIRFailure) -> (method: String, interaction: FHIRInteraction) {
        switch word.replacing("%24", with: "$") {
        case "_history": ("GET", .history(type: type, id: id))
        case "$companions": ("GET", .companions(type: type, id: id))
        case "$conflicts": ("GET", .conflicts(type: type, id: id))
        case "$resolve": ("POST", .resolve(type: type, id: id))
        default: throw unknown
        }
    }

    /// Whether it is a logical id (FHIR R4 `datatypes.html#id`).
    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E: true
                default: false
                }
            }
    }

    private static let unknown = FHIRFailure(
        status: 404, code: .notSupported,
        diagnostics: "Nothing is offered at this address. See GET /fhir/metadata for what is.")
}
