extension PatientPaths {
    /// Every R4 type whose resources can belong to a patient, ascending by type.
    ///
    /// Sources: FHIR R4 (4.0.1) CompartmentDefinition *Patient*, and each element of type
    /// Reference(Patient) that names the subject (subject, patient, beneficiary, individual, for,
    /// candidate). Left out on purpose: Patient (its own home), Group and List entries (a resource
    /// about many), Provenance and Binary (they go with what they are about). The other R4 types
    /// have no such element.
    static let all: [PatientPaths] = [
        PatientPaths("Account", "subject", repeats: true),
        PatientPaths("AdverseEvent", "subject"),
        PatientPaths("AllergyIntolerance", "patient", mentions: [["recorder"], ["asserter"]]),
        PatientPaths("Appointment", nil, mentions: [["participant", "actor"]]),
        PatientPaths("AppointmentResponse", nil, mentions: [["actor"]]),
        PatientPaths("AuditEvent", nil, mentions: [["entity", "what"], ["agent", "who"]]),
        PatientPaths("Basic", "subject", mentions: [["author"]]),
        PatientPaths("BodyStructure", "patient"),
        PatientPaths(
            "CarePlan", "subject", mentions: [["activity", "detail", "performer"]]),
        PatientPaths("CareTeam", "subject", mentions: [["participant", "member"]]),
        PatientPaths("ChargeItem", "subject"),
        PatientPaths("Claim", "patient", mentions: [["payee", "party"]]),
        PatientPaths("ClaimResponse", "patient"),
        PatientPaths("ClinicalImpression", "subject"),
        PatientPaths("Communication", "subject", mentions: [["recipient"], ["sender"]]),
        PatientPaths(
            "CommunicationRequest", "subject",
            mentions: [["recipient"], ["sender"], ["requester"]]),
        PatientPaths("Composition", "subject", mentions: [["author"], ["attester", "party"]]),
        PatientPaths("Condition", "subject", mentions: [["asserter"]]),
        PatientPaths("Consent", "patient"),
        PatientPaths("Contract", "subject", repeats: true, mentions: [["signer", "party"]]),
        PatientPaths(
            "Coverage", "beneficiary", mentions: [["subscriber"], ["policyHolder"], ["payor"]]),
        PatientPaths("CoverageEligibilityRequest", "patient"),
        PatientPaths("CoverageEligibilityResponse", "patient"),
        PatientPaths("DetectedIssue", "patient"),
        PatientPaths("Device", "patient"),
        PatientPaths("DeviceRequest", "subject", mentions: [["performer"]]),
        PatientPaths("DeviceUseStatement", "subject"),
        PatientPaths("DiagnosticReport", "subject"),
        PatientPaths("DocumentManifest", "subject", mentions: [["author"], ["recipient"]]),
        PatientPaths(
            "DocumentReference", "subject",
            mentions: [["author"], ["context", "sourcePatientInfo"]]
        ),
        PatientPaths("Encounter", "subject"),
        PatientPaths("EnrollmentRequest", "candidate"),
        PatientPaths("EpisodeOfCare", "patient"),
        PatientPaths("ExplanationOfBenefit", "patient", mentions: [["payee", "party"]]),
        PatientPaths("FamilyMemberHistory", "patient"),
        PatientPaths("Flag", "subject"),
        PatientPaths("Goal", "subject"),
        PatientPaths("GuidanceResponse", "subject"),
        PatientPaths("ImagingStudy", "subject"),
        PatientPaths("Immunization", "patient"),
        PatientPaths("ImmunizationEvaluation", "patient"),
        PatientPaths("ImmunizationRecommendation", "patient"),
        PatientPaths("Invoice", "subject", mentions: [["recipient"]]),
        PatientPaths("List", "subject"),
        PatientPaths("MeasureReport", "subject"),
        PatientPaths("Media", "subject"),
        PatientPaths("MedicationAdministration", "subject", mentions: [["performer", "actor"]]),
        PatientPaths("MedicationDispense", "subject", mentions: [["receiver"]]),
        PatientPaths("MedicationRequest", "subject"),
        PatientPaths("MedicationStatement", "subject", mentions: [["informationSource"]]),
        PatientPaths("MolecularSequence", "patient"),
        PatientPaths("NutritionOrder", "patient"),
        PatientPaths("Observation", "subject", mentions: [["performer"]]),
        PatientPaths("Person", nil, mentions: [["link", "target"]]),
        PatientPaths("Procedure", "subject", mentions: [["performer", "actor"]]),
        PatientPaths(
            "QuestionnaireResponse", "subject", mentions: [["source"], ["author"]]),
        PatientPaths("RelatedPerson", "patient"),
        PatientPaths("RequestGroup", "subject", mentions: [["action", "participant"]]),
        PatientPaths("ResearchSubject", "individual"),
        PatientPaths("RiskAssessment", "subject"),
        PatientPaths("Schedule", nil, mentions: [["actor"]]),
        PatientPaths("ServiceRequest", "subject", mentions: [["performer"]]),
        PatientPaths("Specimen", "subject"),
        PatientPaths("SupplyDelivery", "patient"),
        PatientPaths("SupplyRequest", nil, mentions: [["deliverTo"], ["requester"]]),
        PatientPaths("Task", "for"),
        PatientPaths("VisionPrescription", "patient"),
    ]

