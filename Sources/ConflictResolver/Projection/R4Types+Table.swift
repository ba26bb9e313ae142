extension R4Types {
    /// By resource type or kind of entity: `member:Type`, with `*` for a list, `@` for an object
    /// that is listed by itself. A test holds the facets' members against it.
    static let table: [String: String] = [
        "CarePlan": """
        identifier:Identifier* instantiatesCanonical:canonical* instantiatesUri:uri* \
        basedOn:Reference* replaces:Reference* partOf:Reference* status:code intent:code \
        category:CodeableConcept* title:string description:string subject:Reference \
        encounter:Reference period:Period created:dateTime author:Reference \
        contributor:Reference* careTeam:Reference* addresses:Reference* \
        supportingInfo:Reference* goal:Reference* activity:@* note:Annotation*
        """,
        "CarePlan.activity": """
        outcomeCodeableConcept:CodeableConcept* outcomeReference:Reference* \
        progress:Annotation* reference:Reference detail:@
        """,
        "CarePlan.activity.detail": """
        kind:code instantiatesCanonical:canonical* instantiatesUri:uri* code:CodeableConcept \
        reasonCode:CodeableConcept* reasonReference:Reference* goal:Reference* status:code \
        statusReason:CodeableConcept doNotPerform:boolean scheduled[x] location:Reference \
        performer:Reference* product[x] dailyAmount:Quantity quantity:Quantity \
        description:string
        """,
        "Goal": """
        identifier:Identifier* lifecycleStatus:code achievementStatus:CodeableConcept \
        category:CodeableConcept* priority:CodeableConcept description:CodeableConcept \
        subject:Reference start[x] target:@* statusDate:date statusReason:string \
        expressedBy:Reference addresses:Reference* note:Annotation* \
        outcomeCode:CodeableConcept* outcomeReference:Reference*
        """,
        "Goal.target": "measure:CodeableConcept detail[x] due[x]",
        "CareTeam": """
        identifier:Identifier* status:code category:CodeableConcept* name:string \
        subject:Reference encounter:Reference period:Period participant:@* \
        reasonCode:CodeableConcept* reasonReference:Reference* \
        managingOrganization:Reference* telecom:ContactPoint* note:Annotation*
        """,
        "CareTeam.participant": """
        role:CodeableConcept* member:Reference onBehalfOf:Reference period:Period
        """,
        "MedicationRequest": """
        identifier:Identifier* status:code statusReason:CodeableConcept intent:code \
        category:CodeableConcept* priority:code doNotPerform:boolean reported[x] \
        medication[x] subject:Reference encounter:Reference \
        supportingInformation:Reference* authoredOn:dateTime requester:Reference \
        performer:Reference performerType:CodeableConcept recorder:Reference \
        reasonCode:CodeableConcept* reasonReference:Reference* \
        instantiatesCanonical:canonical* instantiatesUri:uri* basedOn:Reference* \
        groupIdentifier:Identifier courseOfTherapyType:CodeableConcept \
        insurance:Reference* note:Annotation* dosageInstruction:Dosage* dispenseRequest:@ \
        substitution:@ priorPrescription:Reference detectedIssue:Reference* \
        eventHistory:Reference*
        """,
        "MedicationRequest.dispenseRequest": """
        initialFill:@ dispenseInterval:Duration validityPeriod:Period \
        numberOfRepeatsAllowed:unsignedInt quantity:Quantity \
        expectedSupplyDuration:Duration performer:Reference
        """,
        "MedicationRequest.dispenseRequest.initialFill": "quantity:Quantity duration:Duration",
        "MedicationRequest.substitution": "allowed[x] reason:CodeableConcept",
        "MedicationStatement": """
        identifier:Identifier* basedOn:Reference* partOf:Reference* status:code \
        statusReason:CodeableConcept* category:CodeableConcept medication[x] \
        subject:Reference context:Reference effective[x] dateAsserted:dateTime \
        informationSource:Reference derivedFrom:Reference* reasonCode:CodeableConcept* \
        reasonReference:Reference* note:Annotation* dosage:Dosage*
        """,
        "AllergyIntolerance": """
        identifier:Identifier* clinicalStatus:CodeableConcept \
        verificationStatus:CodeableConcept type:code category:code* criticality:code \
        code:CodeableConcept patient:Reference encounter:Reference onset[x] \
        recordedDate:dateTime recorder:Reference asserter:Reference \
        lastOccurrence:dateTime note:Annotation* reaction:@*
        """,
        "AllergyIntolerance.reaction": """
        substance:CodeableConcept manifestation:CodeableConcept* description:string \
        onset:dateTime severity:code exposureRoute:CodeableConcept note:Annotation*
        """,
        "Condition": """
        identifier:Identifier* clinicalStatus:CodeableConcept \
        verificationStatus:CodeableConcept category:CodeableConcept* \
        severity:CodeableConcept code:CodeableConcept bodySite:CodeableConcept* \
        subject:Reference encounter:Reference onset[x] abatement[x] recordedDate:dateTime \
        recorder:Reference asserter:Reference stage:@* evidence:@* note:Annotation*
        """,
        "Condition.stage": """
        summary:CodeableConcept assessment:Reference* type:CodeableConcept
        """,
        "Condition.evidence": "code:CodeableConcept* detail:Reference*",
        "Flag": """
        identifier:Identifier* status:code category:CodeableConcept* code:CodeableConcept \
        subject:Reference period:Period encounter:Reference author:Reference
        """,
        "Patient": """
        identifier:Identifier* active:boolean name:HumanName* telecom:ContactPoint* \
        gender:code birthDate:date deceased[x] address:Address* \
        maritalStatus:CodeableConcept multipleBirth[x] photo:Attachment* contact:@* \
        communication:@* generalPractitioner:Reference* managingOrganization:Reference \
        link:@*
        """,
        "Patient.contact": """
        relationship:CodeableConcept* name:HumanName telecom:ContactPoint* address:Address \
        gender:code organization:Reference period:Period
        """,
        "Patient.communication": "language:CodeableConcept preferred:boolean",
        "Patient.link": "other:Reference type:code",
    ]
}
