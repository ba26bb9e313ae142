import ControlClient
import ControlProtocol

/// Synthetic answers of a node.
enum SampleAnswers {
    static let fingerprint = "aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa"
    static let id = "01234567-89ab-cdef-0123-456789abcdef"
    static let moment: Int64 = 1_795_318_144_000

    static let peers = [
        PeerSummary(
            name: "hospital", site: id, siteName: "Example Hospital", endpoint: "192.0.2.1:7443",
            fingerprint: fingerprint, state: .connected, addedMilliseconds: moment),
        PeerSummary(
            name: "home", site: id, siteName: "Home\u{1B}[31m", fingerprint: fingerprint,
            state: .unreachable, addedMilliseconds: moment),
    ]

    static let matches = [
        PatientMatch(
            id: id, displayName: "Sample, Ann-Marie Elisabeth Gwendolyn", birthDate: "1970-01-31",
            gender: "female",
            identifiers: [
                PatientIdentifier(system: "urn:example:mrn", value: "-17"),
                PatientIdentifier(system: "", value: "=1+1"),
            ], homeSite: "Example Practice", isOwn: true),
        PatientMatch(
            id: id, displayName: "=HYPERLINK(\"x\"), 李", identifiers: [],
            homeSite: "Example Hospital", isOwn: false),
    ]

    static let record = PatientRecord(
        match: matches[0],
        compartments: [
            CompartmentSummary(
                name: "identity", resourcesByType: [ResourceCount(type: "Patient", count: 1)]),
            CompartmentSummary(
                name: "general",
                resourcesByType: [
                    ResourceCount(type: "Condition", count: 12),
                    ResourceCount(type: "Observation", count: 1_204),
                ]),
        ], heldFrom: ["Example Hospital", "Example Practice"])

    static let timeline = [
        TimelineEntry(
            date: "2026-11-20T10:15:00+01:00", type: "MedicationRequest", id: id,
            display: "A medicine with a long name, 500 mg, one tablet in the morning and at night",
            status: "active", site: "Example Practice", recordedMilliseconds: moment,
            compartment: "general"),
        TimelineEntry(
            type: "Condition", id: id, status: "active", site: "Example Hospital",
            recordedMilliseconds: moment, compartment: "general", isDisputed: true),
    ]

    static let plans = [
        MergedPlan(
            id: id, title: "Diabetes plan", status: "active", categories: ["Diabetes", "Diet"],
            period: PlanPeriod(start: "2026-01-01"),
            activities: [
                PlanActivity(
                    description: "Walk for half an hour", status: "unknown", isDisputed: true),
                PlanActivity(description: "See the nurse every three months"),
            ], goals: ["HbA1c below 53 mmol/mol"], conflicts: [id],
            elements: [
                PlanElement(element: "CarePlan status", values: [conflict.values[1]]),
                PlanElement(
                    element: "CarePlan.activity status", part: id, state: "ended",
                    conflictClass: "U",
                    values: conflict.values),
            ], resource: #"{"resourceType":"CarePlan"}"#)
    ]

    static let imported: ImportReport = {
        var good = ImportReport.File(path: "hospitals.json")
        good.summary = ImportSummary(
            units: 1, applied: 1, resources: 5_746, created: 5_700, unchanged: 46, seconds: 1.25)
        var bad = ImportReport.File(path: "batch.json")
        bad.summary = ImportSummary(
            units: 3, alreadyImported: 1, refused: 2, resources: 3, patients: 1, seconds: 0.1)
        bad.refused = [
            UnitReport(
                kind: .batchEntry, position: 1, outcome: .refused, resources: 1, created: 0,
                changed: 0, unchanged: 0,
                refusal: UnitRefusal(
                    rule: "reference-unresolved", entry: 1, path: "Observation.subject",
                    offset: 2_048, message: "A conditional reference has no match here.")),
            UnitReport(
                kind: .batchEntry, position: 2, outcome: .refused, resources: 1, created: 0,
                changed: 0, unchanged: 0),
        ]
        var unread = ImportReport.File(path: "missing.json")
        unread.problem = "The file missing.json cannot be read."
        return ImportReport(files: [good, bad, unread])
    }()

    static let conflict = ConflictDetail(
        item: ConflictItem(
            id: id, conflictClass: "U", kind: "disputed-stop", resourceType: "CarePlan",
            resource: id, patient: id, element: "CarePlan.activity status",
            part: id, sites: ["Example Hospital", "Home\u{1B}[31m"], sinceMilliseconds: moment,
            dueMilliseconds: moment + 86_400_000,
            mayResolve: "clinician of the custodian organisation",
            roles: ["clinician", "performer-lead"]),
        values: [
            ConflictValue(
                element: "CarePlan.activity status", part: id,
                text: #"{"detail":{"status":"stopped"}}"#,
                authors: [
                    ConflictAuthor(
                        site: "Example Hospital", sourceSystem: "-ward", practitioner: "=1+1",
                        role: "clinician",
                        recordedMilliseconds: moment, together: ["MedicationRequest"])
                ]),
            ConflictValue(
                element: "CarePlan.activity status", text: #"{"detail":{"status":"in-progress"}}"#,
                authors: [
                    ConflictAuthor(
                        site: "Home\u{1B}[31m", sourceSystem: "file", practitioner: "uid:0",
                        role: "administrator",
                        recordedMilliseconds: moment, together: [])
                ]),
        ],
        inSight: [
            ConflictValue(
                element: "CarePlan.activity body", part: id, text: #"{"detail":{}}"#,
                authors: [
                    ConflictAuthor(
                        site: "Home", sourceSystem: "accord", practitioner: "dr-1",
                        role: "clinician", recordedMilliseconds: moment, reason: "as agreed",
                        together: [])
                ])
        ],
        choices: [
            ConflictChoice(
                id: "0123456789abcdef", decision: "value", text: #"{"detail":{"status":"stopped"}}"#
            ),
            ConflictChoice(
                id: "fedcba9876543210", decision: "value",
                text: #"{"detail":{"status":"in-progress"}}"#),
        ], takesValue: true)

    static let undecidable = ConflictDetail(
        item: conflict.item, values: [], choices: [], takesValue: false)

    static let resolved = ConflictResolved(
        conflict: id, resourceType: "CarePlan", resource: id, patient: id, stillOpen: 1)

    static let presentations = recordPresentations + syncPresentations + auditPresentations

    private static let recordPresentations: [(name: String, presentation: Presentation)] = [
        ("status", .status(status)), ("peers", .peers(peers)), ("peer-added", .added(peers[0])),
        ("patients", .matches(matches, limit: 2)), ("patient", .record(record)),
        ("timeline", .timeline(timeline)), ("plans", .plans(plans)),
        ("import", .imported(imported)), ("no-peers", .peers([])),
        ("no-patients", .matches([], limit: 20)), ("no-timeline", .timeline([])),
        ("no-plans", .plans([])), ("plan-history", .planHistory(history)),
        ("plan-difference", .planDifference(difference)),
        ("plan-without-difference", .planDifference(noDifference)),
        ("conflicts", .conflicts([conflict.item])),
        ("no-conflicts", .conflicts([])), ("conflict", .conflict(conflict)),
        ("conflict-without-choice", .conflict(undecidable)),
        ("conflict-resolved", .conflictResolved(resolved)),
    ]
}
