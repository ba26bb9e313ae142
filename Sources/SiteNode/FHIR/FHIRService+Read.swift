import ControlProtocol
import RecordStore

extension FHIRService {
    /// The present version of a resource, or the one that is named.
    func read(
        _ type: String, _ id: String, version named: String?, _ call: Call
    ) async throws -> FHIRAnswer {
        if named == nil, let answer = try await companion(type, id, call) { return answer }
        let (version, name, answer) = try await present(type, id, version: named, call)
        let isKnown = FHIRConditions.isKnown(
            name, modified: version.acceptedMilliseconds, to: call.request)
        return isKnown ? FHIRAnswer(status: 304, fields: answer.fields) : answer
    }

    /// A version, its id, and the answer that shows it.
    func present(
        _ type: String, _ id: String, version named: String?, _ call: Call
    ) async throws -> (version: ResourceVersion, name: String, answer: FHIRAnswer) {
        let address = ResourceAddress(
            type: type, id: id, sourceSystem: call.client.sourceSystem)
        let choice: VersionChoice = named.map { self.choice(of: $0, type, call.client) } ?? .newest
        let found = try await store.versions(
            of: address, choice, access: call.client.access, actor: call.actor)
        guard case .held(let versions, _) = found, let version = versions.first else {
            throw recorded(.notFound)
        }
        let name = versionID(of: version, call.client)
        let body = try bytes(of: version, id: id, name)
        let answer = FHIRAnswer(status: 200, body: body, fields: fields(of: version, name))
        return (version, name, answer)
    }

    /// The resource of a version as JSON.
    func bytes(
        of version: ResourceVersion, id: String, _ name: String
    ) throws(FHIRFailure) -> [UInt8] {
        switch version.content {
        case .retracted, .erased:
            throw recorded(.gone)
        case .onItsWay:
            throw recorded(.onItsWay)
        case .shown(let held):
            let bytes = FHIRResourceText.bytes(
                held, id: id, version: name, lastUpdated: version.acceptedMilliseconds)
            guard let bytes else { throw recorded(.unexpected) }
            return bytes
        }
    }

    /// The header fields that name a version.
    func fields(
        of version: ResourceVersion, _ name: String
    ) -> [(name: String, value: String)] {
        [
            ("ETag", "W/\"\(name)\""),
            ("Last-Modified", HTTPDate.text(milliseconds: version.acceptedMilliseconds)),
        ]
    }

    /// The id of a version for a client.
    func versionID(of version: ResourceVersion, _ client: FHIRClient) -> String {
        versionIDs.id(
            of: FHIRVersionIDs.Subject(
                type: version.type, entity: version.entity, access: client.access),
            at: version.position)
    }

    /// The store has made the entry.
    func recorded(_ failure: FHIRFailure) -> FHIRFailure {
        var failure = failure
        failure.isRecorded = true
        return failure
    }

    private func choice(
        of name: String, _ type: String, _ client: FHIRClient
    ) -> VersionChoice {
        .named { [versionIDs] entity in
            versionIDs.position(
                of: name,
                FHIRVersionIDs.Subject(type: type, entity: entity, access: client.access))
        }
    }
}
