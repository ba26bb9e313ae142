/// What an operator may know of a session's sending side at this moment.
public struct QueueReport: Sendable, Hashable {
    /// Deliveries that wait for an answer.
    public var inFlight: Int
    /// The size that deliveries aim at now, in bytes.
    public var deliveryBytesTarget: Int
    /// Whether nothing leaves for a while because the peer had no room.
    public var isPausedByPeer: Bool
    /// Whether something waits for the bandwidth cap.
    public var waitsForTokens: Bool
    /// Whether only urgent streams may leave, by the administrator's time windows.
    public var bulkNotAllowed: Bool
}
