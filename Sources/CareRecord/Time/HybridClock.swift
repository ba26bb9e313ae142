/// Issues hybrid times from wall-clock readings that its owner passes in.
///
/// Between restarts the times rise strictly. After a correction of the wall clock the owner restarts
/// the clock: nothing relies on monotony across that (`sync.md` §7).
public struct HybridClock: Sendable {
    /// A remote time further ahead of the wall clock than this is never folded in, in milliseconds.
    public static let remoteLeadMaxMilliseconds: UInt64 = 120_000

    /// The latest time issued or folded in.
    public private(set) var latest: HybridTime

    /// Starts at the given time, by default before every real one.
    public init(latest: HybridTime = HybridTime(bits: 0)) {
        self.latest = latest
    }

    /// Starts again from a corrected wall clock, whatever was issued or folded in before; for a
    /// `ClockFinding` that says so.
    public mutating func restart(wallMilliseconds: UInt64) {
        latest = HybridTime(milliseconds: wallMilliseconds, counter: 0)
    }

    /// Issues the next time for something that happens now.
    public mutating func next(wallMilliseconds: UInt64) -> HybridTime {
        let wall = HybridTime(milliseconds: wallMilliseconds, counter: 0)
        if wall > latest {
            latest = wall
        } else if latest.bits < UInt64.max {
            // A full counter carries into the milliseconds, which keeps the order.
            latest = HybridTime(bits: latest.bits + 1)
        }
        return latest
    }

    /// Folds in the time of a remote event, unless it is more than two minutes ahead of the wall
    /// clock.
    ///
    /// - Returns: whether the remote clock is suspect.
    public mutating func observe(_ remote: HybridTime, wallMilliseconds: UInt64) -> Bool {
        let wall = min(wallMilliseconds, HybridTime.millisecondsMax)
        guard remote.milliseconds <= wall + Self.remoteLeadMaxMilliseconds else { return true }
        latest = max(latest, remote)
        return false
    }
}
