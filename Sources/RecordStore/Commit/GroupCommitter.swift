import GRDB

/// Gathers facts that are submitted at the same time into one transaction with one commit.
///
/// Each fact is a savepoint: one that fails rolls back alone. Nobody is answered before the commit
/// that holds their fact. Whoever finds no leader leads one batch, then hands over to the oldest
/// waiter: no task of its own, so cancellation and shutdown stay with the callers.
actor GroupCommitter {
    /// One fact, waiting to be written.
    private struct Job {
        let write: @Sendable (Database, inout WriterState) throws -> any Sendable
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
        let number = nextNumber
        nextNumber += 1
        if isLed {
            let turn = await withCheckedContinuation { waiter in
                queue.append(Job(write: write, cost: cost, waiter: waiter, number: number))
            }
            if case .done(let result) = turn {
                return try Self.value(of: result)
            }
        } else {
            isLed = true
            queue.append(Job(write: write, cost: cost, waiter: nil, number: number))
        }
        while results[number] == nil {
            await runBatch()
        }
        handOver()
        guard let result = results.removeValue(forKey: number) else {
            preconditionFailure("a leader's own fact is in a batch it ran")
        }
        return try Self.value(of: result)
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
        guard let next = queue.first, let waiter = next.waiter else {
            isLed = !queue.isEmpty
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
