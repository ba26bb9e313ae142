/// How long to leave a peer in peace that has no room. Times are in milliseconds since 1970 UTC.
struct RoomWait: Sendable {
    private let limits: DeliveryLimits
    /// The present wait; 0 before the first.
    private var wait: UInt64 = 0
    /// When what had no room first in this wait may be tried again.
    private var triedAgainAt: UInt64 = 0
    /// Nothing leaves before.
    private var pausedUntil: UInt64 = 0

    init(_ limits: DeliveryLimits) { self.limits = limits }

    /// Some events had no room: the time before which they are not sent again. The wait doubles
    /// once for a try that failed again, not for each delivery that was on its way meanwhile.
    mutating func next(at now: UInt64) -> UInt64 {
        if wait == 0 {
            wait = limits.fullWaitMilliseconds
            triedAgainAt = now + wait
        } else if now >= triedAgainAt {
            wait = min(wait * 2, limits.fullWaitMillisecondsMax)
            triedAgainAt = now + wait
        }
        return now + wait
    }

    /// Nothing of a delivery had room: everything waits.
    mutating func pause(at now: UInt64) {
        pausedUntil = now + limits.fullWaitMilliseconds
    }

    /// When everything goes on; `nil` if nothing waits. A clock that was set back does not make it
    /// later.
    mutating func pauseEnd(at now: UInt64) -> UInt64? {
        guard pausedUntil > now else { return nil }
        pausedUntil = min(pausedUntil, now + limits.fullWaitMilliseconds)
        return pausedUntil
    }
}
