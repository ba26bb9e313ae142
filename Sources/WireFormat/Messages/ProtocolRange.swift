/// The protocol versions that a node speaks: its own and the one before it.
public struct ProtocolRange: Sendable, Hashable {
    /// The lowest version.
    public let min: UInt32
    /// The highest version.
    public let max: UInt32

    /// Creates a range; one whose `min` is above its `max` has nothing in common with any other.
    public init(min: UInt32, max: UInt32) {
        self.min = min
        self.max = max
    }

    /// What this code speaks.
    public static let spoken = ProtocolRange(
        min: SyncLimits.protocolVersion, max: SyncLimits.protocolVersion)

    /// The highest version that both sides speak; `nil` if there is none.
    public func common(with other: ProtocolRange) -> UInt32? {
        let highest = Swift.min(max, other.max)
        return highest >= Swift.max(min, other.min) ? highest : nil
    }
}

extension Hello {
    /// The protocol versions that the sender speaks.
    public var protocolRange: ProtocolRange { ProtocolRange(min: protocolMin, max: protocolMax) }
}
