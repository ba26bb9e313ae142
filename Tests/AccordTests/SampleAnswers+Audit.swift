import ControlClient
import ControlProtocol

extension SampleAnswers {
    static let auditEntries: [AuditLogEntry] = {
        var disclosed = AuditLogEntry(
            seq: 1_203, time: moment, kind: "disclose-out",
            actor: .init(id: id, name: "Example Hospital", role: "node", signIn: "mutual-tls"))
        disclosed.to = .init(site: id, name: "Example Hospital")
        disclosed.patient = "0123456789abcdef0123456789abcdef"
        disclosed.data = .init(
            compartments: "identity general", types: ["Observation": 12], events: 1_204,
            digest: String(repeating: "ab", count: 32))
        disclosed.purpose = "TREAT"
        disclosed.basis = "agreement 1"
        disclosed.session = "00112233445566778899aabbccddeeff"
        disclosed.delivery = 7
        var refused = AuditLogEntry(
            seq: 1_204, time: moment + 60_000, kind: "refuse", outcome: "refused",
            actor: .init(id: "=cmd()", name: "clinic\u{1B}[31m", role: "peer"))
        refused.reason = "unknown-site"
        return [disclosed, refused]
    }()

    static let accounting: Accounting = {
        var accounting = Accounting(
            patient: id, pseudonym: "0123456789abcdef0123456789abcdef",
            siteName: "North <b>Practice</b> & Sons", siteAddress: "1 High Street, Town",
            fromMilliseconds: moment - 86_400_000, toMilliseconds: moment,
            madeMilliseconds: moment)
        accounting.rows = [
            AccountingRow(
                firstMilliseconds: moment - 86_400_000, lastMilliseconds: moment - 60_000,
                disclosures: 1_204, recipient: id, recipientName: "=cmd()|' /C calc'!A0",
                recipientAddress: "2 \"Low\" Street, <script>alert(1)</script>",
                compartments: ["general", "identity"],
                types: [
                    ResourceCount(type: "Observation", count: 12),
                    ResourceCount(type: "Patient", count: 1),
                ], events: 13, purpose: "HRESCH", bases: ["agreement 2"], entry: 17),
            AccountingRow(
                firstMilliseconds: moment - 70_000, lastMilliseconds: moment - 70_000,
                disclosures: 1, recipient: id, recipientName: "", recipientAddress: "",
                compartments: [], types: [], events: 0, purpose: "none", bases: [], entry: 90),
        ]
        accounting.notCounted = [.init(purpose: "TREAT", disclosures: 3)]
        accounting.unreadable = 2
        accounting.pruned = prunedPart
        accounting.includedAgencies = [hostile]
        return accounting
    }()

    static let noAccounting = Accounting(
        patient: id, pseudonym: "0123456789abcdef0123456789abcdef", siteName: "Practice",
        siteAddress: "", fromMilliseconds: 0, toMilliseconds: moment, madeMilliseconds: moment)

    /// What the configuration names, and is no peer.
    private static func outside(_ state: String, status: Int? = nil) -> WitnessReport.Cosigner {
        var witness = WitnessReport.Cosigner(
            peer: "witness.example/\(state)", size: state == "cosigned" ? 31_204 : 31_000,
            cosignedMilliseconds: moment,
            status: status)
        witness.state = state
        witness.aheadSize = state == "ahead" ? 40_000 : nil
        return witness
    }

    private static let witnesses = WitnessReport(
        signedSize: 31_204, witnessedSize: 31_187, quorum: 1,
        cosigners: [
            .init(peer: "clinic", size: 31_187, cosignedMilliseconds: moment, status: 409),
            .init(peer: "hospital", size: 31_204, cosignedMilliseconds: moment, status: 200),
            .init(
                peer: "lab", size: 9_000, cosignedMilliseconds: moment, status: 422,
                contradictions: [40_000]),
            .init(
                peer: "nursing-home", size: 30_000, cosignedMilliseconds: moment, status: 403,
                fallenSize: 29_000),
            .init(peer: hostile, size: 0),
            outside("cosigned", status: 200), outside("unknown-log", status: 404),
            outside("unreachable"), outside("inconsistent", status: 422),
            outside("ahead", status: 409),
        ],
        witnessed: [
            .init(
                peer: "hospital", origin: id + "/accord/audit/0123456789abcdef", size: 1_204,
                begunMilliseconds: moment - 86_400_000, cosignedMilliseconds: moment,
                key: "log " + id + "/accord/audit/0123456789abcdef+00+AA"),
            .init(
                peer: "lab", origin: id + "/accord/audit/00000000000000ff", size: 7,
                begunMilliseconds: moment - 86_400_000, cosignedMilliseconds: moment,
                evidence: [7, 9], key: "log " + id + "/accord/audit/00000000000000ff+00+AA"),
        ], keys: "log " + id + "/accord/audit/5555555555555555+00+AA\n")

    private static let prunedPart = AuditPrunedPart(
        minimum: 1_024, prunedMilliseconds: moment, digest: String(repeating: "ab", count: 32))

