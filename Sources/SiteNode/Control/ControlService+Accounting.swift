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
        let start =
            query.fromMilliseconds ?? CalendarYears.start(CalendarYears.ofAccounting, before: end)
        guard start < end else {
            throw ControlFailure(
                code: .badRequest, message: "The period has not begun, or ends before it begins.",
                next: "Name its first day first.")
        }
        try await store.recordAccess(
            .read, to: [patient],
            reason: "accounting of disclosures"
                + (query.includesSuspended ? ", suspended ones included" : ""), actor: actor)
        let suspended = try await store.suspendedAgencies()
        let addresses = try await store.siteAddresses()
            .map { ($0.key.description, $0.value) }
        var accounting = Accounting(
            patient: patient.description, pseudonym: store.auditPseudonym(of: patient),
            siteName: node.configuration.siteName,
            siteAddress: node.configuration.sitePostalAddress, fromMilliseconds: start,
            toMilliseconds: end, madeMilliseconds: now)
        let tally = AccountingTally(
            query, period: start..<end,
            addresses: Dictionary(addresses, uniquingKeysWith: { $1 }),
            suspended: Set(suspended.map(\.site.description)))
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
        let shown = Set(accounting.rows.map(\.recipient))
        accounting.includedAgencies = suspended.filter { shown.contains($0.site.description) }
            .map(\.name)
        if let first = try await store.firstAuditMilliseconds(), start < first {
            accounting.pruned = try await prunedPart()
        }
        return accounting
    }

    /// Leaves disclosures to an agency out of accountings, or ends that.
    func suspendAccounting(
        _ suspension: AccountingSuspension, actor: AuditActor
    ) async throws -> AccountingSuspensionState {
        try suspension.check()
        let isSuspended = try await store.suspendAccounting(
            peerName: suspension.peer, until: suspension.untilMilliseconds,
            reason: suspension.reason, actor: actor)
        return AccountingSuspensionState(
            peer: suspension.peer,
            untilMilliseconds: isSuspended ? suspension.untilMilliseconds : nil)
    }
}
