import CareRecord
import Logging
import RecordStore
import ServiceLifecycle

/// Does the work that follows grants, withdrawals and lapses, step by step, beside everything else.
struct SharingService: Service {
    let store: SiteStore
    let logger: Logger
    let onStoreFailure: @Sendable (StoreFailure) -> Void

    /// How long local writes have the store to themselves between two steps.
    private static let breath: Duration = .milliseconds(5)
    /// How often lapsed rows are looked for.
    private static let round: Duration = .seconds(30)

    /// Runs until the node stops.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            let changes = store.feedSignal.changes()
            while !Task.isCancelled {
                do {
                    while try await store.stepSharing() {
                        try await Task.sleep(for: Self.breath)
                    }
                } catch let failure as StoreFailure {
                    onStoreFailure(failure)
                    logger.warning(
                        "a step of sharing failed", metadata: ["reason": "\(failure.code)"])
                } catch {
                    return
                }
                guard await Self.waitForWork(store.feedSignal, changes) else { return }
            }
        }
    }

    /// Waits until a share set changed or a round is over; `false` once the node stops.
    private static func waitForWork(
        _ signal: FeedSignal, _ changes: AsyncStream<Void>
    ) async -> Bool {
        let seen = signal.shareChanges
        await withTaskGroup { group in
            group.addTask {
                for await _ in changes where signal.shareChanges != seen { return }
            }
            group.addTask {
                do { try await Task.sleep(for: Self.round) } catch { return }
            }
            await group.next()
            group.cancelAll()
        }
        return !Task.isCancelled && !signal.isFinished
    }
}
