public import CareRecord

/// Which compartments of whose records may go to one peer, for which purpose (`sync.md` §4).
public struct SharingAgreement: Sendable, Hashable {
    /// What the store calls the agreement, ascending in the order they were made; 0 before that.
    public var number: Int64
    /// The peer that receives.
    public var peer: SiteID
    /// What it may have, ascending and without repetitions. Any compartment can be named.
    ///
    /// Identity travels with any other and need not be listed; patient-private is shared only if
    /// it is named, as is every other.
    public var compartments: [Compartment]
    /// Purpose of use (HL7 v3-PurposeOfUse), such as `TREAT`.
    public var purpose: String
    /// Whose records.
    public var scope: Scope
    /// Whether evidence that the peer wrote itself entitles it, for identity and general only.
    public var isAttested: Bool
    /// What the peer does with what it holds when a withdrawal reaches it.
    public var onWithdrawal: WithdrawalMode
    /// The policy version that the agreement was made in: what a withdrawal must be older than.
    public var policyVersion: UInt64

    /// Creates an agreement.
    ///
    /// What is left out narrows: nothing is attested, and version 0 is older than any withdrawal.
    public init(
        number: Int64 = 0, peer: SiteID, compartments: [Compartment], purpose: String,
        scope: Scope, isAttested: Bool = false, onWithdrawal: WithdrawalMode = .seal,
        policyVersion: UInt64 = 0
    ) {
        self.number = number
        self.peer = peer
        self.compartments = Compartment.list(compartments)
        self.purpose = purpose
        self.scope = scope
        self.isAttested = isAttested
        self.onWithdrawal = onWithdrawal
        self.policyVersion = policyVersion
    }

    /// Whose records an agreement covers. The peer's own patients are always among them. Raw
    /// values are stored and used in commands.
    public enum Scope: String, Sendable, CaseIterable {
        /// Every patient that this site holds, also by relay.
        case all
        /// Patients that this site registered itself.
        case registered
        /// Patients to whom the peer has a care relationship.
        case relationship
        /// Patients whom the peer asked for under this agreement, while the answer stands.
        case onRequest = "on-request"
        /// Patients whom an administrator put on this agreement's list.
        case list
    }

    /// What a receiver does with the content of a withdrawn stream; its own events stay either way.
    /// Raw values are stored and used in commands.
    public enum WithdrawalMode: String, Sendable, CaseIterable {
        /// It keeps the bytes and shows them to nobody.
        case seal
        /// It destroys them.
        case erase
    }

    /// Whether the agreement covers a compartment; identity is covered with any other.
    public func covers(_ compartment: Compartment) -> Bool {
        compartments.contains(compartment) || compartment == .identity && !compartments.isEmpty
    }
}

extension Compartment {
    /// Compartments as agreements and withdrawals keep them: ascending, each once.
    static func list(_ compartments: [Compartment]) -> [Compartment] {
        var list: [Compartment] = []
        for compartment in compartments.sorted() where list.last != compartment {
            list.append(compartment)
        }
        return list
    }
}
