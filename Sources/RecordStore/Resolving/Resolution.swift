public import CareRecord
import ConflictResolver

/// What a person decided about an open conflict (`merge.md` §8).
public struct Resolution: Sendable, Hashable {
    /// The conflict's id: it names the heads that were shown, so a resolution ends those and no other.
    public var conflict: EntityID
    /// The decision.
    public var decision: Decision
    /// The person, an opaque id of this site.
    public var practitioner: String
    /// In what capacity, as `Responsibility.roles` names it.
    public var role: String
    /// Why; travels with the event, and is no part of any log.
    public var reason: String

    /// What was decided.
    public enum Decision: Sendable, Hashable {
        /// One of the conflict's options, by its token as it was shown.
        case option(String)
        /// Another value of the element: a JSON object of the facet's members.
        case value([UInt8])
    }

    /// Describes a decision.
    public init(
        conflict: EntityID, decision: Decision, practitioner: String, role: String, reason: String
    ) {
        self.conflict = conflict
        self.decision = decision
        self.practitioner = practitioner
        self.role = role
        self.reason = reason
    }
}

/// A conflict that was resolved here, durably.
public struct ResolvedConflict: Sendable, Hashable {
    /// The resource's type.
    public var resourceType: String
    /// The resource.
    public var resource: EntityID
    /// The stream it is in.
    public var stream: StreamID
    /// The event that says so.
    public var event: EventID
    /// How many conflicts of class H or U the resource still has.
    public var stillOpen: Int
}

/// Why a resolution was not written; no content.
public struct ResolutionRefusal: Error, Sendable, Hashable {
    /// Which rule it breaks.
    public let rule: Rule
    /// A sentence that says what is wrong, and what to do.
    public let message: String

    /// The rules.
    public enum Rule: String, Sendable, CaseIterable {
        /// The conflict has no such option, or no longer.
        case noSuchOption = "no-such-option"
        /// The conflict is not about one element, so no value can end it.
        case noValue = "no-value"
        /// The value is no JSON object of the element's members.
        case valueInvalid = "value-invalid"
        /// This role may not resolve it.
        case roleMayNot = "role-may-not"
        /// It would name more changes than an event can.
        case tooMuch = "too-much"
    }

    static func noSuchOption(of count: Int) -> ResolutionRefusal {
        ResolutionRefusal(
            rule: .noSuchOption,
            message: count == 0
                ? "The conflict offers no choice: only a new version of what is disputed ends it."
                : "The conflict has no such choice, or something came that it was not made in sight "
                    + "of. Look at it again.")
    }

    static let tooMuch = ResolutionRefusal(
        rule: .tooMuch,
        message: "The decision would name more changes than one event can. Write a new version of "
            + "the resource instead.")

    static let noValue = ResolutionRefusal(
        rule: .noValue,
        message: "No value ends this conflict. Choose one of what is offered.")

    static func valueInvalid(_ facet: Facet) -> ResolutionRefusal {
        ResolutionRefusal(
            rule: .valueInvalid,
            message:
                "The value is no JSON object of the members of \(facet), or its status is none "
                + "that there is. Write it as the shown values are written.")
    }

    static func roleMayNot(_ responsibility: Responsibility) -> ResolutionRefusal {
        let roles = responsibility.roles.sorted().joined(separator: ", ")
        return ResolutionRefusal(
            rule: .roleMayNot,
            message: "This is for a \(responsibility.rawValue): roles \(roles).")
    }
}
