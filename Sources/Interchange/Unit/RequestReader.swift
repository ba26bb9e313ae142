import StrictJSON

/// Reads `Bundle.entry.request` (FHIR R4 `bundle.html` §2.36.2, `http.html` §3.1.0.11).
struct RequestReader {
    let document: JSONDocument
    let site: RefusalSite
    let request: JSONNode

    /// A method that import supports, with what its url says.
    enum Method {
        case post(type: String)
        case put(ResourceName)
        case delete(ResourceName)
        case putWhere(ConditionalReference)
        case deleteWhere(ConditionalReference)
    }

    /// Reads method and url, and refuses what import cannot do.
    func method() throws(ImportRefusal) -> Method {
        let node = document.member("method", of: request)
        guard let node, let method = document.string(node) else {
            throw refusal(.methodInvalid, at: node ?? request, path: "request.method")
        }
        switch method {
        case "POST", "PUT", "DELETE": break
        case "GET", "HEAD", "PATCH":
            throw refusal(.methodUnsupported, at: node, path: "request.method")
        default: throw refusal(.methodInvalid, at: node, path: "request.method")
        }
        let urlNode = document.member("url", of: request)
        guard let urlNode, let url = document.string(urlNode) else {
            throw refusal(.requestURLInvalid, at: urlNode ?? request, path: "request.url")
        }
        if method == "POST" {
            guard ResourceName.isType(url.utf8) else {
                throw refusal(.requestURLInvalid, at: urlNode, path: "request.url")
            }
            return .post(type: url)
        }
        if let mark = url.utf8.firstIndex(of: UInt8(ascii: "?")),
            ResourceName.isType(url.utf8[..<mark])
        {
            let query = url.utf8[url.utf8.index(after: mark)...]
            guard let type = String(url.utf8[..<mark]),
                let condition = ConditionalReference(type: type, query: query)
            else { throw refusal(.requestURLInvalid, at: urlNode, path: "request.url") }
            _ = try ifNoneExist(type: type, isAllowed: false)
            return method == "PUT" ? .putWhere(condition) : .deleteWhere(condition)
        }
        guard let parsed = ResourceURL(url), parsed.base == nil, parsed.name.text == url else {
            throw refusal(.requestURLInvalid, at: urlNode, path: "request.url")
        }
        if method == "PUT" { return .put(parsed.name) }
        _ = try ifNoneExist(type: parsed.name.type, isAllowed: false)
        return .delete(parsed.name)
    }

    /// Compares the request with the resource beside it.
    func entryMethod(
        _ method: Method, type: String, id: String?
    ) throws(ImportRefusal) -> EntryMethod {
        let url = document.member("url", of: request)
        switch method {
        case .post(let requested):
            guard requested == type else {
                throw refusal(.requestTypeMismatch, at: url, path: "request.url")
            }
            return .post(ifNoneExist: try ifNoneExist(type: type, isAllowed: true))
        case .put(let name), .delete(let name):
            guard name.type == type else {
                throw refusal(.requestTypeMismatch, at: url, path: "request.url")
            }
            guard name.id == id else {
                throw refusal(.requestIDMismatch, at: url, path: "request.url")
            }
            _ = try ifNoneExist(type: type, isAllowed: false)
            return .put(id: name.id)
        case .putWhere(let condition), .deleteWhere(let condition):
            guard condition.type == type else {
                throw refusal(.requestTypeMismatch, at: url, path: "request.url")
            }
            return .putWhere(condition, id: id)
        }
    }

    private func ifNoneExist(
        type: String, isAllowed: Bool
    ) throws(ImportRefusal) -> ConditionalReference? {
        guard let node = document.member("ifNoneExist", of: request) else { return nil }
        guard isAllowed, let text = document.string(node) else {
            throw refusal(.ifNoneExistInvalid, at: node, path: "request.ifNoneExist")
        }
        // The value is the query; some producers write its question mark too.
        let query = text.utf8.first == UInt8(ascii: "?") ? text.utf8.dropFirst() : text.utf8[...]
        guard let conditional = ConditionalReference(type: type, query: query) else {
            throw refusal(.ifNoneExistInvalid, at: node, path: "request.ifNoneExist")
        }
        return conditional
    }

    /// Reads on which version the request depends, and refuses what only a read can depend on.
    func condition(of method: Method) throws(ImportRefusal) -> VersionCondition {
        if let node = document.member("ifModifiedSince", of: request) {
            throw refusal(.versionConditionUnsupported, at: node, path: "request.ifModifiedSince")
        }
        if let node = document.member("ifNoneMatch", of: request) {
            // What must not be there has no version.
            guard case .put = method, document.string(node) == "*",
                document.member("ifMatch", of: request) == nil
            else {
                throw refusal(.versionConditionUnsupported, at: node, path: "request.ifNoneMatch")
            }
            return .absent
        }
        guard let node = document.member("ifMatch", of: request) else { return .none }
        let isPost = if case .post = method { true } else { false }
        guard !isPost, let list = document.string(node) else {
            throw refusal(.versionConditionUnsupported, at: node, path: "request.ifMatch")
        }
        return .match(list)
    }

    private func refusal(
        _ rule: ImportRefusal.Rule, at node: JSONNode?, path: String
    ) -> ImportRefusal {
        site.refusal(rule, at: node, of: document, path: path)
    }
}

extension RequestReader.Method {
    /// What is to be retracted; `nil` unless that is asked for.
    var deletion: (method: EntryMethod, type: String)? {
        switch self {
        case .delete(let name): (.delete(type: name.type, id: name.id), name.type)
        case .deleteWhere(let condition): (.deleteWhere(condition), condition.type)
        case .post, .put, .putWhere: nil
        }
    }
}
