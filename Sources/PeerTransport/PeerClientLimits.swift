/// Limits of a `PeerClient`, with their units.
public struct PeerClientLimits: Sendable, Hashable {
    /// Time for name look-up, TCP and TLS together.
    public var connectTimeout: Duration = .seconds(10)
    /// Connections to one peer; below the listener's limit, so that a restart finds room.
    public var connectionsPerPeerMax = 6
    /// Handshakes with one peer at the same time; the listener allows four from one address.
    public var handshakesPerPeerMax = 3
    /// Connections kept open in all.
    public var connectionsMax = 64
    /// An idle connection older than this is not used again; below the listener's 60 s.
    public var connectionIdleMax: Duration = .seconds(45)
    /// A connection is replaced after this time, so that certificates are looked at again.
    public var connectionAgeMax: Duration = .seconds(3_600)
    /// Bytes that the library reads, and that it sends, at a time.
    public var transferBufferBytes = 512 * 1024
    /// Largest block of response header fields, in bytes.
    public var responseHeaderBytesMax = 16 * 1024

    /// The defaults above.
    public init() {}
}
