/// Hybrid logical time: 48 bits of wall-clock milliseconds since 1970 UTC above a 16-bit counter
/// (Kulkarni et al., *Logical Physical Clocks*, OPODIS 2014).
///
/// For display and the order of feeds only; it never decides anything clinical.
public struct HybridTime: Sendable, Hashable, Comparable {
    /// Milliseconds and counter, as they travel.
    public let bits: UInt64

    /// Wraps the travelling form.
    public init(bits: UInt64) { self.bits = bits }

    /// Combines milliseconds (below 2^48; larger ones are held at the maximum) and a counter.
    public init(milliseconds: UInt64, counter: UInt16) {
        bits = min(milliseconds, Self.millisecondsMax) << 16 | UInt64(counter)
    }

    /// The latest representable millisecond, in the year 10889.
    public static let millisecondsMax: UInt64 = 1 << 48 - 1

    /// Milliseconds since 1970 UTC.
    public var milliseconds: UInt64 { bits >> 16 }

    /// Tells times of one millisecond apart.
    public var counter: UInt16 { UInt16(truncatingIfNeeded: bits) }

    public static func < (left: HybridTime, right: HybridTime) -> Bool { left.bits < right.bits }
}
