/// Limits of the peer port, with their units; `docs/security.md` §5.
package struct PeerListenerLimits: Sendable, Hashable {
    /// Connections in all.
    package var connectionsMax = 64
    /// Connections of one peer key, counted once the handshake has proved it.
    package var connectionsPerPeerMax = 8
    /// Connections from one address whose handshake is not over.
    package var unauthenticatedPerAddressMax = 4
    /// Limits of each connection.
    package var door = DoorLimits()

    /// The defaults above.
    package init() {}
}
