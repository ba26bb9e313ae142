/// Orders the statuses of concurrent heads, the most restrictive first (`merge.md` §5).
///
/// It orders heads and nothing else: over history a status is a register, so a later resume that names
/// the stop is the only head. `entered-in-error` has no rank: against it an element is disputed.
public struct StatusRank: Sendable, Hashable {
    /// Codes from the most restrictive on; those in one group are equal.
    let groups: [[String]]
    /// How many of the groups, from the first on, end or hold what they are the status of.
    let restraining: Int

    private init(_ groups: [[String]], restraining: Int) {
        self.groups = groups
        self.restraining = restraining
    }

    /// Whether one code is shown before another; ties by code, codes that are not listed last.
    public func precedes(_ left: String, _ right: String) -> Bool {
        (place(of: left), left) < (place(of: right), right)
    }

    /// Whether a code stops or holds what it is the status of; against one that does not, the
    /// element is a DISPUTED-STOP.
    public func isRestraining(_ code: String) -> Bool { place(of: code) < restraining }

    /// Whether a code ends what it is the status of, and does not merely hold it.
    public func isEnding(_ code: String) -> Bool {
        isRestraining(code) && code != "on-hold" && code != "suspended"
    }

    /// Whether a code is one of those that are ordered; nothing is where there need be none.
    func isListed(_ code: String?) -> Bool {
        code.map { place(of: $0) < groups.count } ?? (restraining == 0)
    }

    private func place(of code: String) -> Int {
        groups.firstIndex { $0.contains(code) } ?? groups.count
    }

    /// Of a care plan.
    public static let carePlan = StatusRank(
        [["revoked"], ["completed"], ["on-hold"], ["active"], ["draft"], ["unknown"]],
        restraining: 3)
    /// Of a care team.
    public static let careTeam = StatusRank(
        [["inactive"], ["suspended"], ["active"], ["proposed"]], restraining: 2)
    /// Of an activity of a care plan.
    public static let activity = StatusRank(
        [
            ["stopped", "cancelled"], ["on-hold"], ["completed"], ["in-progress"], ["scheduled"],
            ["not-started"], ["unknown"],
        ], restraining: 3)
    /// Of a medicine that is requested or taken.
    public static let medicine = StatusRank(
        [
            ["stopped", "cancelled"], ["not-taken"], ["on-hold"], ["completed"], ["active"],
            ["intended"], ["draft"], ["unknown"],
        ], restraining: 4)
    /// Of a goal.
    public static let goal = StatusRank(
        [
            ["rejected", "cancelled"], ["on-hold"], ["completed"], ["active"], ["accepted"],
            ["planned"], ["proposed"],
        ], restraining: 3)
    /// Of a flag, and the clinical status of an allergy: a warning is the more restrictive.
    public static let warning = StatusRank(
        [["active"], ["inactive"], ["resolved"]], restraining: 0)
    /// The verification of an allergy.
    public static let verification = StatusRank(
        [["confirmed"], ["unconfirmed"], ["refuted"]], restraining: 0)
}
