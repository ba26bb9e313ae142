/// How a peer is doing, seen from this node.
public enum PeerState: String, Codable, Sendable, Hashable, CaseIterable {
    /// Enrolled, and no session was ever opened.
    case neverContacted = "never-contacted"
    /// A first or new session is being opened.
    case connecting
    /// A session is open.
    case connected
    /// A session is open outside the peer's time windows: only what is urgent leaves.
    case waitingWindow = "waiting-window"
    /// The last attempts found nobody.
    case unreachable
    /// One side turned the other away; `lastRefusal` says why.
    case refused
    /// A certificate of either side has expired.
    case certExpired = "cert-expired"
    /// The clocks are too far apart for a session.
    case clock
    /// The two sides have no version of the protocol in common.
    case version
    /// The peer has no room and takes nothing.
    case fullDisk = "full-disk"
    /// Paused by an administrator.
    case paused
    /// Its entitlement was withdrawn; it is no longer spoken to.
    case revoked
}
