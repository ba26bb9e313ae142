import AuditTrail
import Glibc
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The control socket: HTTP/1.1 over a Unix socket, for the command line on this machine.
package struct ControlListener: AuditedService {
    /// What it lets in is recorded by route (`ControlRoute.auditKinds`).
    static let auditKinds: [AuditKind] = []

    private let file: ControlSocketFile
    private let mode: UInt32
    private let channel: ControlChannel
    private let logger: Logger
    private let onListening: @Sendable () async -> Void

    /// Prepares a listener; nothing is bound before `run()`.
    ///
    /// - Parameters:
    ///   - path: path of the socket, at most 103 bytes; its directory must exist.
    ///   - mode: rights of the socket file; connecting needs write permission.
    ///   - otherUserIDs: accounts that may connect besides root and the service's own.
    ///   - onListening: called once connections are accepted.
    ///   - handler: answers a request; several run at the same time, one per connection.
    package init(
        path: String, mode: UInt32 = 0o600, otherUserIDs: Set<UInt32> = [],
        limits: ControlListenerLimits = ControlListenerLimits(), logger: Logger,
        onListening: @escaping @Sendable () async -> Void = {},
        handler: @escaping @Sendable (ControlRequest) async -> ControlAnswer
    ) {
        file = ControlSocketFile(path: path)
        self.mode = mode
        self.logger = logger
        self.onListening = onListening
        channel = ControlChannel(
            limits: limits, serviceUserID: geteuid(), otherUserIDs: otherUserIDs, handler: handler)
    }

    /// Listens until graceful shutdown or cancellation, then removes the socket file.
    ///
    /// - Throws: when another process listens at the path, or the file system refuses.
    package func run() async throws {
        try file.checkIsFree()
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let failure = Mutex<(any Error)?>(nil)
        let server = channel.server(
            configuration: ServerConfiguration(
                address: .unixDomainSocket(path: file.temporaryPath)),
            onServerRunning: { [file, mode, onListening] listening in
                do {
                    try file.publish(mode: mode)
                    await onListening()
                } catch {
                    failure.withLock { $0 = error }
                    listening.close(promise: nil)
                }
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet)
        try await server.run()
        if let failure = failure.withLock({ $0 }) { throw failure }
        try file.remove()
    }
}
