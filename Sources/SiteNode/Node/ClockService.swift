import AuditTrail
import CareRecord
import Logging
import RecordStore
import ServiceLifecycle

/// Watches the machine's clock and writes what it finds into the audit log.
struct ClockService: AuditedService {
    static let auditKinds: [AuditKind] = [.clock]

    let clock: NodeClock
    let store: SiteStore
    let actor: AuditActor
    let logger: Logger

    /// Looks every second until the node stops: a step is found soon after it happened.
    func run() async throws {
        await workUntilNodeStops {
            while !Task.isCancelled {
                _ = clock.milliseconds()
                await record(clock.takeFindings())
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    private func record(_ findings: [ClockFinding]) async {
        guard !findings.isEmpty else { return }
        let facts = findings.map { finding in
            var fact = AuditFact(kind: .clock, actor: actor)
            fact.reason = finding.sentence
            return fact
        }
        for finding in findings {
            logger.warning("the clock stepped", metadata: ["finding": "\(finding.sentence)"])
        }
        do {
            try await store.record(facts)
        } catch {
            logger.error("a step of the clock was not recorded")
        }
    }
}

extension ClockFinding {
    /// What happened, for the audit log.
    var sentence: String {
        switch self {
        case .steppedBack(let by): "stepped back by \(by) ms"
        case .steppedForward(let by): "stepped forward by \(by) ms"
        case .forwardHeld(let by): "forward step of \(by) ms is not followed"
        case .heldFollowed(let by): "forward step of \(by) ms is followed now"
        }
    }
}
