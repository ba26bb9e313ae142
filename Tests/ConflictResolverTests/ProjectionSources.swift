/// Resources that are valid R4 and differ in what their invariants look at. All is invented.
enum ProjectionSources {
    private static let first = "00000000-0000-4000-8000-00000000000"

    private static func concept(_ code: String) -> String { #"{"coding":[{"code":"\#(code)"}]}"# }

    static let byType: [String: [String]] = [
        "CarePlan": [
            plan("active", #"{"detail":{"status":"in-progress","description":"walk"}}"#),
            plan("revoked", #"{"reference":{"reference":"MedicationRequest/1"}}"#),
            plan(
                "active",
                #"{"id":"\#(first)1","detail":{"status":"scheduled","description":"a","#
                    + #""performer":[{"display":"n"}]}}"#
            ),
            plan("on-hold", #"{"id":"\#(first)1","reference":{"reference":"ServiceRequest/1"}}"#),
            plan(
                "completed",
                #"{"id":"\#(first)1","progress":[{"text":"p"}],"#
                    + #""detail":{"status":"stopped","scheduledString":"d"}}"#
            ),
        ],
        "Goal": ["active", "cancelled", "completed"].flatMap { code in
            [#"{"detailString":"d","measure":{"text":"m"}}"#, #"{"dueDate":"2026-01-01"}"#].map {
                #"{"resourceType":"Goal","lifecycleStatus":"\#(code)","#
                    + #""description":{"text":"\#(code)"},"#
                    + #""subject":{"reference":"Patient/p"},"target":[\#($0)]}"#
            }
        },
        "CareTeam": ["active", "inactive"].map { code in
            #"{"resourceType":"CareTeam","status":"\#(code)","name":"\#(code)","participant":"#
                + #"[{"role":[{"text":"r"}],"member":{"display":"\#(code)"}}]}"#
        },
        "MedicationRequest": ["active", "stopped"].map { medicine("MedicationRequest", $0) },
        "MedicationStatement": ["active", "not-taken"].map { medicine("MedicationStatement", $0) },
        "AllergyIntolerance": [
            allergy("active", "confirmed", "high"), allergy("inactive", "unconfirmed", "low"),
            allergy("resolved", "refuted", "low"), allergy(nil, "entered-in-error", "high"),
        ],
        "Condition": [
            condition("active", "confirmed", "problem-list-item", nil),
            condition("resolved", "confirmed", "problem-list-item", "2026"),
            condition(nil, "confirmed", "encounter-diagnosis", nil),
            condition(nil, "entered-in-error", "problem-list-item", nil),
        ],
        "Flag": ["safety", "admin", "advance-directive"].map { category in
            #"{"resourceType":"Flag","status":"active","code":{"text":"\#(category)"},"#
                + #""subject":{"reference":"Patient/p"},"category":[\#(concept(category))]}"#
        },
        "Patient": [
            #"{"name":{"text":"a"},"gender":"other"}"#, #"{"organization":{"display":"o"}}"#,
        ].map { contact in
            #"{"resourceType":"Patient","gender":"other","deceasedBoolean":false,"#
                + #""contact":[\#(contact)],"#
                + #""name":[{"text":"n"}],"communication":[{"language":{"text":"l"}}]}"#
        },
        "Observation": ["final", "amended"].map { code in
            #"{"resourceType":"Observation","status":"\#(code)","code":{"text":"c"},"#
                + #""valueString":"\#(code)"}"#
        },
        "Immunization": ["completed", "not-done"].map { code in
            #"{"resourceType":"Immunization","status":"\#(code)","vaccineCode":{"text":"v"},"#
                + #""patient":{"reference":"Patient/p"},"occurrenceString":"\#(code)"}"#
        },
    ]

    private static func plan(_ status: String, _ activity: String) -> String {
        #"{"resourceType":"CarePlan","status":"\#(status)","intent":"plan","title":"\#(status)","#
            + #""subject":{"reference":"Patient/p"},"goal":[{"reference":"Goal/1"}],"#
            + #""extension":[{"url":"u:\#(status)","valueCode":"c"}],"#
            + #""modifierExtension":[{"url":"u:m","valueCode":"\#(status)"}],"#
            + #""note":[{"text":"\#(status)"}],"activity":[\#(activity)]}"#
    }

    private static func medicine(_ type: String, _ status: String) -> String {
        #"{"resourceType":"\#(type)","status":"\#(status)","_status":{"id":"\#(status)"},"#
            + (type == "MedicationRequest" ? #""intent":"order","# : "")
            + #""subject":{"reference":"Patient/p"},"note":[{"text":"\#(status)"}],"#
            + #""medicationCodeableConcept":{"text":"\#(status)"},"reasonCode":[{"text":"r"}]}"#
    }

    private static func allergy(_ clinical: String?, _ verified: String, _ risk: String) -> String {
        #"{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p"},"#
            + (clinical.map { #""clinicalStatus":\#(concept($0)),"# } ?? "")
            + #""verificationStatus":\#(concept(verified)),"code":{"text":"\#(risk)"},"#
            + #""criticality":"\#(risk)","reaction":[{"manifestation":[{"text":"\#(risk)"}]}]}"#
    }

    private static func condition(
        _ clinical: String?, _ verified: String, _ category: String, _ end: String?
    ) -> String {
        #"{"resourceType":"Condition","subject":{"reference":"Patient/p"},"#
            + (clinical.map { #""clinicalStatus":\#(concept($0)),"# } ?? "")
            + (end.map { #""abatementDateTime":"\#($0)","# } ?? "")
            + #""verificationStatus":\#(concept(verified)),"code":{"text":"\#(category)"},"#
            + #""category":[\#(concept(category))]}"#
    }
}
