extension SamplePopulation {
    /// One line of NDJSON: an Observation about the given patient, with a line feed at the end.
    ///
    /// `index` is 0 or more and decides everything but the patient; different indices have
    /// different ids. `patient` is a literal reference such as `Patient/17` and is written as
    /// given. There are no other references, so a line stands alone. About 600 bytes.
    public func observationLine(_ index: Int, patient: String) -> [UInt8] {
        line(index, patient: patient, label: nil)
    }

    /// As `observationLine`, with `label` in `meta.security`.
    ///
    /// `label` is a code of http://terminology.hl7.org/CodeSystem/v3-ActCode, for example `ETH`
    /// (substance use), `SEX` or `PSY`; it is not checked.
    public func labelledObservationLine(
        _ index: Int, patient: String, label: String
    ) -> [UInt8] {
        line(index, patient: patient, label: label)
    }

    private func line(_ index: Int, patient: String, label: String?) -> [UInt8] {
        precondition(index >= 0, "observations are numbered from 0, not \(index)")
        var generator = SeededGenerator(
            parts: [seed, site.seedPart, 1 << 42, UInt64(bitPattern: Int64(index))])
        let isVital = generator.chance(50)
        let panel = generator.pick(LaboratoryTerms.panels)
        let measure =
            isVital
            ? generator.pick(MeasureTerms.vitals).measure : generator.pick(panel.measures)
        let category = isVital ? "vital-signs" : "laboratory"
        let time = CalendarTime.now.adding(minutes: -generator.within(1...5_000_000))
        var members: [(String, JSONValue)] = [
            ("resourceType", "Observation"), ("id", .string(generator.uuid())),
        ]
        if let label {
            let security: JSONValue = [
                "system": .string(CodeSystem.terminology("v3-ActCode")), "code": .string(label),
            ]
            members.append(("meta", ["security": [security]]))
        }
        members += [
            ("status", "final"),
            ("category", [FHIRShape.status("observation-category", category, category)]),
            ("code", FHIRShape.concept(CodeSystem.loinc, measure.term)),
            ("subject", FHIRShape.literal(patient)),
            ("effectiveDateTime", .string(time.dateTime)), ("issued", .string(time.instant)),
            (
                "valueQuantity",
                FHIRShape.quantity(measure, generator.within(measure.range))
            ),
        ]
        return JSONWriter.bytes(of: .object(members)) + [UInt8(ascii: "\n")]
    }
}
