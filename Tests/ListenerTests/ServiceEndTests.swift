import AuditTrail
import Logging
import ServiceLifecycle
import Testing

@testable import SiteNode

/// Services of one node, which stop one after the other.
@Suite struct ServiceEndTests {
    /// What a site runs that has nothing to do for it: no witnesses, say.
    private struct Idle: AuditedService {
        static let auditKinds: [AuditKind] = []
        func run() async throws { await workUntilNodeStops {} }
    }

    @Test("a service without work lasts as long as the node, and a stop finds it there")
    func idle() async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: Idle())], logger: Logger(label: "test")))
        async let running: Void = group.run()
        try await Task.sleep(for: .milliseconds(50))
        await group.triggerGracefulShutdown()
        try await running
    }
}
