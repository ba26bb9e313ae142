/// No response came, and why.
public struct PeerFailure: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that callers treat differently.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Name not found, connection refused or lost.
        case unreachable
        /// The peer ended the connection right after our certificate: it refuses this node's
        /// certificate, or has no room for another connection.
        case refusedByPeer
        /// The peer proved possession of another key than the pinned one.
        case wrongKey
        /// The peer's certificate has expired.
        case certificateExpired
        /// The peer's certificate is refused for another reason, which `context` names.
        case certificateRefused
        /// The request's time was over.
        case timedOut
        /// The response exceeds `responseBytesMax`.
        case tooLarge
        /// The calling task was cancelled, or the client shut down.
        case cancelled
        /// What answers does not speak TLS 1.3.
        case notTLS
        /// What answers does not speak HTTP/1.1.
        case http
        /// The request itself cannot be sent: a path or header that is not allowed, or a key that
        /// the TLS library does not take.
        case invalidRequest
    }

    /// The kind of failure.
    public let code: Code
    /// What was attempted: endpoint, path, and the library's words. Never bodies or headers.
    public let context: String

    /// Describes a failure.
    public init(code: Code, context: String) {
        self.code = code
        self.context = context
    }

    /// What an administrator can do about it.
    public var nextStep: String {
        switch code {
        case .unreachable: "Check the address, the firewall, and that the peer's service runs."
        case .refusedByPeer: "Ask the peer whether it has enrolled this node's present key."
        case .wrongKey: "Compare fingerprints with the peer by telephone before you approve again."
        case .certificateExpired: "Ask the peer to restart its service, which renews; check clocks."
        case .certificateRefused: "Ask the peer to run the present version; check both clocks."
        case .timedOut: "It is tried again; if it persists, check the line and the peer's load."
        case .tooLarge: "Report this: the peer sends more than the protocol allows."
        case .cancelled: "Nothing: it was stopped on purpose."
        case .notTLS: "Check the port: what answers there is not a peer port."
        case .http: "Check the port and any proxy: what answers there is not a node."
        case .invalidRequest: "Report this: the request was not formed correctly."
        }
    }

    /// Code, context and next step in one line.
    public var description: String { "\(code.rawValue): \(context). \(nextStep)" }
}
