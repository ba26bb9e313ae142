import GRDB
import Synchronization

/// Runs a batch of facts as savepoints of one transaction on the store's one writer.
final class WriteTransaction: Sendable {
    private let pool: DatabasePool
    private let state: Mutex<WriterState>
    private let stopped = Mutex<Bool>(false)

    init(pool: DatabasePool, state: WriterState) {
        self.pool = pool
        self.state = Mutex(state)
    }

    /// Whether a commit failed: then nothing is written any more (`security.md` §8).
    var isStopped: Bool { stopped.withLock { $0 } }

    /// Runs the facts in order, commits once, and tells of each whether it is durable.
    func run(
        _ facts: [@Sendable (Database, inout WriterState) throws -> any Sendable]
    ) async -> [Result<any Sendable, any Error>] {
        if isStopped {
            return facts.map { _ in .failure(StoreFailure(.stopped, "write")) }
        }
        do {
            return try await pool.writeWithoutTransaction { db in
                try self.state.withLock { state in
                    try self.runAndCommit(facts, db, &state)
                }
            }
        } catch {
            return facts.map { _ in .failure(error) }
        }
    }

    private func runAndCommit(
        _ facts: [@Sendable (Database, inout WriterState) throws -> any Sendable],
        _ db: Database, _ state: inout WriterState
    ) throws -> [Result<any Sendable, any Error>] {
        try db.beginTransaction(.immediate)
        var results: [Result<any Sendable, any Error>] = []
        for fact in facts {
            results.append(runInSavepoint(fact, db, &state))
            guard db.isInsideTransaction else {
                // SQLite rolled everything back: none of the facts is durable.
                state.forgetUncommitted()
                return facts.map { _ in
                    .failure(StoreFailure(.database, "write", underlying: results.failure))
                }
            }
        }
        do {
            try db.commit()
        } catch {
            state.forgetUncommitted()
            throw commitFailure(error, db)
        }
        return results
    }

    private func runInSavepoint(
        _ fact: @Sendable (Database, inout WriterState) throws -> any Sendable,
        _ db: Database, _ state: inout WriterState
    ) -> Result<any Sendable, any Error> {
        do {
            try db.execute(literal: "SAVEPOINT fact")
            let value = try fact(db, &state)
            try db.execute(literal: "RELEASE fact")
            state.didFinishFact()
            return .success(value)
        } catch {
            state.forgetUncommitted()
            do {
                if db.isInsideTransaction {
                    try db.execute(literal: "ROLLBACK TO fact")
                    try db.execute(literal: "RELEASE fact")
                }
            } catch let second {
                return .failure(StoreFailure(.database, "roll back one fact", underlying: second))
            }
            return .failure(error)
        }
    }

    private func commitFailure(_ error: any Error, _ db: Database) -> StoreFailure {
        let isFull = (error as? DatabaseError)?.resultCode == .SQLITE_FULL
        do {
            if db.isInsideTransaction { try db.rollback() }
        } catch let second {
            stopped.withLock { $0 = true }
            return StoreFailure(.durabilityUnknown, "roll back", underlying: second)
        }
        if isFull { return StoreFailure(.diskFull, "commit", underlying: error) }
        stopped.withLock { $0 = true }
        return StoreFailure(.durabilityUnknown, "commit", underlying: error)
    }
}

extension [Result<any Sendable, any Error>] {
    fileprivate var failure: (any Error)? {
        for case .failure(let error) in self { return error }
        return nil
    }
}
