import ControlProtocol
import RecordStore

extension FHIRService {
    /// Versions of one bundle, at most.
    private static let countMax = 1_000

    /// The versions of a resource, the newest first; where it was entered in error, an entry says so.
    func history(_ type: String, _ id: String, _ call: Call) async throws -> FHIRAnswer {
        let count = try Self.count(of: call.request)
        let found = try await store.versions(
            of: ResourceAddress(type: type, id: id, sourceSystem: call.client.sourceSystem),
            .history(countMax: max(1, count)), access: call.client.access, actor: call.actor)
        guard case .held(let versions, let total) = found else { throw recorded(.notFound) }
        let base = Self.base(of: call.request)
        let entries = versions.prefix(count).map { entry($0, id: id, base: base, call.client) }
        let link = FHIRJSON.object([
            ("relation", FHIRJSON.text("self")),
            ("url", FHIRJSON.text("\(base)/\(type)/\(id)/_history?_count=\(count)")),
        ])
        let bundle = FHIRJSON.object([
            ("resourceType", FHIRJSON.text("Bundle")), ("type", FHIRJSON.text("history")),
            ("total", String(total)), ("link", FHIRJSON.array([link])),
            ("entry", entries.isEmpty ? nil : FHIRJSON.array(entries)),
        ])
        return FHIRAnswer(status: 200, body: Array(bundle.utf8))
    }

    /// The address that the client used, without what follows the service.
    static func base(of request: FHIRRequest) -> String {
        let authority = request.authority ?? ""
        let isPlain = authority.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "-._:[]".utf8.contains(byte)
            }
        }
        return isPlain && !authority.isEmpty ? "http://\(authority)/fhir" : "/fhir"
    }

    private func entry(
        _ version: ResourceVersion, id: String, base: String, _ client: FHIRClient
    ) -> String {
        let name = versionID(of: version, client)
        let resource = shown(version, id: id, name)
        let isGone = version.content == .retracted
        let (method, status) =
            isGone ? ("DELETE", "204") : version.isFirst ? ("POST", "201") : ("PUT", "200")
        let url = method == "POST" ? version.type : "\(version.type)/\(id)"
        return FHIRJSON.object([
            ("fullUrl", FHIRJSON.text("\(base)/\(version.type)/\(id)")),
            ("resource", resource),
            (
                "request",
                FHIRJSON.object([
                    ("method", FHIRJSON.text(method)), ("url", FHIRJSON.text(url)),
                ])
            ),
            (
                "response",
                FHIRJSON.object([
                    ("status", FHIRJSON.text(status)),
                    ("etag", FHIRJSON.text("W/\"\(name)\"")),
                    (
                        "lastModified",
                        FHIRJSON.text(
                            UTCText.instant(milliseconds: version.acceptedMilliseconds))
                    ),
                ])
            ),
        ])
    }

    /// What is not shown is left out: a history is no failure because of one version.
    private func shown(_ version: ResourceVersion, id: String, _ name: String) -> String? {
        do {
            return String(decoding: try bytes(of: version, id: id, name), as: UTF8.self)
        } catch {
            return nil
        }
    }

    /// How many versions the client wants.
    private static func count(of request: FHIRRequest) throws(FHIRFailure) -> Int {
        guard let text = request.query.first(where: { $0.hasPrefix("_count=") })?.dropFirst(7)
        else { return 50 }
        guard let count = Int(text), count >= 0 else {
            throw FHIRFailure(
                status: 400, code: .value,
                diagnostics: "`_count` is not a number from 0 on. Send one, or leave it out.")
        }
        return min(count, countMax)
    }
}
