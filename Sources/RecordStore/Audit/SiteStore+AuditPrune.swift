public import AuditTrail
import GRDB
import Signing

/// What is to be pruned, and what holds it from then on.
public struct AuditPruneOrder: Sendable {
    /// Nothing from the first entry on that is not older than this, in milliseconds since 1970 UTC.
    public var beforeMilliseconds: Int64
    /// The export that holds the entries.
    public var archive: BundleExport
    /// How many peers must have cosigned what is pruned, if this site has peers.
    public var quorum: Int
    /// The most entries that one transaction drops, a positive multiple of 256: whoever else writes
    /// waits for it.
    public var stepEntriesMax: UInt64 = 65_536

    /// Orders the oldest entries to be pruned.
    public init(beforeMilliseconds: Int64, archive: BundleExport, quorum: Int) {
        self.beforeMilliseconds = beforeMilliseconds
        self.archive = archive
        self.quorum = quorum
    }
}

/// What came of an order to prune.
public enum AuditPruneOutcome: Sendable, Hashable {
    /// The log begins with this entry now, and so many were dropped; perhaps more may go by the same
    /// order.
    case pruned(minimum: UInt64, dropped: UInt64, mayGoOn: Bool)
    /// A legal hold is in force.
    case held
    /// There is evidence against the log: it is kept as it is.
    case contradicted
    /// The export is not of this log.
    case foreignArchive
    /// An entry that is as old leaves an agency out of accountings, and still does.
    case suspended
    /// No 256 entries are old enough, in the archive, and cosigned.
    case nothing
}

/// The part of the log that was pruned, as the entry about it says.
public struct AuditPruneRecord: Sendable, Hashable {
    /// The first entry that is still here; a multiple of 256.
    public let minimum: UInt64
    /// SHA-256 over the list of files of the archive, as 64 hexadecimal digits.
    public let digest: String
    /// When it was pruned, in milliseconds since 1970 UTC.
    public let milliseconds: Int64
}

extension SiteStore {
    /// The part of the log that was pruned; `nil` if nothing was.
    public func prunedAudit() async throws -> AuditPruneRecord? {
        try await read("read what was pruned of the audit log") { db in
            try AuditPruneRows.part(db)
        }
    }

    /// When the first entry was written that is still here, in milliseconds since 1970 UTC; `nil` if
    /// there is none.
    public func firstAuditMilliseconds() async throws -> Int64? {
        try await read("read the first audit entry") { db in
            try AuditPruneRows.firstMilliseconds(db)
        }
    }

    /// Takes one step of dropping the oldest entries with the tiles of level 0 over them, in multiples
    /// of 256. The entry that says so, the head over it and the drop are one transaction.
    ///
    /// Nothing goes that the newest signed head does not cover, or a quorum of witnesses, or that a
    /// peer would have to be shown to see that the log grew.
    public func pruneAuditLog(
        _ order: AuditPruneOrder, actor: AuditActor
    ) async throws -> AuditPruneOutcome {
        let ownKey = auditKey
        let outcome = try await committer.commit { db, state in
            guard order.archive.isOf(ownKey) else { return AuditPruneOutcome.foreignArchive }
            return try state.prune(order, actor: actor, db)
        }
        feedSignal.wake()
        return outcome
    }
}

extension WriterState {
    fileprivate mutating func prune(
        _ order: AuditPruneOrder, actor: AuditActor, _ db: Database
    ) throws -> AuditPruneOutcome {
        guard !audit.standing.isContradicted else { return .contradicted }
        guard try HoldEntries.hold(at: now(), db) == nil else { return .held }
        let old = try AuditRows.minimum(db)
        let step = old..<old + order.stepEntriesMax
        let end = min(
            try AuditPruneRows.firstEntry(
                notBefore: order.beforeMilliseconds, in: step, db) ?? step.upperBound,
            try CosignerRows.sizeToKeep(quorum: order.quorum, db) ?? .max,
            audit.standing.signedSize, order.archive.head.size)
        let width = UInt64(TileID.widthMax)
        guard end / width * width > old else { return .nothing }
        let suspension = try HoldEntries.suspended(at: now(), db).values.min() ?? .max
        let minimum = min(end, suspension) / width * width
        guard minimum > old else { return .suspended }
        let place = audit.standing.edge.size
        var fact = AuditFact(kind: .prune, actor: actor)
        fact.reason = "before \(AuditDay.text(before: order.beforeMilliseconds + 1))"
        fact.data = AuditData(events: Int(minimum), digest: order.archive.digest)
        try record(fact, db)
        try signAuditLog(db)
        do {
            try AuditPruneRows.drop(old..<minimum, entry: place, db)
        } catch let failure as TileFailure {
            throw StoreFailure(.damaged, "prune the audit log", underlying: failure)
        }
        return .pruned(
            minimum: minimum, dropped: minimum - old, mayGoOn: minimum == step.upperBound)
    }
}
