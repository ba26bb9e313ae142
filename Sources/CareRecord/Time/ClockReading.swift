/// What the machine's clocks said at one moment.
public struct ClockReading: Sendable, Hashable {
    /// The wall clock, in milliseconds since 1970 UTC.
    public var wallMilliseconds: UInt64
    /// The monotonic clock of this boot, in milliseconds. One that goes on while the machine
    /// sleeps is better: after a sleep any other makes the wall clock seem to have stepped.
    public var monotonicMilliseconds: UInt64
    /// Whether the system says that the wall clock is synchronised with a time source.
    public var isSynchronised: Bool

    /// Describes a moment.
    public init(wallMilliseconds: UInt64, monotonicMilliseconds: UInt64, isSynchronised: Bool) {
        self.wallMilliseconds = wallMilliseconds
        self.monotonicMilliseconds = monotonicMilliseconds
        self.isSynchronised = isSynchronised
    }
}
