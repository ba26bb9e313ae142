import AuditTrail
import CareRecord
import GRDB
import Signing
import WireFormat

/// What the one writer keeps in memory between facts. Everything in it can be rebuilt from the
/// database; nothing of it is truth.
struct WriterState: Sendable {
    /// Short integers of ids and words.
    var names: RowNames
    /// Appends to the audit log.
    var audit: AuditWriter
    /// Issues hybrid times.
    var clock: HybridClock
    /// Vector entries that were read or written lately.
    var vectors = VectorCache()
    /// Headers of events whose chain is incomplete.
    var chainParts = ChainPartCache()
    /// Streams in which an `erase` was applied by the current fact: events may wait for it there.
    var erasureOrderedIn: Set<StreamID> = []
    /// Streams in which the current fact restored values that a withdrawal had erased.
    var restoredIn: Set<StreamID> = []
    /// Patients whose evidence of care relationships the current fact changed.
    var evidenceChangedOf: Set<PatientID> = []
    /// Resources that may be evidence, whose elements the current fact changed.
    var evidenceToRestate: Set<ChangePosition> = []
    /// Whether share sets were decided again since somebody asked: more than the feed changed.
    private var hasShareNews = false
    /// Rows of peers with an agreement; `nil` until read.
    var agreementPeers: [Int64]?
    /// Sums over the share sets that changed lately.
    var shareSums: [Int64: ShareSetSum] = [:]
    /// Rows of streams that were withdrawn from this node; `nil` until read.
    var sealedStreams: [Int64: SealedMode]?
    /// Which life of the clock the hybrid clock belongs to.
    var clockLife: UInt64 = 0
    /// How many events are pending; `nil` until counted.
    var pendingCount: Int?
    /// Whether any change speaks of what is not in view; `nil` until asked.
    var hasEarly: Bool?
    /// Finds what imports refer to.
    var finder: EntityFinder
    /// Signs notices.
    let key: EventKey
    /// Signs and packs local events.
    let sealer: EventSealer
    /// Opens stored envelopes.
    let opener: EventOpener
    /// Unpacks single frames.
    let coder: FrameCoder
    /// This node's writer.
    let replica: Replica
    /// Milliseconds since 1970 UTC.
    let now: @Sendable () -> Int64
    /// Rises whenever the wall clock was corrected.
    let currentClockLife: @Sendable () -> UInt64
    /// How many items of one peer may wait or be set aside.
    let itemsPerPeerMax: @Sendable () -> Int
    /// Draws ids and salts.
    var generator: any RandomNumberGenerator & Sendable

    init(
        replica: Replica, key: EventKey, audit: AuditWriter,
        now: @escaping @Sendable () -> Int64, clockLife: @escaping @Sendable () -> UInt64,
        itemsPerPeerMax: @escaping @Sendable () -> Int,
        generator: any RandomNumberGenerator & Sendable
    ) {
        self.replica = replica
        self.now = now
        self.generator = generator
        self.itemsPerPeerMax = itemsPerPeerMax
        self.key = key
        currentClockLife = clockLife
        coder = FrameCoder()
        names = RowNames()
        self.audit = audit
        clock = HybridClock()
        sealer = EventSealer(key: key, coder: coder)
        opener = EventOpener(coder: coder)
        finder = EntityFinder(opener: opener, coder: coder, ownSite: replica.site)
    }

    /// A fact, or with it the whole transaction, was rolled back: whatever it put into a cache may
    /// not exist.
    mutating func forgetUncommitted(_ extent: RollbackExtent) {
        names = RowNames()
        audit.putBack(extent)
        vectors = VectorCache()
        chainParts = ChainPartCache()
        pendingCount = nil
        hasEarly = nil
        erasureOrderedIn = []
        restoredIn = []
        evidenceChangedOf = []
        evidenceToRestate = []
        agreementPeers = nil
        shareSums = [:]
        sealedStreams = nil
        finder.forget()
    }

    /// Share sets were decided again in this fact.
    mutating func noteShareNews() { hasShareNews = true }

    /// Whether share sets were decided again since the last call.
    mutating func takeShareNews() -> Bool {
        defer { hasShareNews = false }
        return hasShareNews
    }

    /// A transaction begins.
    mutating func willBeginTransaction() { audit.remember(.transaction) }

    /// A fact begins.
    mutating func willBeginFact() { audit.remember(.fact) }

    /// A fact succeeded; the commit is still to come.
    mutating func didFinishFact() {
        vectors.trim()
        names.trim()
        chainParts.trim()
        finder.trim()
    }

    /// The hybrid time of something that happens now. After a correction of the wall clock the
    /// hybrid clock starts anew: nothing relies on its monotony (`sync.md` §7).
    mutating func nextTime() -> HybridTime {
        let life = currentClockLife()
        if life != clockLife {
            clockLife = life
            clock.restart(wallMilliseconds: UInt64(max(0, now())))
        }
        return clock.next(wallMilliseconds: UInt64(max(0, now())))
    }

    /// `count` random bytes.
    mutating func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
