import ControlProtocol
import Interchange
import RecordStore
import StrictJSON

extension FHIRService {
    /// A transaction, stored whole or not at all; or a batch, each entry for itself.
    func bundle(_ call: Call) async throws -> FHIRAnswer {
        try FHIRMedia.checkBody(call.request)
        let units = try Self.units(call.request.body)
        let isTransaction = units.first?.kind == .transaction
        guard isTransaction || units.allSatisfy({ $0.kind == .batchEntry }) else {
            throw FHIRFailure(
                status: 400, code: .notSupported,
                diagnostics:
                    "Only a transaction or a batch is applied here. Set Bundle.type to one "
                    + "of them, or import the file with `accord import`.",
                expression: "Bundle.type")
        }
        let outcomes = try await store.applyRequest(
            units, sourceSystem: call.client.sourceSystem,
            rules: rules(for: call.client), actor: call.actor)
        var entries: [String] = []
        for outcome in outcomes {
            switch outcome {
            case .written(let resources):
                entries += resources.map { entry(of: $0, call) }
            case .refused(let refusal):
                let failure = Self.inBundle(FHIRFailure(refusal))
                if isTransaction { throw failure }
                entries.append(Self.entry(of: failure))
            }
        }
        let bundle = FHIRJSON.object([
            ("resourceType", FHIRJSON.text("Bundle")),
            ("type", FHIRJSON.text(isTransaction ? "transaction-response" : "batch-response")),
            ("entry", entries.isEmpty ? nil : FHIRJSON.array(entries)),
        ])
        return FHIRAnswer(status: 200, body: Array(bundle.utf8))
    }

    private func entry(of written: WrittenResource, _ call: Call) -> String {
        let status =
            switch written.act {
            case .created: "201 Created"
            case .changed, .found: "200 OK"
            case .retracted: "204 No Content"
            }
        let name = written.version.map { versionID(of: $0, call.client) }
        let base = Self.base(of: call.request)
        let isThere = written.act != .retracted
        return FHIRJSON.object([
            (
                "response",
                FHIRJSON.object([
                    ("status", FHIRJSON.text(status)),
                    (
                        "location",
                        isThere
                            ? name.map {
                                FHIRJSON.text(
                                    "\(base)/\(written.type)/\(written.id)/_history/\($0)")
                            } : nil
                    ),
                    ("etag", name.map { FHIRJSON.text("W/\"\($0)\"") }),
                    (
                        "lastModified",
                        written.version.map {
                            FHIRJSON.text(UTCText.instant(milliseconds: $0.acceptedMilliseconds))
                        }
                    ),
                ])
            )
        ])
    }

    private static func entry(of failure: FHIRFailure) -> String {
        FHIRJSON.object([
            (
                "response",
                FHIRJSON.object([
                    ("status", FHIRJSON.text(String(failure.status))),
                    ("outcome", failure.outcome),
                ])
            )
        ])
    }

    /// The method of a Bundle is POST, which is allowed: what an entry may not is no 405.
    private static func inBundle(_ failure: FHIRFailure) -> FHIRFailure {
        var failure = failure
        if failure.status == 405 { failure.status = 422 }
        return failure
    }
}
