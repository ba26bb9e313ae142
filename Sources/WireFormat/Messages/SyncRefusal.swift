/// Why a side ends or does not begin a session; the code travels.
public enum SyncRefusal: UInt32, Error, Sendable, Hashable, CaseIterable {
    /// Any reason of a later version.
    case other = 0
    /// No protocol version in common.
    case version = 1
    /// The message cannot be decoded or breaks a limit.
    case badMessage = 2
    /// The session is not known, or no hello came first.
    case noSession = 3
    /// The replica is not the one of the enrolled site.
    case wrongSite = 4
    /// The node is stopping or its store is not writable: try again later.
    case unavailable = 5
    /// The peer was revoked.
    case revoked = 6
    /// The session token, echo or announced digest shows that one side does not hold what the
    /// other takes it to hold.
    case rewound = 7
    /// An administrator paused the peer here: try again later.
    case paused = 8
    /// There is no room left for what a peer sends: try again later.
    case fullDisk = 9
    /// The other side's clock is further off than is permitted here, and never for less than two
    /// minutes: tells its administrator.
    case clock = 10
}
