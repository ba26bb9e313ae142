import AuditTrail
import CareRecord
import Logging
import RecordStore
import ServiceLifecycle

/// Does the work that follows grants, withdrawals and lapses, step by step, beside everything else.
struct SharingService: AuditedService {
    /// Deciding anew changes no right: agreements and withdrawals have their entries when made.
    static let auditKinds: [AuditKind] = []

    let store: SiteStore
    let logger: Logger

    /// How long local writes have the store to themselves between two steps.
    private static let breath: Duration = .milliseconds(5)
    /// How often lapsed rows are looked for.
    private static let round: Duration = .seconds(30)

    /// Runs until the node stops.
    func run() async throws {
        await workUntilNodeStops {
            while !Task.isCancelled {
                // Made before the work, so that nothing is missed between work and wait.
                let changes = store.feedSignal.changes()
                let seen = store.feedSignal.shareChanges
                do {
                    while try await store.stepSharing() {
                        try await Task.sleep(for: Self.breath)
                    }
                } catch let failure as StoreFailure {
                    logger.warning(
                        "a step of sharing failed", metadata: ["reason": "\(failure.code)"])
                } catch {
                    return
                }
                let signal = store.feedSignal
                _ = await ChangeWait.signalled(by: changes, until: .now + Self.round) {
                    signal.shareChanges != seen
                }
            }
        }
    }
}
