public import CareRecord

/// Takes back from one peer what agreements made before it had permitted (`sync.md` §4).
public struct Withdrawal: Sendable, Hashable {
    /// What the store calls the withdrawal, ascending in the order they were made.
    public var number: Int64
    /// The peer that no longer receives.
    public var peer: SiteID
    /// The compartments that are withdrawn, ascending and without repetitions; none means all.
    public var compartments: [Compartment]
    /// The one patient whose record is withdrawn; `nil` for every patient's.
    public var patient: PatientID?
    /// The policy version that the withdrawal was made in.
    public var policyVersion: UInt64

    /// Creates a withdrawal.
    public init(
        number: Int64, peer: SiteID, compartments: [Compartment] = [], patient: PatientID? = nil,
        policyVersion: UInt64
    ) {
        self.number = number
        self.peer = peer
        self.compartments = Compartment.list(compartments)
        self.patient = patient
        self.policyVersion = policyVersion
    }

    /// Whether the stream is withdrawn.
    ///
    /// Identity goes only with a withdrawal of all compartments or one that names it, not when
    /// every other compartment was named. A stream of no single compartment, such as a directory,
    /// goes only with a withdrawal of all compartments, and a stream of no patient only with one
    /// of every patient; a link goes with either of its patients.
    public func matches(_ stream: StreamID) -> Bool {
        switch stream {
        case .patient(let subject, let compartment):
            return (patient ?? subject) == subject
                && (compartments.isEmpty || compartments.contains(compartment))
        case .link(let first, let second):
            return compartments.isEmpty && (patient == nil || patient == first || patient == second)
        case .directory, .local, .unknown:
            return compartments.isEmpty && patient == nil
        }
    }
}

extension DisclosureDecision {
    /// Whether a permission that was materialised still counts, at a time in milliseconds since
    /// 1970 UTC: it has not lapsed, and the policy version of its grant is newer than that of
    /// every withdrawal that matches the stream.
    ///
    /// - Parameter withdrawals: those from the row's peer, in any order; others would count too.
    public static func counts(
        grantPolicyVersion: UInt64, untilMilliseconds: Int64?, withdrawals: [Withdrawal],
        stream: StreamID, nowMilliseconds: Int64
    ) -> Bool {
        if let untilMilliseconds, nowMilliseconds >= untilMilliseconds { return false }
        return withdrawals.allSatisfy { withdrawal in
            grantPolicyVersion > withdrawal.policyVersion || !withdrawal.matches(stream)
        }
    }
}
