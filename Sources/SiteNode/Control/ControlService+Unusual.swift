import AuditTrail
import CareRecord
import ControlProtocol
import RecordStore

extension ControlService {
    /// Days of which findings are shown; each is held against as many before it.
    private static let daysShown: Int64 = 28

    /// What was unusual in the last 28 days, the newest first. The search is in the log before the
    /// answer, and is not looked at itself.
    func findUnusual(_ search: AuditSearch, actor: AuditActor) async throws -> ControlAnswer {
        let patient = try search.patient.map(Self.auditedPatient)
        let end = min(
            search.before.map { UInt64(max(0, $0)) } ?? .max, store.auditStanding.edge.size)
        try await store.recordAuditSearch(
            search.question.rawValue, patient: patient, actor: actor)
        let shown = clock.milliseconds() - Self.daysShown * 86_400_000
        let start = try await entry(
            notBefore: shown - UnusualTally.days * 86_400_000, end: end)
        let found = try await store.scanAudit(
            marks: UnusualTally.kinds.map { "\"kind\":\"\($0)\"" },
            pseudonym: patient.map { store.auditPseudonym(of: $0) }, from: start, through: end,
            into: UnusualSearch(countMax: search.count, shownMilliseconds: shown)
        ) { try $0.take($1) }
        return array(of: found.items.reversed())
    }

    /// The first entry from a moment on, as far as times ascend in the log.
    private func entry(notBefore moment: Int64, end: UInt64) async throws -> UInt64 {
        var (low, high) = (min(try await store.prunedAudit()?.minimum ?? 0, end), end)
        while low < high {
            let middle = low + (high - low) / 2
            let time = try await store.scanAudit(
                from: middle, through: middle + 1, into: Int64?.none
            ) { time, entry in
                time = try ControlCoding.decode(
                    AuditLogEntry.self, from: ControlService.item(entry)
                ).time
            }
            if let time, time < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The findings of a search, of which the last ones are kept.
private struct UnusualSearch: Sendable {
    let countMax: Int
    let shownMilliseconds: Int64
    private(set) var items: [[UInt8]] = []
    private var tally = UnusualTally()

    init(countMax: Int, shownMilliseconds: Int64) {
        self.countMax = countMax
        self.shownMilliseconds = shownMilliseconds
    }

    mutating func take(_ stored: StoredAuditEntry) throws {
        var entry = try ControlCoding.decode(
            AuditLogEntry.self, from: ControlService.item(stored))
        guard let finding = tally.take(entry), entry.time >= shownMilliseconds else { return }
        entry.finding = finding
        if items.count == countMax { items.removeFirst() }
        items.append(try ControlCoding.encode(entry))
    }
}
