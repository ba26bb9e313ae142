/// Limits of the peer port, with their units; `docs/security.md` §5.
package struct PeerListenerLimits: Sendable, Hashable {
    /// Connections in all.
    package var connectionsMax = 64
    /// Connections of one peer key, counted once the handshake has proved it.
    package var connectionsPerPeerMax = 8
    /// Connections from one address whose handshake is not over.
    package var unauthenticatedPerAddressMax = 4
    /// Requests of one peer key a second; more wait for their turn.
    package var requestsPerSecond = 50
    /// Its requests at once after a pause.
    package var requestsAtOnce = 100
    /// Limits of each connection.
    package var door = DoorLimits()

    /// The defaults above.
    package init() {}
}
