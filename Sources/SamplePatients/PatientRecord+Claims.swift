extension PatientRecord {
    private static let variables = "https://bluebutton.cms.gov/resources/variables"

    /// Coded amounts of one adjudicated line, as CMS Blue Button names them, in percent.
    private static let amounts: [(Term, Int)] = [
        (Term("line_coinsrnc_amt", "Line Beneficiary Coinsurance Amount"), 20),
        (Term("line_prvdr_pmt_amt", "Line Provider Payment Amount"), 80),
        (Term("line_sbmtd_chrg_amt", "Line Submitted Charge Amount"), 100),
        (Term("line_alowd_chrg_amt", "Line Allowed Charge Amount"), 100),
        (Term("line_bene_ptb_ddctbl_amt", "Line Beneficiary Part B Deductible Amount"), 0),
    ]

    private var payer: String {
        let sum = person.nhsNumber.utf8.reduce(0) { $0 + Int($1) }
        return CareTerms.insurers[sum % CareTerms.insurers.count]
    }

    /// The claim for a visit; returns its id.
    mutating func addClaim(_ visit: Visit, items: [ClaimItem]) -> String {
        var lines = [visitLine(visit)]
        for (offset, item) in items.enumerated() {
            var line = itemLine(item, sequence: offset + 2, position: position(offset, items))
            if item.reference?.member != "diagnosisSequence" {
                line.append(("net", FHIRShape.money(generator.within(500...98_000))))
            }
            lines.append(.object(line))
        }
        let diagnoses = group("diagnosis", "diagnosisReference", items)
        return add(
            "Claim",
            claimHead(visit, type: generator.chance(70) ? "institutional" : "professional") + [
                ("provider", visit.organization.reference("Organization")),
                ("priority", FHIRShape.status("processpriority", "normal")),
                ("facility", facility(visit)),
                ("supportingInfo", information(items)), ("diagnosis", diagnoses),
                ("procedure", group("procedure", "procedureReference", items)),
                ("insurance", insurance()), ("item", .array(lines)),
                ("total", FHIRShape.money(generator.within(7_000...150_000))),
            ])
    }

    /// The claim for a dispensed prescription.
    mutating func addPharmacyClaim(_ visit: Visit, medicine: JSONValue, prescription: String) {
        let line: JSONValue = [
            "sequence": 1, "productOrService": medicine,
            "encounter": [FHIRShape.reference(visit.id)],
        ]
        add(
            "Claim",
            claimHead(visit, type: "pharmacy") + [
                ("provider", visit.organization.reference("Organization")),
                ("priority", FHIRShape.status("processpriority", "normal")),
                ("facility", facility(visit)),
                ("prescription", FHIRShape.reference(prescription)),
                ("insurance", insurance()), ("item", [line]),
                ("total", FHIRShape.money(generator.within(300...9_000))),
            ])
    }

    /// What the payer made of a claim.
    mutating func addExplanation(_ visit: Visit, claim: String, items: [ClaimItem]) {
        var members: [(String, JSONValue)] = [
            ("contained", containedResources(visit)),
            (
                "identifier",
                [
                    FHIRShape.identifier("\(Self.variables)/clm_id", claim),
                    FHIRShape.identifier(
                        "https://bluebutton.cms.gov/resources/identifier/claim-group",
                        "00000000000"),
                ]
            ),
        ]
        var lines = [explainedLine(visit, [], visitMembers(visit), isVisit: true)]
        for (offset, item) in items.enumerated() {
            let line = itemLine(item, sequence: offset + 2, position: position(offset, items))
            let isPriced = item.reference?.member != "diagnosisSequence"
            lines.append(
                explainedLine(visit, isPriced ? adjudication() : [], line, isVisit: false))
        }
        members += explanationHead(visit, claim: claim)
        members += [
            ("diagnosis", group("diagnosis", "diagnosisReference", items, typed: true)),
            (
                "insurance",
                [
                    [
                        "focal": true,
                        "coverage": FHIRShape.literal("#coverage", display: payer),
                    ]
                ]
            ),
            ("item", .array(lines)), ("total", [submittedTotal()]),
            ("payment", ["amount": FHIRShape.money(generator.within(0...90_000))]),
        ]
        add("ExplanationOfBenefit", members)
    }

    private func claimHead(_ visit: Visit, type: String) -> [(String, JSONValue)] {
        [
            ("status", "active"), ("type", FHIRShape.status("claim-type", type)),
            ("use", "claim"), ("patient", namedSubject),
            ("billablePeriod", FHIRShape.period(visit.start, visit.end)),
            ("created", .string(visit.end.dateTime)),
        ]
    }

    private func facility(_ visit: Visit) -> JSONValue {
        style == .plain ? .absent : visit.location.reference("Location")
    }

    private func insurance() -> JSONValue {
        [["sequence": 1, "focal": true, "coverage": ["display": .string(payer)]]]
    }

    private func visitMembers(_ visit: Visit) -> [(String, JSONValue)] {
        [
            ("sequence", 1),
            ("productOrService", FHIRShape.concept(CodeSystem.snomed, visit.term)),
            ("encounter", [FHIRShape.reference(visit.id)]),
        ]
    }

    private func visitLine(_ visit: Visit) -> JSONValue {
        .object(visitMembers(visit))
    }

    private func itemLine(
        _ item: ClaimItem, sequence: Int, position: Int
    ) -> [(String, JSONValue)] {
        var line: [(String, JSONValue)] = [("sequence", .integer(sequence))]
        if let reference = item.reference {
            line.append((reference.member, [.integer(position)]))
        }
        line.append(("productOrService", FHIRShape.concept(item.system, item.term)))
        return line
    }

    /// The place of an item among those of its own kind, from 1.
    private func position(_ offset: Int, _ items: [ClaimItem]) -> Int {
        let member = items[offset].reference?.member
        return items[...offset].filter { $0.reference?.member == member }.count
    }

    private func group(
        _ kind: String, _ member: String, _ items: [ClaimItem], typed: Bool = false
    ) -> JSONValue {
        let ids = items.compactMap { item in
            item.reference?.member == "\(kind)Sequence" ? item.reference?.id : nil
        }
        guard !ids.isEmpty else { return .absent }
        let type = FHIRShape.status("ex-diagnosistype", "principal")
        return .array(
            ids.enumerated().map { offset, id in
                [
                    "sequence": .integer(offset + 1),
                    member: FHIRShape.reference(id), "type": typed ? [type] : .absent,
                ]
            })
    }

    private func information(_ items: [ClaimItem]) -> JSONValue {
        let ids = items.compactMap { item in
            item.reference?.member == "informationSequence" ? item.reference?.id : nil
        }
        guard !ids.isEmpty else { return .absent }
        let category = FHIRShape.status("claiminformationcategory", "info")
        return .array(
            ids.enumerated().map { offset, id in
                [
                    "sequence": .integer(offset + 1), "category": category,
                    "valueReference": FHIRShape.reference(id),
                ]
            })
    }

    private func containedResources(_ visit: Visit) -> JSONValue {
        let doctor = visit.practitioner.reference("Practitioner", withDisplay: false)
        let referral: JSONValue = [
            "resourceType": "ServiceRequest", "id": "referral", "status": "completed",
            "intent": "order", "subject": subject, "requester": doctor, "performer": [doctor],
        ]
        let coverage: JSONValue = [
            "resourceType": "Coverage", "id": "coverage", "status": "active",
            "type": ["text": .string(payer)], "beneficiary": subject,
            "payor": [["display": .string(payer)]],
        ]
        return [referral, coverage]
    }

    private func explanationHead(_ visit: Visit, claim: String) -> [(String, JSONValue)] {
        let doctor = visit.practitioner.reference("Practitioner", withDisplay: false)
        let role = FHIRShape.status(
            "claimcareteamrole", "primary", "Primary Care Practitioner")
        let period = FHIRShape.period(visit.end, visit.end.adding(days: 365))
        return [
            ("status", "active"), ("type", FHIRShape.status("claim-type", "institutional")),
            ("use", "claim"), ("patient", subject), ("billablePeriod", period),
            ("created", .string(visit.end.dateTime)), ("insurer", ["display": .string(payer)]),
            ("provider", doctor), ("referral", FHIRShape.literal("#referral")),
            ("facility", facility(visit)), ("claim", FHIRShape.reference(claim)),
            ("outcome", "complete"),
            ("careTeam", [["sequence": 1, "provider": doctor, "role": role]]),
        ]
    }

    private func explainedLine(
        _ visit: Visit, _ adjudication: [(String, JSONValue)], _ line: [(String, JSONValue)],
        isVisit: Bool
    ) -> JSONValue {
        let category: JSONValue = [
            "coding": [
                FHIRShape.coding(
                    "\(Self.variables)/line_cms_type_srvc_cd", Term("1", "Medical care"))
            ]
        ]
        let places = [
            "EMER": Term("23", "Emergency Room"), "IMP": Term("21", "Inpatient Hospital"),
        ]
        let place =
            places[visit.classCode]
            ?? (style == .plain
                ? Term("20", "Urgent Care Facility")
                : Term("19", "Off Campus-Outpatient Hospital"))
        var members = line
        let encounter = isVisit ? members.popLast() : nil
        let service = members.popLast()
        members.append(("category", category))
        members += [service].compactMap { $0 }
        members += [
            ("servicedPeriod", FHIRShape.period(visit.start, visit.end)),
            (
                "locationCodeableConcept",
                FHIRShape.status("ex-serviceplace", place.code, place.display)
            ),
        ]
        return .object(members + [encounter].compactMap { $0 } + adjudication)
    }

    private mutating func adjudication() -> [(String, JSONValue)] {
        let cents = generator.within(500...98_000)
        let system = "https://bluebutton.cms.gov/resources/codesystem/adjudication"
        var list = Self.amounts.map { term, percent -> JSONValue in
            let code = Term("\(Self.variables)/\(term.code)", term.display)
            return [
                "category": ["coding": [FHIRShape.coding(system, code)]],
                "amount": FHIRShape.money(cents * percent / 100),
            ]
        }
        let indicator = Term(
            "\(Self.variables)/line_prcsg_ind_cd", "Line Processing Indicator Code")
        list.append(["category": ["coding": [FHIRShape.coding(system, indicator)]]])
        return [("net", FHIRShape.money(cents)), ("adjudication", .array(list))]
    }

    private mutating func submittedTotal() -> JSONValue {
        let category = FHIRShape.concept(
            CodeSystem.terminology("adjudication"), Term("submitted", "Submitted Amount"))
        return [
            "category": category, "amount": FHIRShape.money(generator.within(7_000...150_000)),
        ]
    }
}
