extension PatientRecord {
    /// Procedures of a visit; what they are billed as.
    mutating func addProcedures(_ visit: Visit, count: Int) -> [ClaimItem] {
        var items: [ClaimItem] = []
        for _ in 0..<count {
            let term = generator.pick(person.plausible(CareTerms.procedures))
            var reason: JSONValue = .absent
            if let problem = problems.last, generator.chance(45) {
                reason = [FHIRShape.reference(problem.id, display: problem.term.display)]
            }
            let place = visit.location.reference("Location")
            let id = add(
                "Procedure", us: "procedure", uk: "Procedure",
                [
                    ("status", "completed"),
                    ("code", FHIRShape.concept(CodeSystem.snomed, term)),
                    ("subject", subject), ("encounter", FHIRShape.reference(visit.id)),
                    ("performedPeriod", FHIRShape.period(visit.start, visit.end)),
                    ("location", style == .plain ? .absent : place),
                    ("reasonReference", reason),
                ])
            items.append(
                ClaimItem(
                    system: CodeSystem.snomed, term: term, reference: ("procedureSequence", id)))
        }
        return items
    }

    /// Immunizations of a visit; what they are billed as.
    mutating func addImmunizations(_ visit: Visit, count: Int) -> [ClaimItem] {
        var items: [ClaimItem] = []
        for _ in 0..<count {
            let term =
                generator.chance(45)
                ? TreatmentTerms.vaccines[0]
                : generator.pick(TreatmentTerms.vaccines)
            let place = visit.location.reference("Location")
            let lot = style == .ukCore ? JSONValue.string("LOT\(generator.digits(5))") : .absent
            let id = add(
                "Immunization", us: "immunization", uk: "Immunization",
                [
                    ("status", "completed"),
                    ("vaccineCode", FHIRShape.concept(CodeSystem.cvx, term)),
                    ("patient", subject), ("encounter", FHIRShape.reference(visit.id)),
                    ("occurrenceDateTime", .string(visit.start.dateTime)),
                    ("primarySource", true),
                    ("location", style == .plain ? .absent : place), ("lotNumber", lot),
                ])
            items.append(
                ClaimItem(
                    system: CodeSystem.cvx, term: term, reference: ("informationSequence", id)))
        }
        return items
    }

    /// Medication requests of a visit, some with a pharmacy claim.
    mutating func addMedications(_ visit: Visit, count: Int) {
        for _ in 0..<count {
            let term = generator.pick(person.plausible(TreatmentTerms.medicines))
            let medicine = FHIRShape.concept(CodeSystem.rxNorm, term)
            let isActive = generator.chance(35)
            var reason: JSONValue = .absent
            if !problems.isEmpty, generator.chance(50) {
                reason = [FHIRShape.reference(generator.pick(problems).id)]
            }
            let requester = visit.practitioner.reference(
                "Practitioner", withDisplay: style != .plain)
            let status = isActive ? "active" : generator.chance(80) ? "stopped" : "completed"
            let id = add(
                "MedicationRequest", us: "medicationrequest", uk: "MedicationRequest",
                [
                    ("status", .string(status)), ("intent", "order"),
                    ("medicationCodeableConcept", medicine), ("subject", subject),
                    ("encounter", FHIRShape.reference(visit.id)),
                    ("authoredOn", .string(visit.start.dateTime)), ("requester", requester),
                    ("reasonReference", reason), ("dosageInstruction", [dosage()]),
                ])
            if generator.chance(35) {
                addPharmacyClaim(visit, medicine: medicine, prescription: id)
            }
        }
    }

    private mutating func dosage() -> JSONValue {
        if generator.chance(20) {
            return ["sequence": 1, "asNeededBoolean": true]
        }
        let dose = generator.pick(TreatmentTerms.dosages)
        let unit = dose.period == "6.0" ? "h" : "d"
        let isAsNeeded = generator.chance(25)
        let text = JSONValue.string(dose.text)
        let route = FHIRShape.concept(CodeSystem.snomed, TreatmentTerms.routes[0])
        let advice = FHIRShape.concept(
            CodeSystem.snomed, generator.pick(TreatmentTerms.dosageAdvice))
        return [
            "sequence": 1, "text": generator.chance(65) ? text : .absent,
            "additionalInstruction": generator.chance(12) ? [advice] : .absent,
            "timing": [
                "repeat": [
                    "frequency": .integer(dose.frequency), "period": .number(dose.period),
                    "periodUnit": .string(unit),
                ]
            ],
            "asNeededBoolean": .boolean(isAsNeeded),
            "route": style == .ukCore ? route : .absent,
            "doseAndRate": [
                [
                    "type": FHIRShape.status("dose-rate-type", "ordered", "Ordered"),
                    "doseQuantity": [
                        "value": .number(generator.pick(["1.0", "1.0", "2.0", "0.5"]))
                    ],
                ]
            ],
        ]
    }

