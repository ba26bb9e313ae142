import StrictJSON

/// Reads entries and single resources as far as their shape goes.
struct EnvelopeReader {
    let document: JSONDocument
    let site: RefusalSite

    /// Reads an item of `Bundle.entry`; with `hasRequests` as one of a transaction or batch.
    func entry(
        _ node: JSONNode, index: Int, hasRequests: Bool
    ) throws(ImportRefusal) -> EntryEnvelope {
        guard node.kind == .object else {
            throw site.refusal(.entryNotAnObject, at: node, of: document)
        }
        let fullURL = try fullURL(of: node)
        let resource = document.member("resource", of: node)
        if let resource, resource.kind != .object {
            throw refusal(.resourceNotAnObject, at: resource, path: "resource")
        }
        guard hasRequests else {
            guard let resource else { throw refusal(.resourceMissing, at: node, path: "resource") }
            return try self.resource(resource, index: index, fullURL: fullURL)
        }
        guard let request = document.member("request", of: node), request.kind == .object else {
            throw refusal(.requestMissing, at: node, path: "request")
        }
        let reader = RequestReader(document: document, site: site, request: request)
        let method = try reader.method()
        if let deletion = method.deletion {
            guard resource == nil else {
                throw refusal(.resourceUnexpected, at: resource, path: "resource")
            }
            return EntryEnvelope(
                index: index, method: deletion.method,
                condition: try reader.condition(of: method), resourceType: deletion.type,
                resource: nil, resourceID: nil, fullURL: fullURL)
        }
        guard let resource else { throw refusal(.resourceMissing, at: node, path: "resource") }
        let type = try resourceType(of: resource, path: "resource.")
        let id = try resourceID(of: resource, path: "resource.")
        return EntryEnvelope(
            index: index, method: try reader.entryMethod(method, type: type, id: id),
            condition: try reader.condition(of: method), resourceType: type, resource: resource,
            resourceID: id, fullURL: fullURL)
    }

    /// Reads a resource that no request stands beside; without an index as the whole document.
    func resource(
        _ node: JSONNode, index: Int? = nil, fullURL: String? = nil
    ) throws(ImportRefusal) -> EntryEnvelope {
        let path = index == nil ? "" : "resource."
        guard node.kind == .object else {
            throw site.refusal(.resourceNotAnObject, at: node, of: document)
        }
        return EntryEnvelope(
            index: index ?? 0, method: .post(ifNoneExist: nil),
            resourceType: try resourceType(of: node, path: path), resource: node,
            resourceID: try resourceID(of: node, path: path), fullURL: fullURL)
    }

    private func fullURL(of entry: JSONNode) throws(ImportRefusal) -> String? {
        guard let node = document.member("fullUrl", of: entry) else { return nil }
        guard let text = document.string(node), !text.isEmpty else {
            throw refusal(.fullURLInvalid, at: node, path: "fullUrl")
        }
        guard text.utf8.count <= EntryDraft.sourceIDBytesMax else {
            throw refusal(.sourceIDTooLong, at: node, path: "fullUrl")
        }
        return text
    }

    private func resourceType(
        of resource: JSONNode, path: String
    ) throws(ImportRefusal) -> String {
        let node = document.member("resourceType", of: resource)
        guard let node, let type = document.string(node) else {
            throw refusal(
                .resourceTypeMissing, at: node ?? resource, path: path + "resourceType")
        }
        guard ResourceName.isType(type.utf8) else {
            throw refusal(.resourceTypeInvalid, at: node, path: path + "resourceType")
        }
        return type
    }

    private func resourceID(of resource: JSONNode, path: String) throws(ImportRefusal) -> String? {
        guard let node = document.member("id", of: resource) else { return nil }
        guard let id = document.string(node), ResourceName.isID(id.utf8) else {
            throw refusal(.resourceIDInvalid, at: node, path: path + "id")
        }
        return id
    }

    private func refusal(
        _ rule: ImportRefusal.Rule, at node: JSONNode?, path: String
    ) -> ImportRefusal {
        site.refusal(rule, at: node, of: document, path: path)
    }
}
