extension PatientRecord {
    /// One or two care teams.
    mutating func addCareTeams(_ visits: [Visit]) {
        for _ in 0..<generator.within(1...2) {
            let visit = generator.pick(visits)
            let problem = generator.pick(problems)
            let isActive = generator.chance(60)
            let members: [(Term, JSONValue)] = [
                (Term("116154003", "Patient"), namedSubject),
                (
                    Term("223366009", "Healthcare professional (occupation)"),
                    visit.practitioner.reference("Practitioner")
                ),
                (
                    Term("224891009", "Healthcare services (qualifier value)"),
                    visit.organization.reference("Organization")
                ),
            ]
            let participants = members.map { role, member -> JSONValue in
                ["role": [FHIRShape.concept(CodeSystem.snomed, role)], "member": member]
            }
            let id = add(
                "CareTeam", us: "careteam", uk: "CareTeam",
                [
                    ("status", isActive ? "active" : "inactive"),
                    ("name", style == .ukCore ? "Care team" : .absent), ("subject", subject),
                    ("encounter", FHIRShape.reference(visit.id)),
                    ("period", FHIRShape.period(visit.start, isActive ? nil : visit.end)),
                    ("participant", .array(participants)),
                    ("reasonCode", [FHIRShape.concept(CodeSystem.snomed, problem.term)]),
                    (
                        "managingOrganization",
                        [visit.organization.reference("Organization")]
                    ),
                ])
            careTeamIDs.append(id)
        }
    }

    /// Two to five goals.
    mutating func addGoals(_ visits: [Visit]) {
        let count = generator.within(2...5)
        for goal in generator.sample(CareTerms.goals, count: count) {
            let visit = generator.pick(visits)
            let limit = FHIRShape.quantity(goal.measure, goal.limit)
            let due = CalendarTime.now.adding(days: generator.within(30...300))
            let range: JSONValue = goal.isUpper ? ["high": limit] : ["low": limit]
            let achievement = generator.pick(["in-progress", "improving", "achieved"])
            let problem = FHIRShape.reference(generator.pick(problems).id)
            let target: JSONValue = [
                "measure": FHIRShape.concept(CodeSystem.loinc, goal.measure.term),
                "detailRange": range, "dueDate": .string(due.date),
            ]
            let note = "Reviewed; to be looked at again by \(due.date)."
            let id = add(
                "Goal", us: "goal", uk: nil,
                [
                    ("lifecycleStatus", generator.chance(50) ? "active" : "accepted"),
                    ("achievementStatus", FHIRShape.status("goal-achievement", achievement)),
                    (
                        "priority",
                        generator.chance(30)
                            ? FHIRShape.status("goal-priority", "high-priority") : .absent
                    ),
                    ("description", ["text": .string(goal.text)]), ("subject", subject),
                    ("startDate", .string(visit.start.date)), ("target", [target]),
                    ("addresses", [problem]),
                    ("note", generator.chance(25) ? [["text": .string(note)]] : .absent),
                ])
            goalIDs.append(id)
        }
    }

    /// One or two care plans, with the goals shared out between them.
    mutating func addCarePlans(_ visits: [Visit]) {
        let plans = generator.sample(CareTerms.plans, count: generator.within(1...2))
        for (offset, plan) in plans.enumerated() {
            let visit = generator.pick(visits)
            let problem = generator.pick(problems)
            let isActive = generator.chance(65)
            let goals = goalIDs.enumerated().filter { $0.offset % plans.count == offset }
            let activities = plan.activities.map { term in
                activity(term, visit, isActive: isActive)
            }
            let heading = FHIRShape.escapedMarkup(plan.term.display)
            let items = plan.activities.map { "<li>\(FHIRShape.escapedMarkup($0.display))</li>" }
            let narrative =
                "\(heading) for \(FHIRShape.escapedMarkup(problem.term.display)).<br/>"
                + "Agreed: <ul>\(items.joined())</ul>"
            add(
                "CarePlan", us: "careplan", uk: "CarePlan",
                [
                    ("text", style == .ukCore ? .absent : FHIRShape.narrative(narrative)),
                    ("status", isActive ? "active" : "completed"), ("intent", "order"),
                    ("category", planCategories(plan.term)),
                    ("title", style == .ukCore ? .string(plan.term.display) : .absent),
                    ("subject", subject), ("encounter", FHIRShape.reference(visit.id)),
                    ("period", FHIRShape.period(visit.start, isActive ? nil : visit.end)),
                    ("careTeam", .array(careTeamIDs.map { FHIRShape.reference($0) })),
                    ("addresses", [FHIRShape.reference(problem.id)]),
                    ("goal", .array(goals.map { FHIRShape.reference($0.element) })),
                    ("activity", .array(activities)),
                ])
        }
    }

    private func planCategories(_ term: Term) -> JSONValue {
        let assess: JSONValue = [
            "coding": [
                [
                    "system": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category",
                    "code": "assess-plan",
                ]
            ]
        ]
        return [
            style == .usCore ? assess : .absent, FHIRShape.concept(CodeSystem.snomed, term),
        ]
    }

    private mutating func activity(
        _ term: Term, _ visit: Visit, isActive: Bool
    ) -> JSONValue {
        let description = JSONValue.string("\(term.display): explained, leaflet given.")
        let schedule: JSONValue = [
            "repeat": [
                "frequency": .integer(generator.within(1...4)), "period": .number("1.0"),
                "periodUnit": "wk",
            ]
        ]
        let place: JSONValue = ["display": .string(visit.location.name)]
        let isScheduled = generator.chance(25)
        return [
            "detail": [
                "code": FHIRShape.concept(CodeSystem.snomed, term),
                "status": isActive ? "in-progress" : "completed",
                "scheduledTiming": isScheduled ? schedule : .absent,
                "location": style == .plain ? .absent : place,
                "description": generator.chance(25) ? description : .absent,
            ]
        ]
    }
}
