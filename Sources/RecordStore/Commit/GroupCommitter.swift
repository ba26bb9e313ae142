import GRDB

/// Gathers facts that are submitted at the same time into one transaction with one commit.
///
/// Each fact is a savepoint: one that fails rolls back alone. Nobody is answered before the commit
/// that holds their fact. Whoever finds no leader leads one batch, then hands over to the oldest
/// waiter: no task of its own, so cancellation and shutdown stay with the callers.
actor GroupCommitter {
    /// One fact, waiting to be written.
    private struct Job {
        let write: Write
        let cost: Int
        let waiter: CheckedContinuation<Turn, Never>?
        let number: UInt64
    }

    /// What a waiter is woken with.
    private enum Turn: Sendable {
        case done(Result<any Sendable, any Error>)
        case lead
    }

    /// Facts in one transaction are bounded by the sum of their costs, in changes.
    private static let batchCostMax = 16_384

    /// What writes one fact.
    typealias Write = @Sendable (Database, inout WriterState) throws -> any Sendable

    private let transaction: WriteTransaction
    private var queue: [Job] = []
    private var isLed = false
    private var nextNumber: UInt64 = 0
    private var results: [UInt64: Result<any Sendable, any Error>] = [:]

    init(transaction: WriteTransaction) {
        self.transaction = transaction
    }

    /// Writes one fact and returns once it is durable.
    ///
    /// - Parameter cost: about how many changes it holds.
    func commit<Value: Sendable>(
        cost: Int = 1,
        _ write: @escaping @Sendable (Database, inout WriterState) throws -> Value
    ) async throws -> Value {
        let results = await commit(facts: [(cost, write)])
        guard let result = results.first else {
            preconditionFailure("a fact that was submitted has a result")
        }
        return try Self.value(of: result)
    }

    /// Writes facts in their order, each a savepoint of its own, and returns what became of each
    /// once those that succeeded are durable.
    ///
    /// - Parameter facts: each with about how many changes it holds.
    func commit(facts: [(cost: Int, write: Write)]) async -> [Result<any Sendable, any Error>] {
        guard let last = facts.last else { return [] }
        let first = nextNumber
        nextNumber += UInt64(facts.count)
        let final = nextNumber - 1
        for (number, fact) in zip(first..<final, facts) {
            queue.append(Job(write: fact.write, cost: fact.cost, waiter: nil, number: number))
        }
        if isLed {
            // Facts are written in the order of the queue: with the last of them, all are done.
            let turn = await withCheckedContinuation { waiter in
                queue.append(
                    Job(write: last.write, cost: last.cost, waiter: waiter, number: final))
            }
            if case .done(let result) = turn {
                return (first..<final).map(takeResult) + [result]
            }
        } else {
            isLed = true
            queue.append(Job(write: last.write, cost: last.cost, waiter: nil, number: final))
        }
        while results[final] == nil {
            await runBatch()
        }
        handOver()
        return (first...final).map(takeResult)
    }

    private func takeResult(_ number: UInt64) -> Result<any Sendable, any Error> {
        guard let result = results.removeValue(forKey: number) else {
            preconditionFailure("facts are in batches that were run")
        }
        return result
    }

    private func runBatch() async {
        var batch: [Job] = []
        var cost = 0
        while let job = queue.first, batch.isEmpty || cost + job.cost <= Self.batchCostMax {
            batch.append(queue.removeFirst())
            cost += job.cost
        }
        let outcomes = await transaction.run(batch.map(\.write))
        for (job, outcome) in zip(batch, outcomes) {
            if let waiter = job.waiter, !isAwoken(job.number) {
                waiter.resume(returning: .done(outcome))
            } else {
                results[job.number] = outcome
            }
        }
        awoken.subtract(batch.map(\.number))
    }

    /// Waiters that were made leader: their continuation is used up.
    private var awoken: Set<UInt64> = []

    private func isAwoken(_ number: UInt64) -> Bool { awoken.contains(number) }

    private func handOver() {
        guard let next = queue.first(where: { $0.waiter != nil }), let waiter = next.waiter else {
            isLed = false
            return
        }
        awoken.insert(next.number)
        waiter.resume(returning: .lead)
    }

    private static func value<Value>(of result: Result<any Sendable, any Error>) throws -> Value {
        guard let value = try result.get() as? Value else {
            preconditionFailure("a fact's value has the type that its writer returned")
        }
        return value
    }
}
