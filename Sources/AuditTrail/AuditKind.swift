/// What an audit entry records: a closed list (`audit.md` §3).
public enum AuditKind: String, Sendable, CaseIterable {
    case discloseOut = "disclose-out"
    case discloseIn = "disclose-in"
    case read
    case search
    case export
    case permit
    case withhold
    case withdraw
    case write
    case link
    case unlink
    case conflict
    case resolve
    case retract
    case erase
    case quarantine
    case session
    case refuse
    case resync
    case reconcile
    case courier
    case signIn = "sign-in"
    case signOut = "sign-out"
    case breakGlass = "break-glass"
    case review
    case accessRole = "access-role"
    case peer
    case key
    case agreement
    case directive
    case start
    case stop
    case config
    case backup
    case restore
    case upgrade
    case clock
    case alarm
    case origin
    case witness
    case prune
    case hold
}

/// How an act ended; failed and refused acts have the same kind and fields as successful ones.
public enum AuditOutcome: String, Sendable, CaseIterable {
    case success
    case refused
    case failed
}
