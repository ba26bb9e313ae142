/// How a peer is doing, seen from this node.
public enum PeerState: String, Codable, Sendable, Hashable, CaseIterable {
    /// Enrolled, and no session was ever opened.
    case neverContacted = "never-contacted"
    /// A first or new session is being opened.
    case connecting
    /// A session is open.
    case connected
    /// The last attempts found nobody.
    case unreachable
    /// One side turned the other away; `lastRefusal` says why.
    case refused
    /// Paused by an administrator.
    case paused
    /// Its entitlement was withdrawn; it is no longer spoken to.
    case revoked
}
