/// What has to happen when an element has several heads that differ (`merge.md` §3), the more
/// demanding the greater.
///
/// The assignments come from published guidance and incident reports; no clinical safety officer
/// has reviewed them (`merge.md` §13).
public enum ConflictClass: UInt8, Sendable, Hashable, CaseIterable {
    /// Merged without anybody: nothing is lost by it.
    case automatic = 0
    /// Merged, and marked for a look.
    case flagged = 1
    /// A human decides.
    case human = 2
    /// A human decides urgently.
    case urgent = 3

    /// The letter it is known by: A, F, H, U.
    public var letter: String {
        switch self {
        case .automatic: "A"
        case .flagged: "F"
        case .human: "H"
        case .urgent: "U"
        }
    }
}

extension ConflictClass: Comparable {
    public static func < (left: ConflictClass, right: ConflictClass) -> Bool {
        left.rawValue < right.rawValue
    }
}
