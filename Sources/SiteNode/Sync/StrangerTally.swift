import AuditTrail
import Synchronization

/// Counts requests of those who are neither peer nor client, until they are written into the audit log:
/// one entry for each address and minute, so that a flood does not fill the log.
final class StrangerTally: Sendable {
    /// Addresses that are told apart at a time; further ones are counted together.
    private static let addressesMax = 256

    private let counts = Mutex<[String: Int]>([:])
    private let reason: String

    /// - Parameter reason: why they are refused, as the audit log says it.
    init(reason: String) {
        self.reason = reason
    }

    /// Counts a request that was refused.
    ///
    /// - Parameter address: where it came from.
    func note(_ address: String) {
        counts.withLock { counts in
            let isKnown = counts[address] != nil || counts.count < Self.addressesMax
            counts[isKnown ? address : "other addresses", default: 0] += 1
        }
    }

    /// Takes what was counted, as entries ascending by address.
    func take() -> [AuditFact] {
        let taken = counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
        return taken.sorted { $0.key < $1.key }.map { address, count in
            var fact = AuditFact(
                kind: .refuse,
                actor: AuditActor(id: "unknown", role: "stranger", signInMethod: "none"))
            fact.outcome = .refused
            fact.reason = reason
            fact.device = address
            fact.data = AuditData(
                counts: [AuditData.TypeCount(type: "requests", count: count)], events: 0)
            return fact
        }
    }
}
