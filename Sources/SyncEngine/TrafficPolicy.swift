/// What an administrator allows this peer's traffic to be, now.
public struct TrafficPolicy: Sendable, Hashable {
    /// The bandwidth cap over envelopes, in bytes a second, from 1; `nil` for none.
    public var bytesPerSecond: Int?
    /// Whether anything but the urgent lane may leave: false outside the time windows.
    public var allowsBulk: Bool

    /// Describes a policy; the default allows everything.
    public init(bytesPerSecond: Int? = nil, allowsBulk: Bool = true) {
        self.bytesPerSecond = bytesPerSecond
        self.allowsBulk = allowsBulk
    }
}
