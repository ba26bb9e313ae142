/// An agency that disclosures to are left out of accountings (45 CFR 164.528(a)(2)): the body of
/// `ControlRoute.suspendAccounting`.
public struct AccountingSuspension: Codable, Sendable, Hashable {
    /// What this site calls the agency, which is a peer.
    public var peer: String
    /// Until when, in milliseconds since 1970 UTC; a time that has passed ends the suspension.
    public var untilMilliseconds: Int64
    /// Why, for the audit log; may be absent.
    public var reason: String?

    /// Describes a suspension.
    public init(peer: String, untilMilliseconds: Int64, reason: String? = nil) {
        self.peer = peer
        self.untilMilliseconds = untilMilliseconds
        self.reason = reason
    }

    /// Checks the form of what was typed.
    ///
    /// - Throws: `.badRequest`, which repeats nothing of it.
    public func check() throws(ControlFailure) {
        guard let reason else { return }
        guard RequestText.isLine(reason, bytesMax: 500) else { throw .reasonIsMissing }
    }
}

/// Whether disclosures to an agency are left out of accountings: the answer of
/// `ControlRoute.suspendAccounting`.
public struct AccountingSuspensionState: Codable, Sendable, Hashable {
    /// What this site calls the agency.
    public var peer: String
    /// Until when, in milliseconds since 1970 UTC; absent if they are shown.
    public var untilMilliseconds: Int64?

    /// Describes the state.
    public init(peer: String, untilMilliseconds: Int64? = nil) {
        self.peer = peer
        self.untilMilliseconds = untilMilliseconds
    }
}
