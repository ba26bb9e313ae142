extension EntityShape {
    /// How a resource type comes apart; of a type that is not listed, the whole resource is one value.
    public static func of(resourceType: String) -> EntityShape {
        table.first { $0.entityType == resourceType }
            ?? EntityShape(resourceType, [common[0], FacetShape("item", "", .all(.human))])
    }

    /// The listed resource types (`merge.md` §3.1). Members that an invariant of R4 binds share a facet:
    /// cpl-3 (reference or detail), ait-1 and ait-2, con-3 to con-5, gol-1.
    public static let table: [EntityShape] = [
        carePlan, goal, careTeam, medicationRequest, medicationStatement, allergyIntolerance,
        condition, flag, patient,
    ]

    /// What any resource may carry beside its own members.
    private static let common = [
        FacetShape("presentation", "meta text language", .presentation),
        FacetShape("extensions", "extension", .all(.flagged)),
    ]

    /// Members of a resource whose items are added and ended one by one, none of them changed.
    private static func sets(_ members: String, in type: String) -> [InnerShape] {
        members.split(separator: " ").map { member in
            InnerShape(
                String(member),
                EntityShape(
                    "\(type).\(member)", existence: .member,
                    [FacetShape("item", "", .all(.flagged))]))
        }
    }

    private static let carePlan = EntityShape(
        "CarePlan",
        common + [
            FacetShape("heading", "title category description period", .first),
            FacetShape("status", "status", .status(.carePlan)),
            FacetShape("custodian", "author", .first),
            FacetShape("encounter", "encounter", .all(.flagged)),
        ],
        inner: [InnerShape("activity", activity)]
            + sets(
                "contributor goal addresses careTeam supportingInfo basedOn replaces partOf note",
                in: "CarePlan"))

    private static let activity = EntityShape(
        "CarePlan.activity",
        [
            FacetShape(
                "body",
                "reference detail.kind detail.instantiatesCanonical detail.instantiatesUri detail.code"
                    + " detail.reasonCode detail.reasonReference detail.goal detail.doNotPerform"
                    + " detail.product[x] detail.dailyAmount detail.quantity detail.description",
                .instruction),
            FacetShape("status", "detail.status detail.statusReason", .status(.activity)),
            FacetShape("schedule", "detail.scheduled[x]", .instruction),
            FacetShape("performer", "detail.performer", .performer),
            FacetShape("location", "detail.location", .all(.flagged)),
            FacetShape("extensions", "extension", .all(.flagged)),
        ], inner: sets("progress outcomeCodeableConcept outcomeReference", in: "CarePlan.activity"))

    private static let goal = EntityShape(
        "Goal",
        common + [
            FacetShape("description", "description category", .all(.human)),
            FacetShape("status", "lifecycleStatus statusReason statusDate", .status(.goal)),
            FacetShape("achievement", "achievementStatus", .latest),
            FacetShape("priority", "priority", .latest), FacetShape("start", "start[x]", .latest),
        ],
        inner: [
            InnerShape(
                "target",
                EntityShape(
                    "Goal.target", [FacetShape("target", "measure detail[x] due[x]", .all(.human))])
            )
        ] + sets("addresses outcomeCode outcomeReference note", in: "Goal"))

    private static let careTeam = EntityShape(
        "CareTeam",
        common + [
            FacetShape("status", "status", .status(.careTeam)),
            FacetShape("heading", "name category period", .first),
        ],
        inner: sets("managingOrganization participant note", in: "CareTeam"))

    private static let medicationRequest = EntityShape(
        "MedicationRequest", existence: .medicine,
        common + [
            FacetShape("status", "status statusReason", .status(.medicine)),
            FacetShape(
                "body",
                "medication[x] contained dosageInstruction doNotPerform dispenseRequest"
                    + " substitution", .all(.urgent)),
            FacetShape("reasons", "reasonCode reasonReference", .all(.human)),
        ], inner: sets("note", in: "MedicationRequest"))

    private static let medicationStatement = EntityShape(
        "MedicationStatement", existence: .medicine,
        common + [
            FacetShape("status", "status statusReason", .status(.medicine)),
            FacetShape("body", "medication[x] contained dosage", .all(.urgent)),
            FacetShape("reasons", "reasonCode reasonReference", .all(.human)),
        ], inner: sets("note", in: "MedicationStatement"))

    private static let allergyIntolerance = EntityShape(
        "AllergyIntolerance", existence: .allergy,
        common + [
            FacetShape("substance", "code type category", .all(.human)),
            FacetShape("standing", "clinicalStatus verificationStatus", .status(.allergy)),
            FacetShape(
                "criticality", "criticality", .severity(["high", "unable-to-assess", "low"])),
            FacetShape("onset", "onset[x] lastOccurrence", .all(.human)),
        ], inner: sets("reaction note", in: "AllergyIntolerance"))

    private static let condition = EntityShape(
        "Condition", existence: .kept,
        common + [
            FacetShape("code", "code bodySite category", .all(.human)),
            FacetShape(
                "standing", "clinicalStatus verificationStatus abatement[x]", .all(.human)),
            FacetShape("severity", "severity stage", .all(.human)),
            FacetShape("onset", "onset[x]", .all(.human)),
        ], inner: sets("note", in: "Condition"))

    private static let flag = EntityShape(
        "Flag", existence: .member,
        common + [
            FacetShape("status", "status", .status(.flag)),
            FacetShape("body", "category code period author", .all(.flagged)),
        ])

    private static let patient = EntityShape(
        "Patient",
        common + [
            FacetShape("birth-date", "birthDate multipleBirth[x]", .first),
            FacetShape("sex", "gender", .first),
            FacetShape("deceased", "deceased[x]", .all(.urgent)),
        ], inner: sets("name identifier address telecom contact communication", in: "Patient"))
}

extension StatusRule {
    private init(
        _ members: String, _ ranks: [StatusRank], _ tension: Tension
    ) {
        self.init(
            members: members.split(separator: " ").map { MemberPath(String($0)) }, ranks: ranks,
            tension: tension)
    }

    static let carePlan = StatusRule("status", [.carePlan], .endingAgainstAnother)
    static let careTeam = StatusRule("status", [.careTeam], .never)
    static let activity = StatusRule("detail.status", [.activity], .stopAgainstContinue)
    static let goal = StatusRule("lifecycleStatus", [.goal], .endingAgainstLive)
    static let medicine = StatusRule("status", [.medicine], .always)
    static let flag = StatusRule("status", [.warning], .never)
    static let allergy = StatusRule(
        "clinicalStatus verificationStatus", [.warning, .verification], .warning)
}
