import AuditTrail
import CareRecord
import ControlProtocol
import RecordStore

extension ControlService {
    /// To whom a patient's record was disclosed. The look-up is in the log before the answer.
    func account(_ query: AccountingQuery, actor: AuditActor) async throws -> Accounting {
        let patient = try Self.auditedPatient(query.patient)
        let now = clock.milliseconds()
        let end = min(query.toMilliseconds ?? .max, now + 1)
        let start = query.fromMilliseconds ?? AccountingPeriod.start(before: end)
        guard start < end else {
            throw ControlFailure(
                code: .badRequest, message: "The period has not begun, or ends before it begins.",
                next: "Name its first day first.")
        }
        try await store.recordAccess(
            .read, to: [patient], reason: "accounting of disclosures", actor: actor)
        let addresses = try await store.siteAddresses()
            .map { ($0.key.description, $0.value) }
        var accounting = Accounting(
            patient: patient.description, pseudonym: store.auditPseudonym(of: patient),
            siteName: node.configuration.siteName,
            siteAddress: node.configuration.sitePostalAddress, fromMilliseconds: start,
            toMilliseconds: end, madeMilliseconds: now)
        let tally = AccountingTally(
            query, period: start..<end,
            addresses: Dictionary(addresses, uniquingKeysWith: { $1 }))
        let found = try await store.scanAudit(
            marks: ["\"kind\":\"disclose-out\""], pseudonym: accounting.pseudonym,
            into: (tally: tally, unreadable: 0)
        ) { found, entry in
            do {
                found.tally.take(try ControlCoding.decode(AuditLogEntry.self, from: entry.bytes))
            } catch {
                found.unreadable += 1
            }
        }
        accounting.rows = found.tally.rows
        accounting.notCounted = found.tally.notCounted
        accounting.unreadable = found.unreadable
        accounting.isLogDamaged = try await !store.isAuditLogWhole()
        accounting.isPatientKnown = try await store.knows(patient)
        return accounting
    }
}
