import AuditTrail
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import RecordStore
import ServiceLifecycle

/// The FHIR door: HTTP/1.1 without TLS, at an address of this machine alone. Whoever opens it to other
/// machines puts a web server with TLS before it.
struct FHIRListener: AuditedService {
    /// Beside what each interaction says (`FHIRInteraction.auditKinds`): requests without a token.
    static let auditKinds: [AuditKind] = [.refuse]

    private let address: NetworkAddress
    private let service: FHIRService
    private let channel: FHIRChannel
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Prepares a listener; nothing is bound before `run()`.
    ///
    /// - Parameter onListening: told the port once connections are accepted.
    init(
        address: NetworkAddress, service: FHIRService,
        limits: FHIRListenerLimits = FHIRListenerLimits(), logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        precondition(address.isLoopback, "the FHIR door has no TLS of its own")
        self.address = address
        self.service = service
        self.logger = logger
        self.onListening = onListening
        channel = FHIRChannel(limits: limits) { await service.answer($0) }
    }

    /// Listens until graceful shutdown or cancellation.
    ///
    /// - Throws: when the address cannot be bound.
    func run() async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let onListening = onListening
        let server = channel.server(
            configuration: ServerConfiguration(
                address: .hostname(address.host, port: address.port)),
            onServerRunning: { await onListening($0.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.recordStrangersEachMinute() }
            try await server.run()
            group.cancelAll()
        }
        await service.recordStrangers()
    }

    private func recordStrangersEachMinute() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(60)) } catch { return }
            await service.recordStrangers()
        }
    }
}

extension FHIRService {
    /// Writes the audit entries of requests without a known token.
    func recordStrangers() async {
        let facts = strangers.take()
        guard !facts.isEmpty, !store.isStopped else { return }
        do {
            try await store.record(facts)
        } catch {
            logger.warning("refused strangers were not recorded")
        }
    }
}
