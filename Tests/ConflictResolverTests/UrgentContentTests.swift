import ConflictResolver
import StrictJSON
import Testing

@Suite struct UrgentContentTests {
    private func isUrgent(_ type: String, _ members: String) throws -> Bool {
        let document = try JSONDocument(Array("{\(members)}".utf8))
        return UrgentContent.isUrgent(type: type, document.root, in: document)
    }

    @Test(
        "requests and medicines are urgent where they are stopped, held or retracted",
        arguments: [
            ("MedicationRequest", ["stopped", "cancelled", "on-hold", "entered-in-error"]),
            ("MedicationStatement", ["stopped", "on-hold", "not-taken", "entered-in-error"]),
            ("ServiceRequest", ["revoked", "on-hold", "entered-in-error"]),
            ("NutritionOrder", ["revoked", "on-hold", "entered-in-error"]),
            ("DeviceRequest", ["revoked", "on-hold", "entered-in-error"]),
            ("CarePlan", ["revoked", "on-hold", "entered-in-error"]),
        ])
    func stops(_ type: String, _ statuses: [String]) throws {
        for status in statuses {
            #expect(try isUrgent(type, #""status":"\#(status)""#), "\(status)")
        }
        for status in ["active", "completed", "draft", "intended", "unknown", "Stopped", ""] {
            #expect(try !isUrgent(type, #""status":"\#(status)""#), "\(status)")
        }
        #expect(try !isUrgent(type, #""status":7"#))
        #expect(try !isUrgent(type, #""intent":"order""#))
    }

    @Test(
        "whatever must not be done is urgent",
        arguments: ["MedicationRequest", "ServiceRequest", "CommunicationRequest"])
    func prohibitions(_ type: String) throws {
        #expect(try isUrgent(type, #""status":"active","doNotPerform":true"#))
        #expect(try !isUrgent(type, #""status":"active","doNotPerform":false"#))
        #expect(try !isUrgent(type, #""status":"active","doNotPerform":"true""#))
    }

    @Test("an allergy is urgent in every standing, a flag while it is active")
    func warnings() throws {
        #expect(try isUrgent("AllergyIntolerance", ""))
        #expect(
            try isUrgent(
                "AllergyIntolerance", #""clinicalStatus":{"coding":[{"code":"resolved"}]}"#))
        #expect(try isUrgent("Flag", #""status":"active""#))
        #expect(try !isUrgent("Flag", #""status":"inactive""#))
        #expect(try !isUrgent("Flag", #""status":"entered-in-error""#))
    }

    static let consentSystem = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"

    @Test(
        "an advance decision is urgent wherever its code may stand",
        arguments: [
            ("DocumentReference", "type", "http://loinc.org", "42348-3", true),
            ("DocumentReference", "category", "http://loinc.org", "75320-2", true),
            ("DocumentReference", "type", "http://loinc.org", "34133-9", false),
            ("DocumentReference", "type", "http://snomed.info/sct", "42348-3", false),
            ("DocumentReference", "context", "http://loinc.org", "42348-3", false),
            ("Consent", "category", consentSystem, "dnr", true),
            ("Consent", "category", consentSystem, "npp", false),
            ("Consent", "category", "http://loinc.org", "92664-0", true),
            (
                "Consent", "scope", "http://terminology.hl7.org/CodeSystem/consentscope", "adr",
                true
            ),
            (
                "Consent", "scope", "http://terminology.hl7.org/CodeSystem/consentscope",
                "patient-privacy", false
            ),
            ("CarePlan", "category", "http://loinc.org", "81334-5", true),
            ("ServiceRequest", "code", "http://snomed.info/sct", "304253006", true),
            ("Flag", "code", "http://snomed.info/sct", "304253006", true),
            ("Observation", "code", "http://loinc.org", "81351-9", true),
            ("Observation", "valueCodeableConcept", "http://snomed.info/sct", "304253006", true),
            ("Observation", "code", "http://loinc.org", "8302-2", false),
            ("Media", "type", "http://loinc.org", "42348-3", false),
        ])
    func advanceDecisions(
        _ type: String, _ member: String, _ system: String, _ code: String, _ expected: Bool
    ) throws {
        let coding = #"{"system":"\#(system)","code":"\#(code)"}"#
        let other = #"{"system":"http://example.org","code":"x"}"#
        for concept in [
            #"{"coding":[\#(coding)]}"#, #"{"coding":[{"code":"\#(code)"},\#(other),\#(coding)]}"#,
        ] {
            for value in [concept, "[7,\(concept)]"] {
                for status in ["current", "superseded", "inactive"] {
                    let members = #""status":"\#(status)","\#(member)":\#(value)"#
                    #expect(try isUrgent(type, members) == expected)
                }
            }
        }
        #expect(try !isUrgent(type, #""\#(member)":{"coding":[{"code":"\#(code)"}]}"#))
        #expect(try !isUrgent(type, #""\#(member)":{"text":"\#(code)"}"#))
    }

    @Test("everything else is not urgent")
    func ordinary() throws {
        for type in ["Patient", "Observation", "MedicationAdministration", "Task", "Goal", "New"] {
            for status in ["active", "stopped", "on-hold", "entered-in-error"] {
                #expect(try !isUrgent(type, #""status":"\#(status)""#))
            }
        }
    }

    @Test(
        "a retraction without a value is urgent where the status would be",
        arguments: [
            ("AllergyIntolerance", true), ("MedicationRequest", true), ("CarePlan", true),
            ("Flag", false), ("Observation", false),
        ])
    func retractions(_ type: String, _ expected: Bool) {
        #expect(UrgentContent.isUrgent(retractionOf: type) == expected)
    }
}
