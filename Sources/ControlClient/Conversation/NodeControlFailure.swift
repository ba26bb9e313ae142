import Foundation
import PeerTransport

/// Why no answer came from the node.
public struct NodeControlFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No service listens at the socket.
        case notRunning
        /// The caller may not use the socket.
        case notPermitted
        /// The service took too long.
        case timedOut
        /// What answers is not this node, or not of this version.
        case unreadableAnswer
        /// The connection was lost before the answer was complete.
        case cutOff
    }

    /// The kind of failure.
    public let code: Code
    /// The socket that was tried.
    public let socketPath: String

    /// Describes a failure.
    public init(code: Code, socketPath: String) {
        self.code = code
        self.socketPath = socketPath
    }

    /// Reads a transport failure. Of an unreachable socket, the file system tells why.
    init(_ failure: PeerFailure, socketPath: String) {
        let code: Code =
            switch failure.code {
            case .unreachable, .refusedByPeer: Self.diagnosis(ofSocket: socketPath)
            case .timedOut: .timedOut
            case .cancelled: .cutOff
            case .wrongKey, .certificateExpired, .certificateRefused, .tooLarge, .notTLS, .http,
                .invalidRequest:
                .unreadableAnswer
            }
        self.init(code: code, socketPath: socketPath)
    }

    /// What stood in the way; one sentence.
    public var message: String {
        switch code {
        case .notRunning: "No node answers at \(socketPath)."
        case .notPermitted: "This account may not use \(socketPath)."
        case .timedOut: "The node at \(socketPath) did not answer in time."
        case .unreadableAnswer: "The answer from \(socketPath) is not that of a node."
        case .cutOff: "The connection to \(socketPath) ended before the answer was complete."
        }
    }

    /// What to do; one sentence.
    public var next: String {
        switch code {
        case .notRunning:
            "Start it with `systemctl start accordd`, or name its socket with --socket PATH."
        case .notPermitted: "Use root or the service's own account, for instance by sudo."
        case .timedOut: "Try again; `systemctl status accordd` says how the service is."
        case .unreadableAnswer: "Install the same version of accord and accordd."
        case .cutOff: "Run the command again: what is stored already is not stored twice."
        }
    }

    public var description: String { "\(message) \(next)" }

    private static func diagnosis(ofSocket path: String) -> Code {
        guard access(path, F_OK) == 0 else { return errno == EACCES ? .notPermitted : .notRunning }
        guard access(path, W_OK) == 0 else { return .notPermitted }
        return .notRunning
    }
}
