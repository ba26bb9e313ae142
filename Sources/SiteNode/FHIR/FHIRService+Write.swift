import Interchange
import RecordStore
import StrictJSON

extension FHIRService {
    /// Stores a new resource; with `If-None-Exist`, or a query behind the type, only if that finds none.
    func create(_ type: String, _ call: Call) async throws -> FHIRAnswer {
        var entry = RequestEntry(method: "POST", url: type)
        entry.condition = call.request.header("If-None-Exist") ?? Self.condition(of: call.request)
        entry.depend(on: call.request)
        return try await store(entry, of: type, call)
    }

    /// The query of a request without what says how the answer is written.
    private static func condition(of request: FHIRRequest) -> String? {
        let forms = ["_format=", "_pretty=", "_summary=", "_elements="]
        let parts = request.query.filter { part in !forms.contains { part.hasPrefix($0) } }
        return parts.isEmpty ? nil : parts.joined(separator: "&")
    }

    /// Stores what a resource was changed to since the client was shown it, or a new one with an id that
    /// the client chose (`merge.md` §2.2).
    func update(_ type: String, _ id: String, _ call: Call) async throws -> FHIRAnswer {
        var entry = RequestEntry(method: "PUT", url: "\(type)/\(id)")
        entry.depend(on: call.request)
        return try await store(entry, of: type, call)
    }

    /// Changes the one resource that the query finds, or stores a new one.
    func conditionalUpdate(_ type: String, _ call: Call) async throws -> FHIRAnswer {
        var entry = RequestEntry(method: "PUT", url: try Self.query(of: call.request, type))
        entry.depend(on: call.request)
        return try await store(entry, of: type, call)
    }

    /// Retracts the one resource that the query finds; that there is none is no failure.
    func conditionalDelete(_ type: String, _ call: Call) async throws -> FHIRAnswer {
        var entry = RequestEntry(method: "DELETE", url: try Self.query(of: call.request, type))
        entry.depend(on: call.request)
        do {
            return try await delete(entry, of: type, call)
        } catch let failure as FHIRFailure where failure.status == 404 && entry.ifMatch == nil {
            return FHIRAnswer(status: 204)
        }
    }

    /// The type with its query.
    private static func query(
        of request: FHIRRequest, _ type: String
    ) throws(FHIRFailure) -> String {
        guard let condition = condition(of: request) else {
            throw FHIRFailure(
                status: 400, code: .required,
                diagnostics:
                    "Neither an id nor a query says which resource is meant. Send one of them, "
                    + "such as ?identifier=SYSTEM|VALUE.")
        }
        return "\(type)?\(condition)"
    }

    /// What holds for a client's requests.
    func rules(for client: FHIRClient) -> RequestRules {
        RequestRules(access: client.access) {
            [versionIDs, access = client.access] list, type, entity in
            // Nobody was shown more versions than that at once.
            let tags = FHIRConditions.tags(list).prefix(64)
            guard !tags.contains("*") else { return nil }
            let subject = FHIRVersionIDs.Subject(type: type, entity: entity, access: access)
            return tags.compactMap { versionIDs.position(of: $0, subject) }
        }
    }

    /// Retracts a resource. Others' versions that this client was not shown stay in view; then the
    /// answer says so.
    func delete(_ type: String, _ id: String, _ call: Call) async throws -> FHIRAnswer {
        var entry = RequestEntry(method: "DELETE", url: "\(type)/\(id)")
        entry.depend(on: call.request)
        return try await delete(entry, of: type, call)
    }

    private func delete(
        _ entry: RequestEntry, of type: String, _ call: Call
    ) async throws -> FHIRAnswer {
        let written = try await apply(entry, of: type, call)
        guard let version = written.version else { throw recorded(.unexpected) }
        let fields = fields(of: version, versionID(of: version, call.client))
        if version.content == .retracted { return FHIRAnswer(status: 204, fields: fields) }
        guard written.act == .retracted else {
            throw recorded(
                FHIRFailure(
                    status: 409, code: .conflict,
                    diagnostics: "Nothing was stored: what If-Match names was deleted already, and "
                        + "somebody brought it back. Read it again, then decide."))
        }
        let outcome = FHIRFailure.outcome(
            "warning", .conflict,
            "The deletion is stored. The resource stays in view, since others wrote to it; a person "
                + "decides between the two.")
        return FHIRAnswer(status: 200, body: Array(outcome.utf8), fields: fields)
    }

