/// What auditors ask of the log: each question is answered by the entries of some kinds, in the order
/// of `docs/auditing.md`.
public enum AuditQuestion: String, Codable, Sendable, Hashable, CaseIterable {
    /// What left or arrived, to or from whom, and why?
    case disclosures
    /// Who looked at a record, or for one?
    case access
    /// Which accesses had no active care relationship?
    case unrelated
    /// What may go to whom, what was withheld or taken back?
    case withheld
    /// Where was break-glass used, and who reviewed it?
    case breakGlass = "break-glass"
    /// Which conflicts arose, who resolved them, what was superseded?
    case conflicts
    /// Which sessions failed or were refused?
    case sessions
    /// Who imported, exported, configured, set aside or resynced?
    case administration
    /// Who signed in; which peers, keys, roles and agreements are new?
    case security
    /// What is unusual for a person or a peer, held against their last 28 days?
    case unusual
    /// Starts, stops, clock steps, restores and new origins.
    case continuity

    /// The kinds of entries that answer it (`Protocols/audit-log-v1.md` §2).
    public var kinds: [String] {
        switch self {
        case .disclosures: ["disclose-out", "disclose-in"]
        case .access, .unrelated: ["read", "search"]
        case .withheld: ["permit", "withhold", "withdraw"]
        case .breakGlass: ["break-glass", "review"]
        case .conflicts: ["conflict", "resolve", "retract", "link", "unlink"]
        case .sessions: ["session", "refuse", "reconcile", "courier"]
        case .administration:
            [
                "write", "erase", "quarantine", "resync", "export", "config", "peer", "backup",
                "hold",
            ]
        case .security:
            ["sign-in", "sign-out", "access-role", "peer", "key", "agreement", "refuse", "alarm"]
        case .unusual: UnusualTally.kinds
        case .continuity:
            [
                "origin", "start", "stop", "clock", "restore", "upgrade", "backup", "prune",
                "witness",
            ]
        }
    }

    /// What stands behind `basis` in the entries that answer it; `nil` if any entry of the kinds does.
    public var basis: String? { self == .unrelated ? AuditLogEntry.noRelationship : nil }
}

extension AuditLogEntry {
    /// The `basis` of an access to the record of a patient who is no patient of this site, and of
    /// whom this site wrote nothing.
    public static let noRelationship = "no-relationship"
}

/// A question about the log: the body of `ControlRoute.searchAudit`.
public struct AuditSearch: Codable, Sendable, Hashable {
    /// What is asked.
    public var question: AuditQuestion
    /// The one patient whom it is about, as an id; nil for everybody.
    public var patient: String?
    /// Only entries before this one; nil begins with the newest.
    public var before: Int?
    /// How many entries, 1 to `AuditTail.countMax`.
    public var count: Int

    /// Asks a question.
    public init(
        question: AuditQuestion, patient: String? = nil, before: Int? = nil, count: Int
    ) {
        self.question = question
        self.patient = patient
        self.before = before
        self.count = count
    }

    /// Checks the bounds.
    public func check() throws(ControlFailure) {
        try AuditTail(count: count).check()
        guard before.map({ $0 >= 0 }) ?? true else {
            throw .badRequest("No entry has a negative number.", "Name one from 0.")
        }
    }
}
