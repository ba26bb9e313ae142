public import AuditTrail
public import CareRecord
import Consent
import Foundation
import GRDB
import Interchange
import StrictJSON
public import WireFormat

/// Bounds of asks (`sync.md` §4).
enum AskLimits {
    /// Asks of one peer that are looked into within `budgetMilliseconds`.
    static let budget = 30
    static let budgetMilliseconds: Int64 = 3_600_000
}

extension SiteStore {
    /// Decides an ask of a peer: under an `on-request` agreement exactly one patient of this site
    /// is granted for 72 hours and sent before anything else. Absent, withheld, ambiguous and over
    /// budget get one and the same answer; the audit log says which. An ask that comes again within
    /// the hour is answered as before.
    public func decide(_ ask: Ask, from site: SiteID) async throws -> AskAnswer {
        let answer = try await committer.commit { db, state in
            try state.decide(ask, from: try PeerRows.active(site, db), db)
        }
        feedSignal.notifyShares()
        return answer
    }

    /// Writes the asker's side of an ask into the audit log, with what came of it.
    public func recordAsk(
        _ ask: Ask, of site: SiteID, outcome: AskAnswer.Outcome?, actor: AuditActor
    ) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            var fact = AuditFact(kind: .breakGlass, actor: actor)
            fact.to = peer.party
            fact.purpose = ask.purpose
            fact.reason = ask.reason
            fact.basis = "ask \(ask.id)"
            switch outcome {
            case .granted(let patient): fact.patient = patient
            case .nothing: fact.outcome = .refused
            case nil: fact.outcome = .failed
            }
            try state.record(fact, db)
        }
    }
}

extension WriterState {
    /// What an ask came to; the audit log is told, the asker is not.
    private enum AskFinding: String {
        case granted
        case overBudget = "over budget"
        case noAgreement = "no agreement"
        case absent
        case ambiguous
        case withheld
    }

    mutating func decide(
        _ ask: Ask, from peer: PeerRows.Item, _ db: Database
    ) throws -> AskAnswer {
        let name = Data(ask.id.bytes)
        let answered = try Row.fetchOne(
            db, sql: "SELECT patient FROM ask WHERE name = ? AND peer = ?",
            arguments: [name, peer.id])
        if let answered {
            let patient: Data? = answered[0]
            return AskAnswer(
                id: ask.id,
                outcome: patient.flatMap { PatientID(bytes: $0) }.map { .granted($0) } ?? .nothing)
        }
        let (finding, patient) = try find(ask, for: peer, db)
        var asks = 1
        if finding == .overBudget {
            // Not looked into, so neither kept nor told one by one.
            guard
                let count = try RepetitionRows.take(
                    finding.rawValue, of: peer.id, now: now(), db)
            else { return AskAnswer(id: ask.id, outcome: .nothing) }
            asks = count
        }
        try db.execute(
            sql: "DELETE FROM ask WHERE peer = ? AND asked NOT BETWEEN ? AND ?",
            arguments: [peer.id, now() - AskLimits.budgetMilliseconds, now()])
        try db.execute(
            sql: "INSERT OR IGNORE INTO ask (name, peer, asked, patient) VALUES (?, ?, ?, ?)",
            arguments: [
                name, peer.id, now(), finding == .granted ? patient.map { Data($0.bytes) } : nil,
            ])
        var fact = AuditFact(
            kind: .breakGlass,
            actor: AuditActor(
                id: peer.site.description, name: ask.requester, role: "peer",
                organisation: peer.site.description, signInMethod: "mutual-tls"))
        fact.outcome = finding == .granted ? .success : .refused
        fact.reason = "\(finding.rawValue): \(ask.reason)"
        fact.to = peer.party
        fact.patient = patient
        fact.purpose = ask.purpose
        fact.basis = "ask \(ask.id)"
        fact.data = AuditData(repeated: asks, "asks")
        try record(fact, db)
        guard finding == .granted, let patient else {
            return AskAnswer(id: ask.id, outcome: .nothing)
        }
        return AskAnswer(id: ask.id, outcome: .granted(patient))
    }

