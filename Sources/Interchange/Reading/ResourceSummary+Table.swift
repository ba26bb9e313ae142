extension ResourceSummary {
    /// What says what a resource is, the first that is there.
    static let titleMembers: [StaticString] = [
        "code", "vaccineCode", "medicationCodeableConcept", "medicationReference", "title", "type",
        "class", "description", "productOrService", "scope", "category", "relationship", "name",
        "serviceType", "topic", "reasonCode",
    ]

    /// What says how a resource stands, the first that is there.
    static let statusMembers: [StaticString] = [
        "status", "lifecycleStatus", "clinicalStatus", "verificationStatus", "outcome",
    ]

    /// Of each type, the elements that say when, the first that is there; FHIR R4 search parameter
    /// `date` where the type has one, else what its definition calls the clinically relevant time.
    static let datePaths: [String: [[StaticString]]] = [
        "AdverseEvent": [["date"], ["detected"], ["recordedDate"]],
        "AllergyIntolerance": [
            ["onsetDateTime"], ["onsetPeriod", "start"], ["recordedDate"], ["lastOccurrence"],
        ],
        "Appointment": [["start"], ["requestedPeriod", "start"], ["created"]],
        "CarePlan": [["period", "start"], ["created"]],
        "CareTeam": [["period", "start"]],
        "Claim": [["billablePeriod", "start"], ["created"]],
        "ClinicalImpression": [["effectiveDateTime"], ["effectivePeriod", "start"], ["date"]],
        "Communication": [["sent"], ["received"]],
        "Composition": [["date"]],
        "Condition": [["onsetDateTime"], ["onsetPeriod", "start"], ["recordedDate"]],
        "Consent": [["dateTime"]],
        "Coverage": [["period", "start"]],
        "DetectedIssue": [["identifiedDateTime"], ["identifiedPeriod", "start"]],
        "Device": [["manufactureDate"]],
        "DeviceRequest": [["occurrenceDateTime"], ["occurrencePeriod", "start"], ["authoredOn"]],
        "DiagnosticReport": [["effectiveDateTime"], ["effectivePeriod", "start"], ["issued"]],
        "DocumentReference": [["context", "period", "start"], ["date"]],
        "Encounter": [["period", "start"]],
        "EpisodeOfCare": [["period", "start"]],
        "ExplanationOfBenefit": [["billablePeriod", "start"], ["created"]],
        "FamilyMemberHistory": [["date"]],
        "Flag": [["period", "start"]],
        "Goal": [["startDate"], ["statusDate"]],
        "ImagingStudy": [["started"]],
        "Immunization": [["occurrenceDateTime"], ["recorded"]],
        "List": [["date"]],
        "MeasureReport": [["date"], ["period", "start"]],
        "Media": [["createdDateTime"], ["createdPeriod", "start"], ["issued"]],
        "MedicationAdministration": [["effectiveDateTime"], ["effectivePeriod", "start"]],
        "MedicationDispense": [["whenHandedOver"], ["whenPrepared"]],
        "MedicationRequest": [["authoredOn"]],
        "MedicationStatement": [
            ["effectiveDateTime"], ["effectivePeriod", "start"], ["dateAsserted"],
        ],
        "NutritionOrder": [["dateTime"]],
        "Observation": [
            ["effectiveDateTime"], ["effectivePeriod", "start"], ["effectiveInstant"], ["issued"],
        ],
        "Patient": [["birthDate"]],
        "Procedure": [["performedDateTime"], ["performedPeriod", "start"]],
        "Provenance": [["occurredDateTime"], ["occurredPeriod", "start"], ["recorded"]],
        "QuestionnaireResponse": [["authored"]],
        "RelatedPerson": [["period", "start"]],
        "RiskAssessment": [["occurrenceDateTime"], ["occurrencePeriod", "start"]],
        "ServiceRequest": [["occurrenceDateTime"], ["occurrencePeriod", "start"], ["authoredOn"]],
        "Specimen": [
            ["collection", "collectedDateTime"], ["collection", "collectedPeriod", "start"],
            ["receivedTime"],
        ],
        "SupplyDelivery": [["occurrenceDateTime"], ["occurrencePeriod", "start"]],
        "SupplyRequest": [["occurrenceDateTime"], ["occurrencePeriod", "start"], ["authoredOn"]],
        "Task": [["executionPeriod", "start"], ["authoredOn"], ["lastModified"]],
        "VisionPrescription": [["dateWritten"], ["created"]],
    ]

    /// What is tried for every other type.
    static let otherDatePaths: [[StaticString]] = [
        ["effectiveDateTime"], ["effectivePeriod", "start"], ["occurrenceDateTime"],
        ["occurrencePeriod", "start"], ["period", "start"], ["authoredOn"], ["date"], ["recorded"],
        ["created"],
    ]
}
