/// Why a request at the control socket was not carried out: the body of every 4xx and 5xx answer.
///
/// Its text names opaque ids, rules and counts, never the content of a record.
public struct ControlFailure: Error, Codable, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, each with one HTTP status.
    public enum Code: String, Codable, Sendable, Hashable, CaseIterable {
        /// The request cannot be read, or holds a value that is not allowed.
        case badRequest = "bad-request"
        /// The caller's account may not do this.
        case notAllowed = "not-allowed"
        /// The named peer, patient or plan is not held here.
        case notFound = "not-found"
        /// No such path.
        case unknownRoute = "unknown-route"
        /// The path exists under another method.
        case methodNotAllowed = "method-not-allowed"
        /// There is one of this name or site already.
        case alreadyExists = "already-exists"
        /// The body exceeds a limit.
        case tooLarge = "too-large"
        /// The peer proved another key, or its node card is not believed.
        case peerNotBelieved = "peer-not-believed"
        /// The peer could not be reached.
        case peerUnreachable = "peer-unreachable"
        /// The node starts, stops or has no room; the same request may succeed later.
        case notReady = "not-ready"
        /// Something that should not happen; the journal has more.
        case unexpected = "unexpected"

        /// The status that goes with the code: the one table of failures to HTTP.
        public var httpStatus: Int {
            switch self {
            case .badRequest: 400
            case .notAllowed: 403
            case .notFound, .unknownRoute: 404
            case .methodNotAllowed: 405
            case .alreadyExists: 409
            case .tooLarge: 413
            case .peerNotBelieved: 422
            case .unexpected: 500
            case .peerUnreachable: 502
            case .notReady: 503
            }
        }
    }

    /// The kind of failure.
    public var code: Code
    /// What was attempted and what stood in the way; one sentence.
    public var message: String
    /// What the caller can do; one sentence.
    public var next: String

    /// Describes a failure.
    public init(code: Code, message: String, next: String) {
        self.code = code
        self.message = message
        self.next = next
    }

    /// Message and next step in one line.
    public var description: String { "\(message) \(next)" }
}
