/// What becomes of the concurrent heads of one facet (`merge.md` §3.2).
public enum ElementRule: Sendable, Hashable {
    /// How a resource is shown; no conflict, the first in display order stands.
    case presentation
    /// The first in display order stands, the others are shown beside it: class F.
    case first
    /// The latest stands, the others are shown beside it: class F.
    case latest
    /// All are shown and none stands out.
    case all(ConflictClass)
    /// An instruction: all are shown side by side, class H; with urgent content U.
    case instruction
    /// Who does it: all are shown, class F; H if one of them leaves the work to nobody.
    case performer
    /// A status: ordered by rank.
    case status(StatusRule)
    /// How severe it is: the most severe stands, class F.
    case severity([String])

    /// Whether an ending must have been made in sight of it (`covers`, `merge.md` §2.1).
    public var isInstruction: Bool { self == .instruction || self == .all(.urgent) }
}

/// How the concurrent statuses of one kind of entity meet (`merge.md` §3.2 and §5).
public struct StatusRule: Sendable, Hashable {
    /// The members that hold the codes, each as `MemberPath` writes it; the first decides.
    public let members: [MemberPath]
    /// The order of each member's codes.
    public let ranks: [StatusRank]
    /// What makes a difference a conflict.
    public let tension: Tension

    /// When statuses that differ are more than a matter of display.
    public enum Tension: Sendable, Hashable {
        /// Never: class F.
        case never
        /// A stop or hold that meets a continue is a DISPUTED-STOP, class H, with urgent content U;
        /// else F.
        case stopAgainstContinue
        /// An ending that meets a live status or another ending: class H; else F.
        case endingAgainstAnother
        /// An ending that meets a live status: class H; else F.
        case endingAgainstLive
        /// Any difference is class U: a medicine.
        case always
        /// A warning is shown as long as any head says so: class H.
        case warning
    }
}
