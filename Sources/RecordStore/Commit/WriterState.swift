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
    /// The end of the audit log.
    var audit: AuditWriter
    /// Issues hybrid times.
    var clock: HybridClock
    /// Vector entries that were read or written lately.
    var vectors = VectorCache()
    /// Headers of events whose chain is incomplete.
    var chainParts = ChainPartCache()
    /// Streams in which an `erase` was applied by the current fact: events may wait for it there.
    var erasureOrderedIn: Set<StreamID> = []
    /// How many events are pending; `nil` until counted.
    var pendingCount: Int?
    /// Finds what imports refer to.
    var finder: EntityFinder
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
    /// Draws ids and salts.
    var generator = SystemRandomNumberGenerator()

    init(
        replica: Replica, key: EventKey, auditEncoder: AuditEntryEncoder,
        now: @escaping @Sendable () -> Int64
    ) {
        self.replica = replica
        self.now = now
        coder = FrameCoder()
        names = RowNames()
        audit = AuditWriter(encoder: auditEncoder)
        clock = HybridClock()
        sealer = EventSealer(key: key, coder: coder)
        opener = EventOpener(coder: coder)
        finder = EntityFinder(opener: opener, coder: coder, ownSite: replica.site)
    }

    /// A fact was rolled back: whatever it put into a cache may not exist.
    mutating func forgetUncommitted() {
        names = RowNames()
        audit.forget()
        vectors = VectorCache()
        chainParts = ChainPartCache()
        pendingCount = nil
        erasureOrderedIn = []
        finder.forget()
    }

    /// A fact succeeded; the commit is still to come.
    mutating func didFinishFact() {
        vectors.trim()
        names.trim()
        chainParts.trim()
        finder.trim()
    }

    /// `count` random bytes from the system's cryptographic generator.
    mutating func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
