/// Makes one time of a wall clock that may be set wrongly and a monotonic clock (`sync.md` §7).
///
/// The first reading of a boot is believed. From then on the time goes on with the monotonic clock
/// and approaches the wall clock in small silent parts. A step of the wall clock is followed at
/// once and reported, but not if it leads forward by more than five minutes: a time in the future
/// would be signed into events for ever. Such a step is held until a reading is synchronised or an
/// administrator confirms it. The five minutes are for all parts and steps forward together since
/// the time was last known to be good, so that many small ones lead no further than one.
public struct SiteClock: Sendable {
    /// The largest silent correction at one reading, in milliseconds.
    public static let slewMaxMilliseconds: Int64 = 1_000
    /// The largest difference that is corrected silently, in milliseconds; a larger one is a step.
    public static let silentMaxMilliseconds: Int64 = 5_000
    /// How far the time goes forward in all without a synchronised reading or a confirmation, in
    /// milliseconds.
    public static let forwardMaxMilliseconds: Int64 = 300_000

    /// How far the wall clock was ahead of the time after the last reading, in milliseconds;
    /// negative if it was behind.
    public private(set) var offMilliseconds: Int64 = 0
    /// Whether a forward step is held.
    public private(set) var isHeld = false

    private var last: (monotonic: UInt64, time: Int64)?
    /// How far the time may still be led forward, in milliseconds.
    private var forwardLeft = Self.forwardMaxMilliseconds
    /// Whether the step that is held may be followed.
    private var isConfirmed = false

    /// Starts a clock for one boot.
    public init() {}

    /// Lets the next reading follow the step that is held, as far as `offMilliseconds` says; a wall
    /// clock that meanwhile stepped on is held and reported again. Without a held step it does
    /// nothing.
    public mutating func confirm() {
        guard isHeld else { return }
        isConfirmed = true
        forwardLeft = Self.forwardMaxMilliseconds + offMilliseconds
    }

    /// Takes a reading.
    ///
    /// A monotonic clock that went back counts as one that stood still. What lies after
    /// `HybridTime.millisecondsMax` counts as that. A hold ends without a finding when the wall
    /// clock comes back by itself.
    ///
    /// - Returns: the time in milliseconds since 1970 UTC, and what is to be reported.
    public mutating func read(
        _ reading: ClockReading
    ) -> (milliseconds: UInt64, finding: ClockFinding?) {
        let wall = Self.bounded(reading.wallMilliseconds)
        guard let last else {
            return (settle(wall, wall: wall, reading), nil)
        }
        let monotonic = reading.monotonicMilliseconds
        let elapsed = monotonic > last.monotonic ? monotonic - last.monotonic : 0
        let expected = Self.bounded(UInt64(last.time).addingUpToMax(elapsed))
        if reading.isSynchronised { forwardLeft = Self.forwardMaxMilliseconds }

        let difference = wall - expected
        var time = expected
        var finding: ClockFinding?
        if difference.magnitude <= Self.silentMaxMilliseconds {
            // The time stands still rather than going back, and never leads too far forward.
            let part = max(difference, -Self.slewMaxMilliseconds)
            time = max(last.time, expected + min(part, Self.slewMaxMilliseconds, forwardLeft))
            isHeld = false
        } else if difference < 0 {
            time = wall
            finding = .steppedBack(byMilliseconds: difference.magnitude)
            isHeld = false
        } else if reading.isSynchronised || difference <= forwardLeft {
            time = wall
            finding =
                isHeld && (isConfirmed || reading.isSynchronised)
                ? .heldFollowed(byMilliseconds: difference.magnitude)
                : .steppedForward(byMilliseconds: difference.magnitude)
            isHeld = false
        } else {
            if !isHeld || isConfirmed {
                finding = .forwardHeld(byMilliseconds: difference.magnitude)
            }
            isHeld = true
        }
        isConfirmed = false
        spend(time - expected, reading)
        return (settle(time, wall: wall, reading), finding)
    }

    /// Counts how far the time was led forward; being led back gives room again, and so does a
    /// reading that is known to be good.
    private mutating func spend(_ lead: Int64, _ reading: ClockReading) {
        let left = reading.isSynchronised ? Self.forwardMaxMilliseconds : forwardLeft - lead
        forwardLeft = min(max(left, 0), Self.forwardMaxMilliseconds)
    }

    private mutating func settle(_ time: Int64, wall: Int64, _ reading: ClockReading) -> UInt64 {
        offMilliseconds = wall - time
        last = (reading.monotonicMilliseconds, time)
        return UInt64(time)
    }

    /// A time that fits the hybrid clock, so that no sum or difference of two overflows.
    private static func bounded(_ milliseconds: UInt64) -> Int64 {
        Int64(min(milliseconds, HybridTime.millisecondsMax))
    }
}

extension UInt64 {
    /// The sum, or the largest value where there is none.
    fileprivate func addingUpToMax(_ other: UInt64) -> UInt64 {
        let (sum, hasOverflowed) = addingReportingOverflow(other)
        return hasOverflowed ? .max : sum
    }
}
