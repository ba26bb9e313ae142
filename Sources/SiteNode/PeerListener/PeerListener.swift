import AuditTrail
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
package import PeerTransport
import ServiceLifecycle

/// The peer port: HTTP/1.1 over mutual TLS 1.3.
///
/// Every client with a well-formed certificate gets in; the handler is told whose key it is and
/// answers strangers with 403, except on the node-card route. Graceful shutdown closes idle
/// connections at once and the others after their answer; handlers run inside `run()`, so a
/// parked long-poll learns of the shutdown through ServiceLifecycle.
package struct PeerListener: AuditedService {
    /// What it lets in is recorded by its handler.
    static let auditKinds: [AuditKind] = []

    private let host: String
    private let port: Int
    private let channel: PeerChannel
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Prepares a listener; nothing is bound before `run()`.
    ///
    /// - Parameters:
    ///   - host: address to listen at, such as `0.0.0.0`, `::` or `127.0.0.1`.
    ///   - port: TCP port; 0 takes any free one.
    ///   - onListening: told the port once connections are accepted.
    ///   - handler: answers a request; several run at the same time, one per connection.
    /// - Throws: when the TLS library does not take the identity.
    package init(
        host: String, port: Int, identity: TLSIdentity,
        limits: PeerListenerLimits = PeerListenerLimits(), logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        handler: @escaping @Sendable (PeerRequest) async -> PeerAnswer
    ) throws {
        self.host = host
        self.port = port
        self.logger = logger
        self.onListening = onListening
        channel = PeerChannel(
            tls: try PeerTLS(identity: identity), limits: limits, handler: handler)
    }

    /// Listens until graceful shutdown or cancellation.
    ///
    /// - Throws: when the address cannot be bound.
    package func run() async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let onListening = onListening
        let server = channel.server(
            configuration: ServerConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { await onListening($0.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet)
        try await server.run()
    }

    /// Presents another certificate on connections that are accepted from now on.
    package func use(_ identity: TLSIdentity) throws {
        channel.use(try PeerTLS(identity: identity))
    }

    /// Whether a peer with this key has a connection open.
    package func hasConnections(of peer: KeyFingerprint) -> Bool {
        channel.hasConnections(of: peer)
    }

    /// Closes the open connections of a key, after it was revoked.
    package func closeConnections(of peer: KeyFingerprint) {
        channel.closeConnections(of: peer)
    }
}
