/// Why a written resource is not taken: to take it would be to guess.
public struct WriteRefusal: Error, Sendable, Hashable {
    /// What was broken.
    public let rule: Rule
    /// The member of the resource that it is about, as R4 names it.
    public let member: String

    /// What can be broken.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// Instructions that were shown are missing, and others came that cannot be told from them:
        /// to take these for new could leave two live doses.
        case unmatchedInstruction = "unmatched-instruction"
        /// Whose resource it is, or what it is meant as, differs from what was shown.
        case identityChanged = "identity-changed"

        /// The name that travels and is logged; it never changes.
        public var code: String { rawValue }
    }

    /// What to do next. It says nothing of what was written.
    public var message: String {
        switch rule {
        case .unmatchedInstruction:
            "cannot tell which item of '\(member)' is which; send the element ids back"
        case .identityChanged:
            "'\(member)' cannot be changed; retract this resource and write a new one"
        }
    }
}
