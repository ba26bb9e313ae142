import GRDB
import Synchronization

/// How much was rolled back.
enum RollbackExtent {
    case fact, transaction
}

/// Runs a batch of facts as savepoints of one transaction on the store's one writer.
final class WriteTransaction: Sendable {
    private let pool: DatabasePool
    private let state: Mutex<WriterState>
    /// The audit log as of the last commit.
    private let standing: Mutex<AuditStanding>
    /// Given when a commit fails: then nothing is written any more (`security.md` §8).
    let stopNotice = StopNotice()

    private let worksInPlace: Bool

    init(pool: DatabasePool, state: WriterState, worksInPlace: Bool) {
        self.pool = pool
        self.worksInPlace = worksInPlace
        standing = Mutex(state.audit.standing)
        self.state = Mutex(state)
    }

    /// The audit log as of the last commit: whatever it covers, a read that begins afterwards sees.
    var auditStanding: AuditStanding { standing.withLock { $0 } }

    /// Runs the facts in order, commits once, and tells of each whether it is durable.
    func run(
        _ facts: [@Sendable (Database, inout WriterState) throws -> any Sendable]
    ) async -> [Result<any Sendable, any Error>] {
        if stopNotice.failure != nil {
            return facts.map { _ in .failure(StoreFailure(.stopped, "write")) }
        }
        if worksInPlace { return runInPlace(facts) }
        return await withCheckedContinuation { continuation in
            // Not GRDB's async method: it interrupts SQLite when the calling task is cancelled,
            // and the caller writes for others as well.
            pool.asyncWriteWithoutTransaction { db in
                continuation.resume(returning: self.runAndCommit(facts, db))
            }
        }
    }

    private func runInPlace(
        _ facts: [@Sendable (Database, inout WriterState) throws -> any Sendable]
    ) -> [Result<any Sendable, any Error>] {
        pool.writeWithoutTransaction { db in runAndCommit(facts, db) }
    }

    private func runAndCommit(
        _ facts: [@Sendable (Database, inout WriterState) throws -> any Sendable], _ db: Database
    ) -> [Result<any Sendable, any Error>] {
        do {
            return try state.withLock { state in try runAndCommit(facts, db, &state) }
        } catch {
            return facts.map { _ in .failure(Self.writeFailure(error)) }
        }
    }

    private func runAndCommit(
        _ facts: [@Sendable (Database, inout WriterState) throws -> any Sendable],
        _ db: Database, _ state: inout WriterState
    ) throws -> [Result<any Sendable, any Error>] {
        try db.beginTransaction(.immediate)
        state.willBeginTransaction()
        var results: [Result<any Sendable, any Error>] = []
        for fact in facts {
            results.append(runInSavepoint(fact, db, &state))
            guard db.isInsideTransaction else {
                // Everything was rolled back: none of the facts is durable.
                state.forgetUncommitted(.transaction)
                let failure = results.last?.failure ?? StoreFailure(.database, "write")
                return facts.map { _ in .failure(failure) }
            }
        }
        do {
            try state.signAuditLogIfDue(db)
            try db.commit()
        } catch {
            state.forgetUncommitted(.transaction)
            throw commitFailure(error, db)
        }
        standing.withLock { $0 = state.audit.standing }
        return results
    }

    private func runInSavepoint(
        _ fact: @Sendable (Database, inout WriterState) throws -> any Sendable,
        _ db: Database, _ state: inout WriterState
    ) -> Result<any Sendable, any Error> {
        state.willBeginFact()
        do {
            try db.execute(literal: "SAVEPOINT fact")
            let value = try fact(db, &state)
            try db.execute(literal: "RELEASE fact")
            state.didFinishFact()
            return .success(value)
        } catch {
            state.forgetUncommitted(.fact)
            do {
                if db.isInsideTransaction {
                    try db.execute(literal: "ROLLBACK TO fact")
                    try db.execute(literal: "RELEASE fact")
                }
            } catch let second {
                abandon(db)
                return .failure(StoreFailure(.database, "roll back one fact", underlying: second))
            }
            return .failure(Self.writeFailure(error))
        }
    }

    /// Half a fact cannot be taken out of the transaction: nothing of it may be committed.
    private func abandon(_ db: Database) {
        do {
            if db.isInsideTransaction { try db.rollback() }
        } catch {
            stopNotice.give(StoreFailure(.durabilityUnknown, "roll back", underlying: error))
        }
    }

    private func commitFailure(_ error: any Error, _ db: Database) -> StoreFailure {
        do {
            if db.isInsideTransaction { try db.rollback() }
        } catch let second {
            return stop(StoreFailure(.durabilityUnknown, "roll back", underlying: second))
        }
        let failure = StoreFailure(sqlite: error, "commit", otherwise: .durabilityUnknown)
        if failure.code == .diskFull { return failure }
        return stop(StoreFailure(.durabilityUnknown, "commit", underlying: error))
    }

    private func stop(_ failure: StoreFailure) -> StoreFailure {
        stopNotice.give(failure)
        return failure
    }

    /// What SQLite said, in our words; a fact's own failures stay what they are.
    private static func writeFailure(_ error: any Error) -> any Error {
        guard error is DatabaseError else { return error }
        return StoreFailure(sqlite: error, "write", otherwise: .database)
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
