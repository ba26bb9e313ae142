extension PatientRecord {
    /// Who recorded all that went before.
    mutating func addProvenance() {
        let author = directory.practitioners[0].reference("Practitioner")
        let organization = directory.organizations[0].reference("Organization")
        let targets = entries.map { FHIRShape.reference($0.id) }
        func agent(_ system: String, _ code: String, _ display: String) -> JSONValue {
            [
                "type": FHIRShape.concept(system, Term(code, display)), "who": author,
                "onBehalfOf": organization,
            ]
        }
        let core = "http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type"
        let agents: JSONValue = [
            agent(CodeSystem.terminology("provenance-participant-type"), "author", "Author"),
            agent(core, "transmitter", "Transmitter"),
        ]
        add(
            "Provenance", us: "provenance", uk: nil,
            [
                ("target", .array(targets)), ("recorded", .string(CalendarTime.now.instant)),
                ("agent", agents),
            ])
    }

    /// A clinical note now and then: the report that carries it, and its document.
    mutating func addNote(_ visit: Visit) {
        guard generator.chance(7) else { return }
        let term = generator.pick(CareTerms.notes)
        let code: JSONValue = ["coding": [FHIRShape.coding(CodeSystem.loinc, term)]]
        let text = noteText(visit)
        let content = JSONValue.string(FHIRShape.base64(text))
        let type: JSONValue = "text/plain; charset=utf-8"
        let author = visit.practitioner.reference("Practitioner")
        let attachment: JSONValue = ["contentType": type, "data": content]
        let report = add(
            "DiagnosticReport", us: "diagnosticreport-note", uk: "DiagnosticReport",
            [
                ("status", "final"), ("category", [code]), ("code", code),
                ("subject", subject), ("encounter", FHIRShape.reference(visit.id)),
                ("effectiveDateTime", .string(visit.start.dateTime)),
                ("issued", .string(visit.start.instant)), ("performer", [author]),
                ("presentedForm", [attachment]),
            ])
        addDocument(visit, code: code, attachment: attachment, report: report)
    }

    private mutating func addDocument(
        _ visit: Visit, code: JSONValue, attachment: JSONValue, report: String
    ) {
        let system = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
        let category: JSONValue = [
            "coding": [FHIRShape.coding(system, Term("clinical-note", "Clinical Note"))]
        ]
        let format: JSONValue = [
            "system": "http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem",
            "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
            "display": "mimeType Sufficient",
        ]
        add(
            "DocumentReference", us: "documentreference", uk: "DocumentReference",
            [
                (
                    "identifier",
                    [FHIRShape.identifier("urn:ietf:rfc:3986", "urn:uuid:\(report)")]
                ),
                ("status", "current"), ("type", code), ("category", [category]),
                ("subject", subject), ("date", .string(visit.start.instant)),
                ("author", [visit.practitioner.reference("Practitioner")]),
                ("custodian", visit.organization.reference("Organization")),
                ("content", [["attachment": attachment, "format": format]]),
                (
                    "context",
                    [
                        "encounter": [FHIRShape.reference(visit.id)],
                        "period": FHIRShape.period(visit.start, visit.end),
                    ]
                ),
            ])
    }

    /// A short note under the headings that clinical notes usually have.
    private mutating func noteText(_ visit: Visit) -> String {
        let complaint = problems.last?.term.display ?? "None today."
        let opening = generator.chance(50) ? "\n\(visit.start.date)\n" : "\(visit.start.date)\n"
        let allergies = generator.pick(["None known.", "As listed."])
        let medications = generator.pick(["See the list.", "None at present."])
        let plan = generator.pick(["Review as agreed.", "Bloods, then review.", "No change."])
        return opening
            + "\n# Chief Complaint\n\(complaint)\n"
            + "\n# History of Present Illness\n\(person.given[0]) was seen today. Invented note.\n"
            + "\n# Social History\n\(generator.pick(["Lives alone.", "Lives with family."]))\n"
            + "\n# Allergies\n\(allergies)\n\n# Medications\n\(medications)\n"
            + "\n# Assessment and Plan\n\(complaint)\n\n## Plan\n\(plan)\n"
    }
}