    /// Types whose resources form a site's directory (`sync.md` §2).
    static let directoryTypes: Set<String> = [
        "HealthcareService", "Location", "Medication", "Organization", "Practitioner",
        "PractitionerRole",
    ]

    /// R4 types that have none of the elements above, or are about many: they are local, unless
    /// they are directory types or go with what they are about.
    static let withoutPatient: Set<String> = [
        "ActivityDefinition", "Binary", "BiologicallyDerivedProduct", "Bundle",
        "CapabilityStatement", "CatalogEntry", "ChargeItemDefinition", "CodeSystem",
        "CompartmentDefinition", "ConceptMap", "DeviceDefinition", "DeviceMetric",
        "EffectEvidenceSynthesis", "Endpoint", "EnrollmentResponse", "EventDefinition", "Evidence",
        "EvidenceVariable", "ExampleScenario", "GraphDefinition", "Group", "ImplementationGuide",
        "InsurancePlan", "Library", "Linkage", "Measure", "MedicationKnowledge",
        "MedicinalProduct", "MedicinalProductAuthorization", "MedicinalProductContraindication",
        "MedicinalProductIndication", "MedicinalProductIngredient", "MedicinalProductInteraction",
        "MedicinalProductManufactured", "MedicinalProductPackaged",
        "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect",
        "MessageDefinition", "MessageHeader", "NamingSystem", "ObservationDefinition",
        "OperationDefinition", "OperationOutcome", "OrganizationAffiliation", "Parameters",
        "PaymentNotice", "PaymentReconciliation", "PlanDefinition", "Provenance", "Questionnaire",
        "ResearchDefinition", "ResearchElementDefinition", "ResearchStudy",
        "RiskEvidenceSynthesis", "SearchParameter", "Slot", "SpecimenDefinition",
        "StructureDefinition", "StructureMap", "Subscription", "Substance",
        "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein",
        "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
        "TerminologyCapabilities", "TestReport", "TestScript", "ValueSet", "VerificationResult",
    ]

    /// Those of `withoutPatient` that may all the same say something of patients: as members, as
    /// content, or as what they are about.
    static let aboutOthers: Set<String> = [
        "Binary", "BiologicallyDerivedProduct", "Bundle", "EnrollmentResponse", "Group", "Linkage",
        "MessageHeader", "OperationOutcome", "Parameters", "PaymentNotice", "PaymentReconciliation",
        "Provenance", "Subscription", "TestReport", "VerificationResult",
    ]
}
