extension PatientRecord {
    /// Bounds of the number of observations in a record.
    static let observationCounts = 20...120

    /// Vital signs at most visits, laboratory panels at some; the last visit makes up the minimum.
    mutating func addObservations(_ visit: Visit, isLast: Bool) {
        if generator.chance(60) { addVitals(visit) }
        if generator.chance(30) { addPanel(visit) }
        if generator.chance(25) { addSurvey(visit) }
        while isLast && observationCount < Self.observationCounts.lowerBound {
            addVitals(visit)
            addPanel(visit)
        }
    }

    private var hasRoom: Bool {
        observationCount < Self.observationCounts.upperBound
    }

    private mutating func addVitals(_ visit: Visit) {
        let count = generator.within(2...5)
        for vital in generator.sample(MeasureTerms.vitals, count: count) where hasRoom {
            add(
                visit, "vital-signs", vital.measure.term, vitalProfiles(vital.profile),
                [("valueQuantity", quantity(vital.measure))])
        }
        if hasRoom { addBloodPressure(visit) }
    }

    private func vitalProfiles(_ name: String) -> [String] {
        switch style {
        case .usCore:
            ["\(name)", "vitalsigns"].map { "http://hl7.org/fhir/StructureDefinition/\($0)" }
        case .ukCore: style.profiles(us: nil, uk: "Observation-VitalSigns")
        case .plain: []
        }
    }

    private mutating func addBloodPressure(_ visit: Visit) {
        let term =
            style == .plain
            ? Term("55284-4", "Blood Pressure") : Term("85354-9", "Blood Pressure")
        let components = [MeasureTerms.diastolic, MeasureTerms.systolic].map { measure in
            component(measure)
        }
        add(
            visit, "vital-signs", term, vitalProfiles("bp"), [("component", .array(components))])
    }

    private mutating func component(_ measure: Measure) -> JSONValue {
        [
            "code": FHIRShape.concept(CodeSystem.loinc, measure.term),
            "valueQuantity": quantity(measure),
        ]
    }

    private mutating func quantity(_ measure: Measure) -> JSONValue {
        FHIRShape.quantity(measure, generator.within(measure.range))
    }

    private mutating func addPanel(_ visit: Visit) {
        guard hasRoom else { return }
        if generator.chance(25) {
            let measure = generator.pick(LaboratoryTerms.single)
            add(
                visit, "laboratory", measure.term, laboratoryProfiles,
                [("valueQuantity", quantity(measure))])
            return
        }
        let panel = generator.pick(LaboratoryTerms.panels)
        var results: [JSONValue] = []
        for measure in panel.measures where hasRoom {
            let id = add(
                visit, "laboratory", measure.term, laboratoryProfiles,
                laboratoryValue(measure))
            results.append(FHIRShape.reference(id, display: measure.term.display))
        }
        let issuer = visit.organization.reference("Organization")
        add(
            "DiagnosticReport", us: "diagnosticreport-lab", uk: "DiagnosticReport",
            [
                ("status", "final"),
                ("category", [FHIRShape.status("v2-0074", "LAB", "Laboratory")]),
                ("code", FHIRShape.concept(CodeSystem.loinc, panel.term)),
                ("subject", subject), ("encounter", FHIRShape.reference(visit.id)),
                ("effectiveDateTime", .string(visit.start.dateTime)),
                ("issued", .string(visit.start.instant)),
                ("performer", style == .plain ? .absent : [issuer]),
                ("result", .array(results)),
            ])
    }

    private var laboratoryProfiles: [String] {
        style.profiles(us: "observation-lab", uk: "Observation-Lab")
    }

    /// A value; in UK style often with the range it is judged by.
    private mutating func laboratoryValue(_ measure: Measure) -> [(String, JSONValue)] {
        let value = generator.within(measure.range)
        var members = [("valueQuantity", FHIRShape.quantity(measure, value))]
        guard style == .ukCore, generator.chance(60) else { return members }
        let width = measure.range.upperBound - measure.range.lowerBound
        let low = measure.range.lowerBound + width / 10
        let high = measure.range.upperBound - width / 10
        let code =
            value < low
            ? Term("L", "Low") : value > high ? Term("H", "High") : Term("N", "Normal")
        members.append(
            (
                "interpretation",
                [FHIRShape.status("v3-ObservationInterpretation", code.code, code.display)]
            ))
        let range: JSONValue = [
            "low": FHIRShape.quantity(measure, low), "high": FHIRShape.quantity(measure, high),
        ]
        members.append(("referenceRange", [range]))
        return members
    }

    private mutating func addSurvey(_ visit: Visit) {
        guard hasRoom else { return }
        if generator.chance(40) {
            let answer = generator.pick([
                Term("266919005", "Never smoker"), Term("8517006", "Former smoker"),
                Term("77176002", "Current every day smoker"),
                Term("266919005", "Never smoked tobacco (finding)"),
            ])
            let code =
                generator.chance(60)
                ? Term("72166-2", "Tobacco smoking status NHIS")
                : Term("72166-2", "Tobacco smoking status")
            add(
                visit, "survey", code, style.profiles(us: "smokingstatus", uk: "Observation"),
                [("valueCodeableConcept", FHIRShape.concept(CodeSystem.snomed, answer))])
        } else if generator.chance(20) {
            let swab = Term("94531-1", "SARS-CoV-2 RNA Pnl Resp NAA+probe")
            let answer =
                generator.chance(60)
                ? Term("260385009", "Negative (qualifier value)")
                : Term("260373001", "Detected (qualifier value)")
            add(
                visit, "laboratory", swab, laboratoryProfiles,
                [("valueCodeableConcept", FHIRShape.concept(CodeSystem.snomed, answer))])
        } else {
            let score = generator.pick(MeasureTerms.scores)
            add(
                visit, "survey", score.term, style.profiles(us: nil, uk: "Observation"),
                [("valueQuantity", quantity(score))])
        }
    }

    @discardableResult
    private mutating func add(
        _ visit: Visit, _ category: String, _ term: Term, _ profiles: [String],
        _ value: [(String, JSONValue)]
    ) -> String {
        observationCount += 1
        let members: [(String, JSONValue)] = [
            ("status", "final"),
            ("category", [FHIRShape.status("observation-category", category, category)]),
            ("code", FHIRShape.concept(CodeSystem.loinc, term)),
            ("subject", subject), ("encounter", FHIRShape.reference(visit.id)),
            ("effectiveDateTime", .string(visit.start.dateTime)),
            ("issued", .string(visit.start.instant)),
        ]
        return add("Observation", profiles: profiles, members + value)
    }
}
