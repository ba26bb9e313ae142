import Interchange
import RecordStore

/// Why a FHIR request, or an entry of one, is not done. It never holds content of the record, an id
/// of a patient, or anything that the request said.
struct FHIRFailure: Error, Sendable {
    /// HTTP status, 400 to 599.
    var status: Int
    /// The kind, as R4 codes it (`issue-type`).
    var code: Code
    /// What is wrong, and what to do next.
    var diagnostics: String
    /// Where in the request, as a FHIRPath.
    var expression: String?
    /// Further header fields of the answer.
    var fields: [(name: String, value: String)] = []
    /// Whether the audit log has its entry already.
    var isRecorded = false
    /// What the audit entry gives as reason.
    var reason: String { code.rawValue }

    /// Kinds of issue (http://hl7.org/fhir/R4/valueset-issue-type.html).
    enum Code: String, Sendable, CaseIterable {
        case invalid, structure, required, value, login, unknown, forbidden, duplicate, deleted
        case notSupported = "not-supported"
        case multipleMatches = "multiple-matches"
        case notFound = "not-found"
        case tooLong = "too-long"
        case businessRule = "business-rule"
        case conflict, transient, exception, informational
    }

    /// The failure as an OperationOutcome.
    var outcome: String { Self.outcome("error", code, diagnostics, expression) }

    /// An OperationOutcome with one issue.
    ///
    /// - Parameter severity: as R4 codes it (`issue-severity`).
    static func outcome(
        _ severity: String, _ code: Code, _ diagnostics: String, _ expression: String? = nil
    ) -> String {
        let issue = FHIRJSON.object([
            ("severity", FHIRJSON.text(severity)), ("code", FHIRJSON.text(code.rawValue)),
            ("diagnostics", FHIRJSON.text(diagnostics)),
            ("expression", expression.map { FHIRJSON.array([FHIRJSON.text($0)]) }),
        ])
        return FHIRJSON.object([
            ("resourceType", FHIRJSON.text("OperationOutcome")),
            ("issue", FHIRJSON.array([issue])),
        ])
    }

    /// The failure as an answer.
    var answer: FHIRAnswer { FHIRAnswer(status: status, body: Array(outcome.utf8), fields: fields) }
}

extension FHIRFailure {
    /// A request that the door refuses without looking at it.
    init(_ refusal: DoorRefusal) {
        let code: Code =
            switch refusal {
            case .bodyTooLarge, .urlTooLong, .headerTooLarge: .tooLong
            case .ambiguousLength: .structure
            case .callerNotAllowed: .forbidden
            }
        let next =
            switch refusal {
            case .bodyTooLarge: "Send it in parts, or import it as a file with `accord import`."
            case .urlTooLong, .headerTooLarge: "Send a shorter request."
            case .ambiguousLength: "Send one Content-Length, or chunks."
            case .callerNotAllowed: "Ask the administrator of the site."
            }
        let what = refusal.explanation.split(separator: "\n").joined()
        self.init(status: refusal.status, code: code, diagnostics: what + " " + next)
    }

    static let signIn = FHIRFailure(
        status: 401, code: .login,
        diagnostics:
            "The token is missing or not known. Send `Authorization: Bearer TOKEN` with the "
            + "token of a registered client.",
        fields: [("WWW-Authenticate", "Bearer realm=\"accord\"")])

    static let notFound = FHIRFailure(
        status: 404, code: .notFound,
        diagnostics: "There is no such resource or version. Check the type and the id.")

    static let gone = FHIRFailure(
        status: 410, code: .deleted,
        diagnostics: "The resource was entered in error or deleted. Its history shows the versions "
            + "before.")

    static let onItsWay = FHIRFailure(
        status: 503, code: .transient,
        diagnostics: "The content is still on its way from another site. Ask again later.",
        fields: [("Retry-After", "30")])

    static let unavailable = FHIRFailure(
        status: 503, code: .transient,
        diagnostics: "The node cannot write now. Ask again later; the administrator sees why.",
        fields: [("Retry-After", "30")])

    static let unexpected = FHIRFailure(
        status: 500, code: .exception,
        diagnostics: "The request failed. The log of the node says more.")

    /// What the store could not do; details go to the log.
    init(_ failure: StoreFailure) {
        switch failure.code {
        case .stopped, .durabilityUnknown, .diskFull: self = .unavailable
        default: self = .unexpected
        }
    }
}
