/// A legal hold of the audit log: while it is in force nothing is pruned.
public struct AuditHold: Codable, Sendable, Hashable {
    /// Why, as it was typed.
    public var reason: String
    /// When it was laid on the log, in milliseconds since 1970 UTC.
    public var sinceMilliseconds: Int64
    /// When it ends by itself, in milliseconds since 1970 UTC; absent if it has to be released.
    public var untilMilliseconds: Int64?

    /// Describes a hold.
    public init(reason: String, sinceMilliseconds: Int64, untilMilliseconds: Int64? = nil) {
        self.reason = reason
        self.sinceMilliseconds = sinceMilliseconds
        self.untilMilliseconds = untilMilliseconds
    }
}

/// A hold to lay on the audit log, or its release: the body of `ControlRoute.holdAudit`.
public struct AuditHoldOrder: Codable, Sendable, Hashable {
    /// Why the log is held; absent to release it.
    public var reason: String?
    /// When the hold ends by itself, in milliseconds since 1970 UTC; absent if it has to be released.
    public var untilMilliseconds: Int64?

    /// Holds the log.
    public init(reason: String, untilMilliseconds: Int64? = nil) {
        self.reason = reason
        self.untilMilliseconds = untilMilliseconds
    }

    private init() {}

    /// Releases the log.
    public static let release = AuditHoldOrder()

    /// Checks the form of what was typed.
    ///
    /// - Throws: `.badRequest`, which repeats nothing of it.
    public func check() throws(ControlFailure) {
        if let reason {
            guard RequestText.isLine(reason, bytesMax: 500) else { throw .reasonIsMissing }
        } else if untilMilliseconds != nil {
            throw .badRequest("A release has no end.", "Leave the day out, or give a reason.")
        }
    }
}

/// Whether the audit log is held: the answer of `ControlRoute.holdAudit`.
public struct AuditHoldState: Codable, Sendable, Hashable {
    /// The hold that is in force; absent without one.
    public var hold: AuditHold?

    /// Describes the state.
    public init(hold: AuditHold? = nil) {
        self.hold = hold
    }
}
