/// What becomes of an entity that somebody ended or retracted while somebody else did not
/// (`merge.md` §3.2).
public enum ExistenceRule: Sendable, Hashable {
    /// A retraction that does not cover what it meets: the other edit shows that somebody relied
    /// on it. All are shown, class H.
    case relied
    /// A member of a set: `present` is shown over `ended`, class F.
    case member
    /// A medicine: all are kept, class H; a critical one U.
    case medicine
    /// An allergy: the warning is shown, class F; with high criticality U.
    case allergy
    /// All are kept: class A.
    case kept
}