    /// An imaging study, a device, supplies or a medicine given on the ward now and then.
    mutating func addRareResources(_ visit: Visit) {
        if generator.chance(4) { addSupply(visit) }
        if visit.classCode == "IMP", generator.chance(20) { addAdministration(visit) }
        if generator.chance(2) { addImagingStudy(visit) }
        if !hasDevice, generator.chance(1) { addDevice(visit) }
    }

    private mutating func addImagingStudy(_ visit: Visit) {
        let picture = generator.pick(CareTerms.bodySites)
        let number = generator.digits(8)
        let image: JSONValue = [
            "uid": "2.25.\(number)\(generator.digits(12))",
            "sopClass": [
                "system": "urn:ietf:rfc:3986", "code": "urn:oid:1.2.840.10008.5.1.4.1.1.1.1",
            ],
            "number": 1, "title": "Plain view: \(picture.site.display)",
        ]
        let modality = FHIRShape.coding(
            "http://dicom.nema.org/resources/ontology/DCM", Term("DX", "Digital Radiography"))
        let series: JSONValue = [
            "uid": "2.25.\(number)\(generator.digits(10))", "number": 1, "modality": modality,
            "numberOfInstances": 1,
            "bodySite": FHIRShape.coding(CodeSystem.snomed, picture.site),
            "started": .string(visit.start.dateTime), "instance": [image],
        ]
        let identifier: JSONValue = [
            "use": "official", "system": "urn:ietf:rfc:3986",
            "value": "urn:oid:2.25.\(number)",
        ]
        add(
            "ImagingStudy",
            [
                ("identifier", [identifier]), ("status", "available"), ("subject", subject),
                ("encounter", FHIRShape.reference(visit.id)),
                ("started", .string(visit.start.dateTime)), ("numberOfSeries", 1),
                ("numberOfInstances", 1),
                ("procedureCode", [FHIRShape.concept(CodeSystem.snomed, picture.procedure)]),
                ("location", visit.location.reference("Location")), ("series", [series]),
            ])
    }

    private mutating func addDevice(_ visit: Visit) {
        hasDevice = true
        let term = generator.pick(CareTerms.devices)
        let serial = generator.digits(14)
        let expiry = visit.start.adding(days: 9_000)
        add(
            "Device", us: "implantable-device", uk: "Device",
            [
                ("udiCarrier", [["deviceIdentifier": .string(serial)]]), ("status", "active"),
                ("manufactureDate", .string(visit.start.adding(days: -21).dateTime)),
                ("expirationDate", .string(expiry.dateTime)),
                ("lotNumber", .string(generator.digits(10))),
                ("serialNumber", .string(generator.digits(12))),
                ("deviceName", [["name": .string(term.display), "type": "user-friendly-name"]]),
                ("type", FHIRShape.concept(CodeSystem.snomed, term)), ("patient", subject),
            ])
    }

    private mutating func addSupply(_ visit: Visit) {
        let item: JSONValue = [
            "quantity": ["value": .integer(generator.within(1...24))],
            "itemCodeableConcept": FHIRShape.concept(
                CodeSystem.snomed, generator.pick(CareTerms.supplies)),
        ]
        add(
            "SupplyDelivery",
            [
                ("status", "completed"), ("patient", subject),
                ("type", FHIRShape.status("supply-item-type", "device", "Device")),
                ("suppliedItem", item), ("occurrenceDateTime", .string(visit.start.dateTime)),
            ])
    }

    private mutating func addAdministration(_ visit: Visit) {
        let term = generator.pick(person.plausible(TreatmentTerms.medicines))
        let medicine = FHIRShape.concept(CodeSystem.rxNorm, term)
        if generator.chance(50) {
            add("Medication", us: "medication", [("code", medicine), ("status", "active")])
        }
        var reason: JSONValue = .absent
        if let problem = problems.last { reason = [FHIRShape.reference(problem.id)] }
        add(
            "MedicationAdministration",
            [
                ("status", "completed"), ("medicationCodeableConcept", medicine),
                ("subject", subject), ("context", FHIRShape.reference(visit.id)),
                ("effectiveDateTime", .string(visit.start.dateTime)),
                ("reasonReference", reason),
            ])
    }
}
