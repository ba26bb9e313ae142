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
        return accounting
    }()

    static let noAccounting = Accounting(
        patient: id, pseudonym: "0123456789abcdef0123456789abcdef", siteName: "Practice",
        siteAddress: "", fromMilliseconds: 0, toMilliseconds: moment, madeMilliseconds: moment)

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
        ],
        witnessed: [
            .init(
                peer: "hospital", origin: id + "/accord/audit/0123456789abcdef", size: 1_204,
                begunMilliseconds: moment - 86_400_000, cosignedMilliseconds: moment),
            .init(
                peer: "lab", origin: id + "/accord/audit/00000000000000ff", size: 7,
                begunMilliseconds: moment - 86_400_000, cosignedMilliseconds: moment,
                evidence: [7, 9]),
        ])

    static let auditPresentations: [(name: String, presentation: Presentation)] = [
        ("audit-tail", .auditTail(auditEntries)), ("no-audit-tail", .auditTail([])),
        ("no-audit-answer", .auditAnswer([])),
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
        ("audit-witness", .witnesses(witnesses)),
        (
            "no-audit-witness",
            .witnesses(
                WitnessReport(
                    signedSize: 17, witnessedSize: 0, quorum: 2, cosigners: [], witnessed: []))
        ),
        ("audit-exported", .auditExported(files: 23, folder: "./log")),
    ]
}