    private func store(
        _ entry: RequestEntry, of type: String, _ call: Call
    ) async throws -> FHIRAnswer {
        try FHIRMedia.checkBody(call.request)
        let written = try await apply(entry, of: type, call)
        guard let version = written.version else { throw recorded(.unexpected) }
        let isNew = written.act == .created
        var answer = FHIRAnswer(status: isNew ? 201 : 200)
        switch FHIRConditions.wish(of: call.request) {
        case .representation:
            answer.body = try bytes(
                of: version, id: written.id, versionID(of: version, call.client))
        case .outcome:
            let text =
                switch written.act {
                case .created: "The resource is stored."
                case .changed: "What differs from the version that was shown is stored."
                case .found, .retracted: "A resource like this is stored already."
                }
            answer.body = Array(FHIRFailure.outcome("information", .informational, text).utf8)
        case .minimal: break
        }
        let name = versionID(of: version, call.client)
        answer.fields = fields(of: version, name)
        let base = Self.base(of: call.request)
        answer.fields.append(("Location", "\(base)/\(type)/\(written.id)/_history/\(name)"))
        return answer
    }

    /// Applies a request for one resource.
    private func apply(
        _ entry: RequestEntry, of type: String, _ call: Call
    ) async throws -> WrittenResource {
        let bundle = try entry.bundle(around: call.request.body)
        let units = try Self.units(bundle.bytes)
        let outcomes = try await store.applyRequest(
            units, sourceSystem: call.client.sourceSystem,
            rules: rules(for: call.client), actor: call.actor)
        switch outcomes.first {
        case .written(let resources)?:
            guard let written = resources.first else { throw recorded(.unexpected) }
            return written
        case .refused(let refusal)?:
            throw FHIRFailure(refusal, resource: type, at: bundle.resource)
        case nil: throw recorded(.unexpected)
        }
    }

    /// Cuts a Bundle into its all-or-nothing inputs.
    static func units(_ bytes: [UInt8]) throws(FHIRFailure) -> [UnitSource] {
        do {
            return try ImportFile.read(bytes, format: .bundle)
        } catch {
            throw FHIRFailure(error)
        }
    }
}

/// A request for one resource, as the batch of one entry that asks for the same.
private struct RequestEntry {
    let method: String
    let url: String
    /// The query of a conditional create.
    var condition: String?
    /// Which version the client was shown, as entity tags.
    var ifMatch: String?
    /// Which it may not be; `*` for any.
    var ifNoneMatch: String?

    init(method: String, url: String) {
        self.method = method
        self.url = url
    }

    /// Takes over on which versions a request depends.
    mutating func depend(on request: FHIRRequest) {
        ifMatch = request.header("If-Match")
        ifNoneMatch = request.header("If-None-Match").map { list in
            FHIRConditions.tags(list).contains("*") ? "*" : list
        }
    }

    /// The batch, and where the resource stands in it.
    ///
    /// - Throws: what is wrong with a body that is no strict JSON.
    func bundle(around body: [UInt8]) throws(FHIRFailure) -> (bytes: [UInt8], resource: Range<Int>)
    {
        let request = FHIRJSON.object([
            ("method", FHIRJSON.text(method)), ("url", FHIRJSON.text(url)),
            ("ifNoneExist", condition.map { FHIRJSON.text($0) }),
            ("ifMatch", ifMatch.map { FHIRJSON.text($0) }),
            ("ifNoneMatch", ifNoneMatch.map { FHIRJSON.text($0) }),
        ])
        var bytes = Array(#"{"resourceType":"Bundle","type":"batch","entry":[{"#.utf8)
        var resource = 0..<0
        if method != "DELETE" {
            do {
                try JSONDocument.check(body)
            } catch {
                throw FHIRFailure(ImportRefusal(rule: .json(error.rule), offset: error.offset))
            }
            bytes += Array(#""resource":"#.utf8)
            resource = bytes.count..<bytes.count + body.count
            bytes += body
            bytes.append(UInt8(ascii: ","))
        }
        bytes += Array("\"request\":\(request)}]}".utf8)
        return (bytes, resource)
    }
}
