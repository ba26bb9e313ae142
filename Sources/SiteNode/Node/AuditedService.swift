import AuditTrail
import ServiceLifecycle

/// A part of the running node that says which audit entries it makes, as routes and commands do.
protocol AuditedService: Service {
    /// The kinds of entries that it makes itself; none for what neither changes anything nor
    /// discloses anything. There is no default: a new service has to say.
    static var auditKinds: [AuditKind] { get }
}

extension AuditedService {
    /// Works until the node stops, and is not over before: a service group takes a service that
    /// ends while others are stopped for one that failed, and cancels them.
    ///
    /// - Parameter work: cancelled when the node stops; may end by itself.
    func workUntilNodeStops(_ work: @Sendable @escaping () async -> Void) async {
        await cancelWhenGracefulShutdown(work)
        do { try await gracefulShutdown() } catch { return }
    }
}
