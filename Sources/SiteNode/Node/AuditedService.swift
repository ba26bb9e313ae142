import AuditTrail
import ServiceLifecycle

/// A part of the running node that says which audit entries it makes, as routes and commands do.
protocol AuditedService: Service {
    /// The kinds of entries that it makes itself; none for what neither changes anything nor
    /// discloses anything. There is no default: a new service has to say.
    static var auditKinds: [AuditKind] { get }
}
