extension PatientRecord {
    /// The Patient: always the first entry of the bundle.
    mutating func addPatient() {
        let tag: JSONValue = ["tag": [["system": "urn:accord:sample", "code": "synthetic"]]]
        let profile = style.profiles(us: "patient", uk: "Patient")
        let meta: JSONValue =
            profile.isEmpty
            ? tag
            : [
                "profile": .array(profile.map { .string($0) }),
                "tag": [["system": "urn:accord:sample", "code": "synthetic"]],
            ]
        var members: [(String, JSONValue)] = []
        if style != .plain { members.append(("meta", meta)) }
        if generator.chance(70) {
            let name = FHIRShape.escapedMarkup(person.displayName)
            members.append(
                ("text", FHIRShape.narrative("\(name), born \(person.birth.date); invented.")))
        }
        members += [
            ("extension", style == .ukCore ? ukExtensions() : usExtensions()),
            ("identifier", identifiers()), ("active", true), ("name", names()),
            ("telecom", telecom()), ("gender", person.isFemale ? "female" : "male"),
            ("birthDate", .string(person.birth.date)), ("address", [address()]),
            ("maritalStatus", maritalStatus()), ("multipleBirthBoolean", false),
            ("contact", [contact()]), ("communication", [communication()]),
            ("generalPractitioner", [directory.practitioners[0].reference("Practitioner")]),
            (
                "managingOrganization",
                directory.organizations[0].reference("Organization")
            ),
        ]
        if style == .plain { members.append(("meta", meta)) }
        add("Patient", id: patientID, profiles: [], members)
    }

    private mutating func identifiers() -> JSONValue {
        func typed(_ term: Term, _ system: String, _ value: String) -> JSONValue {
            [
                "type": FHIRShape.concept(CodeSystem.terminology("v2-0203"), term),
                "system": .string(system), "value": .string(value),
            ]
        }
        let nhs: JSONValue = [
            "use": "official", "system": .string(CodeSystem.nhsNumber),
            "value": .string(person.nhsNumber),
        ]
        var list = [
            nhs,
            typed(Term("MR", "Medical Record Number"), recordNumber.system, recordNumber.value),
        ]
        if style != .ukCore {
            let security = "999-\(generator.digits(2))-\(generator.digits(4))"
            list.append(
                typed(
                    Term("SS", "Social Security Number"), "http://hl7.org/fhir/sid/us-ssn",
                    security))
            if generator.chance(60) {
                list.append(
                    typed(
                        Term("DL", "Driver's License"), "urn:oid:2.16.840.1.113883.4.3.25",
                        "S999\(generator.digits(5))"))
            }
            if generator.chance(40) {
                list.append(
                    typed(
                        Term("PPN", "Passport Number"),
                        "http://hl7.org/fhir/sid/passport-GBR", "X\(generator.digits(8))X"))
            }
        }
        return .array(list)
    }

    private func names() -> JSONValue {
        [
            [
                "use": "official", "family": .string(person.family),
                "given": .array(person.given.map { .string($0) }),
                "prefix": [.string(person.prefix)],
            ]
        ]
    }

    private mutating func telecom() -> JSONValue {
        let phone: JSONValue = [
            "system": "phone", "value": .string(person.phone), "use": "home",
        ]
        guard generator.chance(50) else { return [phone] }
        let mail: JSONValue = [
            "system": "email", "value": "patient.\(recordNumber.value)@example.org",
            "use": "home",
        ]
        return [phone, mail]
    }

    private mutating func address() -> JSONValue {
        let latitude = 51_000_000 + generator.below(4_000_000)
        let longitude = -1_000_000 - generator.below(1_500_000)
        let geolocation: JSONValue = [
            "url": "http://hl7.org/fhir/StructureDefinition/geolocation",
            "extension": [
                ["url": "latitude", "valueDecimal": .decimal(latitude, places: 6)],
                ["url": "longitude", "valueDecimal": .decimal(longitude, places: 6)],
            ],
        ]
        return [
            "extension": style == .usCore ? [geolocation] : .absent, "use": "home",
            "line": [.string(person.houseAndStreet)], "city": .string(person.town.town),
            "state": .string(person.town.district), "postalCode": .string(person.postcode),
            "country": "GB",
        ]
    }

    private mutating func maritalStatus() -> JSONValue {
        let term = generator.pick([
            Term("M", "Married"), Term("S", "Never Married"), Term("W", "Widowed"),
            Term("D", "Divorced"),
        ])
        return FHIRShape.concept(CodeSystem.terminology("v3-MaritalStatus"), term)
    }

    private func contact() -> JSONValue {
        [
            "relationship": [FHIRShape.status("v2-0131", "N", "Next-of-Kin")],
            "name": [
                "use": "official", "family": .string(person.contactName.family),
                "given": [.string(person.contactName.given)],
            ],
            "telecom": [
                ["system": "phone", "value": .string(person.contactPhone), "use": "mobile"]
            ],
        ]
    }

    private func communication() -> JSONValue {
        [
            "language": FHIRShape.concept("urn:ietf:bcp:47", person.language),
            "preferred": style == .ukCore ? true : .absent,
        ]
    }

    private mutating func usExtensions() -> JSONValue {
        let core = "http://hl7.org/fhir/us/core/StructureDefinition/us-core"
        let race = generator.pick([
            Term("2106-3", "White"), Term("2054-5", "Black or African American"),
            Term("2028-9", "Asian"), Term("2131-1", "Other Race"),
        ])
        let ethnicity =
            generator.chance(85)
            ? Term("2186-5", "Not Hispanic or Latino") : Term("2135-2", "Hispanic or Latino")
        func omb(_ name: String, _ term: Term) -> JSONValue {
            let category = FHIRShape.coding("urn:oid:2.16.840.1.113883.6.238", term)
            return [
                "url": "\(core)-\(name)",
                "extension": [
                    ["url": "ombCategory", "valueCoding": category],
                    ["url": "text", "valueString": .string(term.display)],
                ],
            ]
        }
        let base = "http://hl7.org/fhir/StructureDefinition/patient"
        let place: JSONValue = [
            "city": .string(person.town.town), "state": .string(person.town.district),
            "country": "GB",
        ]
        return [
            omb("race", race), omb("ethnicity", ethnicity),
            [
                "url": "\(base)-mothersMaidenName",
                "valueString": .string(generator.pick(NameLists.families)),
            ],
            ["url": "\(core)-birthsex", "valueCode": person.isFemale ? "F" : "M"],
            ["url": "\(base)-birthPlace", "valueAddress": place],
        ]
    }

    private mutating func ukExtensions() -> JSONValue {
        let category = generator.pick([
            Term("A", "White - British"), Term("H", "Asian or Asian British - Indian"),
            Term("N", "Black or Black British - African"), Term("G", "Mixed - Any other mixed"),
        ])
        let system = "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland"
        return [
            [
                "url":
                    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory",
                "valueCodeableConcept": ["coding": [FHIRShape.coding(system, category)]],
            ]
        ]
    }
}