    private mutating func find(
        _ ask: Ask, for peer: PeerRows.Item, _ db: Database
    ) throws -> (AskFinding, PatientID?) {
        let asked = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM ask WHERE peer = ? AND asked BETWEEN ? AND ?",
            arguments: [peer.id, now() - AskLimits.budgetMilliseconds, now()])
        guard asked ?? 0 < AskLimits.budget else { return (.overBudget, nil) }
        let agreements = try AgreementRows.of(peer: peer.id, db)
            .filter { $0.agreement.scope == .onRequest }
        // The newest one first: an older one may have been withdrawn.
        guard let agreement = agreements.last else { return (.noAgreement, nil) }
        let patients = try AskedPatients.matching(ask, ownSite: replica.site, coder: coder, db)
        guard let patient = patients.first else { return (.absent, nil) }
        guard patients.count == 1 else { return (.ambiguous, nil) }
        try AgreementRows.list(
            patient, under: agreement.id, until: now() + Int64(SyncLimits.askGrantMilliseconds),
            db)
        try materialise(patient: patient, owing: .urgent, db)
        let isShared = try StreamRows.of(patient: patient, db).contains {
            try ShareRows.counts(peer: peer.id, $0.name, now: now(), db)
        }
        guard isShared else {
            try db.execute(
                sql: "DELETE FROM agreement_patient WHERE agreement = ? AND patient = ?",
                arguments: [agreement.id, Data(patient.bytes)])
            return (.withheld, patient)
        }
        return (.granted, patient)
    }
}

/// Finds whom an ask means, on content: terms only narrow down.
private enum AskedPatients {
    /// Own patients that carry an identifier of the ask, or its names and birth date; ascending.
    static func matching(
        _ ask: Ask, ownSite: SiteID, coder: FrameCoder, _ db: Database
    ) throws -> [PatientID] {
        var terms = ask.identifiers.map { $0.value.lowercased() }
        if terms.isEmpty, let birthDate = ask.birthDate { terms = [birthDate] }
        var found: [PatientID] = []
        for term in terms {
            let rows = try Data.fetchAll(
                try db.cachedStatement(
                    sql: """
                        SELECT DISTINCT patient_term.patient FROM patient_term
                        JOIN stream ON stream.patient = patient_term.patient
                        JOIN site ON site.id = stream.home
                        WHERE term = ? AND site.uuid = ?
                        ORDER BY patient_term.patient LIMIT 1000
                        """), arguments: [term, Data(ownSite.bytes)])
            for patient in rows.compactMap({ PatientID(bytes: $0) })
            where try !found.contains(patient) && isMeant(patient, by: ask, coder, db) {
                found.append(patient)
            }
        }
        return found.sorted()
    }

    private static func isMeant(
        _ patient: PatientID, by ask: Ask, _ coder: FrameCoder, _ db: Database
    ) throws -> Bool {
        guard let stream = try StreamRows.named(StreamID.patient(patient, .identity).bytes, db),
            let entity = try EntityRows.position(
                of: EntityID(patient.bits), type: "Patient", stream: stream.id,
                opener: EventOpener(coder: coder), db)
        else { return false }
        for head in try HeadRows.positions(of: entity, db) {
            guard case .held(let bytes) = try StoredValues.value(at: head, coder: coder, db),
                let document = WriterState.document(bytes),
                let demographics = Demographics.read(document)
            else { continue }
            if matches(demographics, ask) { return true }
        }
        return false
    }

    private static func matches(_ known: Demographics, _ ask: Ask) -> Bool {
        if !ask.identifiers.isEmpty {
            return ask.identifiers.contains { asked in
                known.identifiers.contains { $0.system == asked.system && $0.value == asked.value }
            }
        }
        guard let birthDate = ask.birthDate, known.birthDate == birthDate,
            let family = ask.family?.lowercased(), let given = ask.given?.lowercased()
        else { return false }
        return known.names.contains { name in
            name.family?.lowercased() == family
                && name.given.contains { $0.lowercased() == given }
        }
    }
}
