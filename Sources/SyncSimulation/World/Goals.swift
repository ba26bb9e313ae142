/// Situations that a run must meet: a simulation proves nothing about what it never met.
public struct Goals: Sendable, Hashable {
    /// How often each was met.
    public private(set) var counts: [Goal: Int] = [:]

    /// Nothing was met.
    public init() {}

    /// A situation was met.
    mutating func reach(_ goal: Goal) { counts[goal, default: 0] += 1 }

    /// Takes over what another run met.
    public mutating func merge(_ other: Goals) {
        for (goal, count) in other.counts { counts[goal, default: 0] += count }
    }

    /// Counts one goal as met so many times.
    public mutating func add(_ goal: Goal, _ count: Int) {
        counts[goal, default: 0] += count
    }

    /// How many different ones were met.
    public var reached: Int { counts.count }

    /// Those that were not met, in the order of their declaration.
    public var missed: [Goal] { Goal.allCases.filter { counts[$0] == nil } }
}

/// One situation.
public enum Goal: String, Sendable, CaseIterable {
    case sessionDialled = "session-dialled"
    case sessionServed = "session-served"
    case inStep = "in-step"
    case packetLost = "packet-lost"
    case packetDuplicated = "packet-duplicated"
    case requestRepeated = "request-repeated"
    case packetCut = "packet-cut"
    case packetChanged = "packet-changed"
    case linkClogged = "link-clogged"
    case nodeRestarted = "node-restarted"
    case nodeKilled = "node-killed"
    case powerCut = "power-cut"
    case powerCutAtStart = "power-cut-at-start"
    case diskFull = "disk-full"
    case fullDiskRefused = "full-disk-refused"
    case pendingFull = "pending-full"
    case importKept = "import-kept"
    case importUndone = "import-undone"
    case deliveryKept = "delivery-kept"
    case deliveryUndone = "delivery-undone"
    case paused
    case versionRefused = "version-refused"
    case peerClockSuspect = "peer-clock-suspect"
    case clockSuspect = "clock-suspect"
    case clockHeld = "clock-held"
    case urgentOwed = "urgent-owed"
    case currentOwed = "current-owed"
    case oldStreamGranted = "old-stream-granted"
    case heldBackOffered = "held-back-offered"
    case heldBackRelayed = "held-back-relayed"
    case answeredFull = "answered-full"
    case answeredPending = "answered-pending"
    case pendingOnCard = "pending-on-card"
    case pendingReleased = "pending-released"
    case answeredDuplicate = "answered-duplicate"
    case answeredRefused = "answered-refused"
    case announcementRewound = "announcement-rewound"
    case withdrawalDuringDelivery = "withdrawal-during-delivery"
    case noticeSent = "notice-sent"
    case noticeObeyed = "notice-obeyed"
    case noticeIgnored = "notice-ignored"
    case streamSealed = "stream-sealed"
    case streamUnsealed = "stream-unsealed"
    case fetched
    case askGranted = "ask-granted"
    case askRefused = "ask-refused"
    case importRepeated = "import-repeated"
    case importRefused = "import-refused"
    case chainImported = "chain-imported"
    case twoSiblings = "two-siblings"
    case threeSiblings = "three-siblings"
    case forkSeen = "fork-seen"
    case quarantined
    case quarantineRetried = "quarantine-retried"
    case deliveryCutByLimit = "delivery-cut-by-limit"
    case attacked
    case blobPieceKept = "blob-piece-kept"
    case blobServed = "blob-served"
    case windowClosed = "window-closed"
    case headCosigned = "head-cosigned"
    case headStale = "head-stale"
    case headRefused = "head-refused"
    case deliveryJoined = "delivery-joined"
    case deliveryJoinedInPart = "delivery-joined-in-part"
    case deliveryUnanswered = "delivery-unanswered"
}
