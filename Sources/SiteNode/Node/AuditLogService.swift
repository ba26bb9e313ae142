import AuditTrail
import Logging
import RecordStore
import ServiceLifecycle

/// Signs the audit log every minute in which it grew, and keeps the newest signed head outside the
/// data directory, with the heads of peers' logs that this node cosigned. The store itself signs at
/// the end of a session and at a thousand entries.
struct AuditLogService: AuditedService {
    /// Signing is no entry: it would have to be signed in turn.
    static let auditKinds: [AuditKind] = []

    /// How long entries wait for a signed head at most (`audit.md` §5).
    private static let cadence: Duration = .seconds(60)
    /// How often the file outside is compared with what the store has signed.
    private static let pause: Duration = .seconds(1)

    let store: SiteStore
    let file: AuditHeadFile
    let witnessFile: WitnessFile
    let logger: Logger

    /// Runs until the node stops.
    func run() async throws {
        await workUntilNodeStops {
            var due = ContinuousClock.now + Self.cadence
            var kept: UInt64 = 0
            var cosigned: UInt64 = 0
            while !Task.isCancelled {
                do {
                    if ContinuousClock.now >= due {
                        due = .now + Self.cadence
                        try await store.signAuditLog()
                    }
                    let signed = store.auditStanding.signedSize
                    if signed != kept {
                        try await keepHead()
                        kept = signed
                    }
                    try await keepContradictions()
                    let count = store.cosigningCount
                    if count != cosigned {
                        try witnessFile.write(try await store.witnessedHeads())
                        cosigned = count
                    }
                    try await Task.sleep(for: Self.pause)
                } catch is CancellationError {
                    return
                } catch {
                    logger.error(
                        "the audit log was not signed", metadata: ["reason": "\(error)"])
                    do { try await Task.sleep(for: Self.pause) } catch { return }
                }
            }
        }
    }

    /// Signs the log for the last time before the store is closed.
    func finish() async throws {
        try await store.signAuditLog()
        try await keepHead()
        try await keepContradictions()
        if store.cosigningCount > 0 { try witnessFile.write(try await store.witnessedHeads()) }
    }

    /// What peers have shown against the log outlives the database.
    private func keepContradictions() async throws {
        guard store.auditStanding.isContradicted else { return }
        try file.keep(contradictions: try await store.auditContradictions())
    }

    private func keepHead() async throws {
        guard !store.auditStanding.isContradicted, let head = try await store.auditHead() else {
            return
        }
        try file.write(head)
    }
}