    private static func joined(_ outcome: JoinReport.Outcome) -> AuditVerdict {
        var report = JoinReport(peer: hostile, outcome: outcome)
        if outcome == .unchecked { report.reason = "timedOut" }
        if outcome == .agrees || outcome == .disagrees {
            (report.peerSize, report.agreed, report.inPart, report.unanswered) = (
                1_300, 1_204, 1, 2
            )
        }
        if outcome == .disagrees {
            (report.missingHere, report.missingThere, report.differing) = (1, 2, 3)
            (report.firstHere, report.firstThere) = (1_017, 1_099)
            (report.leftOut, report.minimum, report.peerMinimum) = (4, 256, 1_024)
        }
        return AuditVerdict(
            line: "intact entries=1205 minimum=0 heads=31 witnesses=0", exitCode: 0
        ).weighed(against: report, size: 1_205)
    }

    private static let askedVerdict: AuditVerdict = {
        var verdict = AuditVerdict(line: "evidence seq=900 check=root", exitCode: 1)
        verdict.asked = AskedWitness.Outcome.allCases.map { outcome in
            var witness = AskedWitness(peer: "peer-\(outcome.rawValue)", outcome: outcome)
            if outcome == .agrees || outcome == .contradicts { witness.size = 1_204 }
            if outcome == .contradicts { witness.contradictions = [900, 1_204] }
            if outcome == .unreachable { witness.heardMilliseconds = moment }
            if outcome == .unreachable { witness.reason = "timedOut" }
            return witness
        }
        return verdict
    }()

    static let auditPresentations: [(name: String, presentation: Presentation)] = [
        ("audit-tail", .auditTail(auditEntries)), ("no-audit-tail", .auditTail([])),
        ("no-audit-answer", .auditAnswer([])),
        (
            "accounting-suspended",
            .accountingSuspension(
                AccountingSuspensionState(peer: hostile, untilMilliseconds: moment))
        ),
        (
            "accounting-not-suspended",
            .accountingSuspension(AccountingSuspensionState(peer: "agency"))
        ),
        ("accounting", .accounting(accounting)), ("no-accounting", .accounting(noAccounting)),
        (
            "audit-intact",
            .auditVerdict(
                AuditVerdict(
                    line: "intact entries=1205 minimum=256 heads=31 witnesses=1", exitCode: 0,
                    witnesses: [id + "/accord/witness"], headsPassedOver: 2))
        ),
        (
            "audit-unwitnessed",
            .auditVerdict(
                AuditVerdict(
                    line: "intact entries=1205 minimum=0 heads=31 witnesses=0", exitCode: 0))
        ),
        (
            "audit-evidence",
            .auditVerdict(AuditVerdict(line: "evidence seq=17 check=leaf", exitCode: 1))
        ),
        (
            "audit-uncovered",
            .auditVerdict(AuditVerdict(line: "evidence seq=17 check=coverage", exitCode: 1))
        ),
        (
            "audit-unchecked",
            .auditVerdict(AuditVerdict(line: "unchecked missing=export", exitCode: 2))
        ),
        (
            "audit-consistent",
            .auditVerdict(AuditVerdict(line: "consistent old=17 new=1205", exitCode: 0))
        ),
        ("audit-asked", .auditVerdict(askedVerdict)),
        (
            "audit-nobody-asked",
            .auditVerdict(AuditVerdict(line: "intact entries=1", exitCode: 0).weighed(against: []))
        ),
        (
            "audit-other-key",
            .auditVerdict(
                AuditVerdict(line: "intact entries=1", exitCode: 0).weighed(
                    against: [AskedWitness(peer: hostile, outcome: .otherKey)]))
        ),
        ("audit-join", .auditVerdict(joined(.agrees))),
        ("audit-join-disagrees", .auditVerdict(joined(.disagrees))),
        ("audit-join-contradicted", .auditVerdict(joined(.contradicted))),
        ("audit-join-shortened", .auditVerdict(joined(.shortened))),
        ("audit-join-unchecked", .auditVerdict(joined(.unchecked))),
        ("audit-witness", .witnesses(witnesses)),
        (
            "no-audit-witness",
            .witnesses(
                WitnessReport(
                    signedSize: 17, witnessedSize: 0, quorum: 2, cosigners: [], witnessed: [],
                    keys: ""))
        ),
        (
            "audit-held",
            .auditHold(
                AuditHoldState(
                    hold: AuditHold(
                        reason: "=case 12 of the county court\u{1B}[31m",
                        sinceMilliseconds: moment, untilMilliseconds: moment + 86_400_000)))
        ),
        (
            "audit-held-on",
            .auditHold(
                AuditHoldState(hold: AuditHold(reason: "case 12", sinceMilliseconds: moment)))
        ),
        ("audit-not-held", .auditHold(AuditHoldState())),
        ("audit-exported", .auditExported(files: 23, folder: "./log")),
        (
            "audit-exported-rest",
            .auditExported(files: 23, folder: "./log\u{1B}[31m", pruned: prunedPart)
        ),
        (
            "audit-pruned",
            .auditPruned(AuditPruned(minimum: 31_232, dropped: 1_024), archive: "./log\u{1B}[31m")
        ),
        (
            "audit-early",
            .auditVerdict(
                AuditVerdict(line: "unchecked early-head", exitCode: 2, pruned: prunedPart))
        ),
        ("audit-tail-pruned", .auditTail([prunedPart.entry] + auditEntries)),
    ]
}
