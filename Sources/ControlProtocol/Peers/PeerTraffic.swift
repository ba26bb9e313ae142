/// What an administrator allows a peer.
public struct PeerTraffic: Codable, Sendable, Hashable {
    /// Whether nothing is exchanged with it.
    public var isPaused: Bool
    /// Most bytes that are sent to it in a second; absent for no limit.
    public var bytesPerSecond: Int?
    /// The times of day in which more than urgent events leave, as `TimeWindow` writes them; empty
    /// for always.
    public var windows: [String]
    /// The CONNECT proxy through which it is dialled, `host:port`; absent for none.
    public var proxy: String?

    /// Describes what is allowed.
    public init(
        isPaused: Bool = false, bytesPerSecond: Int? = nil, windows: [String] = [],
        proxy: String? = nil
    ) {
        self.isPaused = isPaused
        self.bytesPerSecond = bytesPerSecond
        self.windows = windows
        self.proxy = proxy
    }
}

/// A peer to pause or to resume: the body of `ControlRoute.pausePeer`.
public struct PeerPause: Codable, Sendable, Hashable {
    /// The peer's name.
    public var name: String
    /// Whether it is to be paused.
    public var isPaused: Bool

    /// Describes the change.
    public init(name: String, isPaused: Bool) {
        self.name = name
        self.isPaused = isPaused
    }
}

/// Limits to set: the body of `ControlRoute.limitPeer`. What is absent stays as it is.
public struct PeerLimit: Codable, Sendable, Hashable {
    /// The smallest limit in bytes a second: with it, an event of the largest size takes a quarter
    /// of an hour.
    public static let bytesPerSecondMin = 1_024
    /// Most time windows of a peer.
    public static let windowsMax = 16

    /// The peer's name.
    public var name: String
    /// Most bytes to send in a second, at least `bytesPerSecondMin`; 0 removes the limit.
    public var bytesPerSecond: Int?
    /// The times of day in which more than urgent events may leave, as `TimeWindow` reads them, at
    /// most `windowsMax`; empty removes them.
    public var windows: [String]?
    /// The CONNECT proxy to dial through, `host:port`; empty text removes it.
    public var proxy: String?

    /// Describes the change.
    public init(
        name: String, bytesPerSecond: Int? = nil, windows: [String]? = nil, proxy: String? = nil
    ) {
        self.name = name
        self.bytesPerSecond = bytesPerSecond
        self.windows = windows
        self.proxy = proxy
    }

    /// Checks the form of what was typed, except for the proxy's address.
    ///
    /// - Throws: `.badRequest`.
    public func check() throws(ControlFailure) {
        guard bytesPerSecond != nil || windows != nil || proxy != nil else {
            throw .badRequest("No limit is named.", "Name what is to change.")
        }
        if let bytesPerSecond, bytesPerSecond != 0, bytesPerSecond < Self.bytesPerSecondMin {
            throw .badRequest(
                "The limit is below \(Self.bytesPerSecondMin) bytes a second.",
                "Choose a higher one, or pause the peer.")
        }
        let windows = windows ?? []
        guard windows.count <= Self.windowsMax else {
            throw .badRequest("There are more than 16 time windows.", "Join some of them.")
        }
        guard windows.allSatisfy({ TimeWindow(text: $0) != nil }) else {
            throw .badRequest(
                "A time window is not two times of day.", "Write it as 22:00-06:00.")
        }
    }
}
