public import AuditTrail
public import CareRecord
import Foundation
import GRDB
import Signing
import Synchronization
import WireFormat

/// The record store of one node: events, their projections and the audit log in one SQLite file.
///
/// Everything that changes it goes through one writer; facts that arrive together share a commit.
/// Readers see the last commit. Every write takes an audit fact or makes its entries itself.
public final class SiteStore: Sendable {
    /// This node's writer.
    public let replica: Replica
    let pool: DatabasePool
    let committer: GroupCommitter
    let transaction: WriteTransaction
    let now: @Sendable () -> Int64
    let signer: NoteSigner
    let witnessSigner: NoteSigner
    let auditEncoder: AuditEntryEncoder
    /// Signs the audit log's heads and exports, under its origin's name.
    public let auditKey: NoteKey
    /// Rises with every head that this node cosigns as a witness.
    let cosignings = Mutex<UInt64>(0)
    /// Wakes whoever waits for the change feed to grow.
    public let feedSignal = FeedSignal()
    private let worksInPlace: Bool

    /// Opens the database file, makes its schema if it is new, and checks that it belongs to the
    /// identity's site and incarnation.
    ///
    /// - Parameter mayCreate: whether a file without a record becomes a new one; a node that runs
    ///   must not take a lost file for a new life and number its events from 1 again.
    public init(path: String, identity: StoreIdentity, mayCreate: Bool = true) throws {
        replica = identity.replica
        now = identity.now
        do {
            pool = try StoreConfiguration.open(path)
        } catch {
            throw StoreFailure(
                sqlite: error, "open the record store", otherwise: .cannotOpen)
        }
        var generator = identity.generator
        try SchemaMigration.run(
            pool, replica: identity.replica, mayCreate: mayCreate,
            newFeed: .random(using: &generator))
        guard let signer = identity.auditSigner, let witness = identity.witnessSigner else {
            preconditionFailure("a site and an incarnation name an origin and a witness")
        }
        auditKey = signer.key
        self.signer = signer
        witnessSigner = witness
        auditEncoder = identity.auditEncoder
        let audit = AuditWriter(
            encoder: identity.auditEncoder, signer: signer, clock: identity.clockTrust,
            standing: try Self.auditStanding(pool))
        let state = WriterState(
            replica: identity.replica, key: identity.eventKey, audit: audit, now: identity.now,
            clockLife: identity.clockLife, itemsPerPeerMax: identity.itemsPerPeerMax,
            generator: generator)
        worksInPlace = identity.worksInPlace
        transaction = WriteTransaction(pool: pool, state: state, worksInPlace: worksInPlace)
        committer = GroupCommitter(transaction: transaction)
    }

    /// Whether a commit failed, so that nothing is written any more and the node must stop.
    public var isStopped: Bool { stopNotice.failure != nil }

    /// Given when that happens.
    public var stopNotice: StopNotice { transaction.stopNotice }

    /// Writes audit entries for something that changes nothing else in the store.
    public func record(_ facts: [AuditFact]) async throws {
        try await committer.commit { db, state in
            for fact in facts {
                try state.record(fact, db)
            }
        }
    }

    /// Completes a WAL checkpoint, as after an unclean stop and before measuring sizes.
    public func checkpoint() throws {
        do {
            try pool.writeWithoutTransaction { db in
                _ = try db.checkpoint(.truncate)
            }
        } catch {
            throw StoreFailure(sqlite: error, "checkpoint the WAL", otherwise: .database)
        }
    }

    /// Closes the file; nothing may use the store afterwards.
    public func close() throws {
        feedSignal.finish()
        do {
            try pool.close()
        } catch {
            throw StoreFailure(sqlite: error, "close the record store", otherwise: .database)
        }
    }

    /// Runs one read on the last commit.
    func read<Value: Sendable>(
        _ context: String, _ body: @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return worksInPlace ? try readInPlace(body) : try await pool.read(body)
        } catch let failure as StoreFailure {
            throw failure
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            throw StoreFailure(sqlite: error, context, otherwise: .database)
        }
    }
}

extension SiteStore {
    private func readInPlace<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try pool.read(body)
    }
}

/// How SQLite is opened: WAL, FULL, one writer (`security.md` §8).
enum StoreConfiguration {
    /// Opens a file and sees to it that a commit which returns is on the disk.
    static func open(_ path: String) throws -> DatabasePool {
        let pool = try DatabasePool(path: path, configuration: make())
        // Not in `prepareDatabase`: after it, GRDB sets NORMAL on the writer of a file in WAL mode,
        // which loses commits that were acknowledged when the power fails.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try EarlierLife.makeDurable(db)
        }
        return pool
    }

    private static func make() -> Configuration {
        var configuration = Configuration()
        configuration.label = "accord.record"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA page_size = 8192;
                    PRAGMA wal_autocheckpoint = 4000;
                    PRAGMA cache_size = -32768;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA secure_delete = ON;
                    PRAGMA foreign_keys = ON;
                    """)
        }
        return configuration
    }
}
