extension PatientRecord {
    /// One encounter with whom and where it was.
    struct Visit {
        var id: String
        var term: Term
        var classCode: String
        var start: CalendarTime
        var end: CalendarTime
        var practitioner: SampleDirectory.Listing
        var organization: SampleDirectory.Listing
        var location: SampleDirectory.Listing
    }

    /// How many resources of a kind each visit gets; every list is as long as the visits'.
    struct Schedule {
        var problems: [Int]
        var medications: [Int]
        var procedures: [Int]
        var immunizations: [Int]
        var allergies: [Int]
        /// Where the list of visits has been worked off to.
        var position = 0
    }

    /// 4–20 visits of the last twelve years (fewer for the young), in order of time.
    mutating func makeVisits() -> [Visit] {
        let earliest = max(person.birth.adding(days: 40), CalendarTime.now.adding(days: -4_380))
        let span = (CalendarTime.now.seconds - earliest.seconds) / 60 - 3 * 1_440
        let count = generator.within(4...20)
        var starts: [CalendarTime] = []
        for _ in 0..<count {
            let start = earliest.adding(minutes: generator.below(span))
            starts.append(CalendarTime(seconds: start.seconds + generator.below(60)))
        }
        starts.sort()
        return starts.map { start in
            let kind = generator.pick(
                CareTerms.encounters.filter { person.isPlausible($0.term) })
            let minutes = kind.classCode == "IMP" ? generator.within(600...2_800) : 15
            let extra = generator.chance(50) ? 0 : generator.below(47)
            let place = generator.chance(60) ? 0 : generator.below(4)
            return Visit(
                id: generator.uuid(), term: kind.term, classCode: kind.classCode, start: start,
                end: start.adding(minutes: minutes + extra),
                practitioner: directory.practitioners[generator.below(10)],
                organization: directory.organizations[place],
                location: directory.locations[place])
        }
    }

    /// Spreads what a record holds over its visits; the first visit always finds a problem.
    mutating func makeSchedule(visitCount: Int) -> Schedule {
        func spread(_ total: Int, _ generator: inout SeededGenerator) -> [Int] {
            var counts = [Int](repeating: 0, count: visitCount)
            for _ in 0..<total {
                counts[generator.below(visitCount)] += 1
            }
            return counts
        }
        var problems = spread(generator.within(2...9), &generator)
        problems[0] += 1
        return Schedule(
            problems: problems,
            medications: spread(generator.within(2...8), &generator),
            procedures: spread(generator.within(1...7), &generator),
            immunizations: spread(generator.within(1...6), &generator),
            allergies: spread(generator.below(4), &generator))
    }

    /// Appends the encounter and all that belongs to it.
    mutating func add(visit: Visit, schedule: inout Schedule) {
        let position = schedule.position
        schedule.position += 1
        addEncounter(visit)
        var items = addProblems(visit, count: schedule.problems[position])
        addAllergies(visit, count: schedule.allergies[position])
        addObservations(visit, isLast: schedule.position == schedule.problems.count)
        items += addProcedures(visit, count: schedule.procedures[position])
        items += addImmunizations(visit, count: schedule.immunizations[position])
        addMedications(visit, count: schedule.medications[position])
        addNote(visit)
        addRareResources(visit)
        guard generator.chance(55) else { return }
        let claim = addClaim(visit, items: items)
        if generator.chance(65) {
            addExplanation(visit, claim: claim, items: items)
        }
    }

    private mutating func addEncounter(_ visit: Visit) {
        let isSpelledOut = style != .plain
        let kind = CodeSystem.terminology("v3-ActCode")
        let period = FHIRShape.period(visit.start, visit.end)
        var participant: [(String, JSONValue)] = []
        if isSpelledOut {
            let role = FHIRShape.concept(
                CodeSystem.terminology("v3-ParticipationType"),
                Term("PPRF", "primary performer"))
            participant = [("type", [role]), ("period", period)]
        }
        participant.append(
            (
                "individual",
                visit.practitioner.reference("Practitioner", withDisplay: isSpelledOut)
            ))
        let official: JSONValue = [
            "use": "official", "system": "\(recordNumber.system)/visit",
            "value": .string(visit.id),
        ]
        var reason: JSONValue = .absent
        if !problems.isEmpty, generator.chance(35) {
            reason = [FHIRShape.concept(CodeSystem.snomed, generator.pick(problems).term)]
        }
        let place: JSONValue = ["location": visit.location.reference("Location")]
        add(
            "Encounter", id: visit.id, us: "encounter", uk: "Encounter",
            [
                ("identifier", isSpelledOut ? [official] : .absent), ("status", "finished"),
                ("class", ["system": .string(kind), "code": .string(visit.classCode)]),
                ("type", [FHIRShape.concept(CodeSystem.snomed, visit.term)]),
                ("subject", namedSubject), ("participant", [.object(participant)]),
                ("period", period), ("reasonCode", reason),
                ("hospitalization", hospitalization(visit)),
                ("location", isSpelledOut ? [place] : .absent),
                (
                    "serviceProvider",
                    visit.organization.reference("Organization", withDisplay: isSpelledOut)
                ),
            ])
    }

    private func hospitalization(_ visit: Visit) -> JSONValue {
        guard visit.classCode == "IMP", style != .ukCore else { return .absent }
        let disposition = FHIRShape.concept(
            CodeSystem.terminology("discharge-disposition"), Term("home", "Home"))
        return ["dischargeDisposition": disposition]
    }

    private mutating func addProblems(_ visit: Visit, count: Int) -> [ClaimItem] {
        var items: [ClaimItem] = []
        for _ in 0..<count {
            let isLongTerm = problems.isEmpty || generator.chance(50)
            let known = problems.filter(\.isLongTerm).map(\.term.code)
            let candidates = isLongTerm ? ProblemTerms.longTerm : ProblemTerms.passing
            let term = generator.pick(
                person.plausible(candidates).filter { !known.contains($0.code) })
            let id = addCondition(visit, term, isLongTerm: isLongTerm)
            problems.append(Problem(id: id, term: term, isLongTerm: isLongTerm))
            items.append(
                ClaimItem(
                    system: CodeSystem.snomed, term: term, reference: ("diagnosisSequence", id)))
        }
        return items
    }

    private mutating func addCondition(
        _ visit: Visit, _ term: Term, isLongTerm: Bool
    ) -> String {
        let end = visit.start.adding(days: generator.within(5...60))
        let isOver = !isLongTerm && end < CalendarTime.now
        let listing =
            isLongTerm && style == .ukCore
            ? ("problem-list-item", "Problem List Item")
            : ("encounter-diagnosis", "Encounter Diagnosis")
        let category: JSONValue =
            style == .plain
            ? .absent : [FHIRShape.status("condition-category", listing.0, listing.1)]
        let note: JSONValue =
            generator.chance(8)
            ? [["time": .string(visit.end.dateTime), "text": "Discussed with the patient."]]
            : .absent
        let onset = JSONValue.string(visit.start.dateTime)
        return add(
            "Condition", us: "condition", uk: "Condition",
            [
                (
                    "clinicalStatus",
                    FHIRShape.status("condition-clinical", isOver ? "resolved" : "active")
                ),
                ("verificationStatus", FHIRShape.status("condition-ver-status", "confirmed")),
                ("category", category), ("code", FHIRShape.concept(CodeSystem.snomed, term)),
                ("subject", subject), ("encounter", FHIRShape.reference(visit.id)),
                ("onsetDateTime", onset),
                ("abatementDateTime", isOver ? .string(end.dateTime) : .absent),
                ("recordedDate", onset), ("note", note),
            ])
    }

    private mutating func addAllergies(_ visit: Visit, count: Int) {
        for _ in 0..<count {
            let allergy = generator.pick(ProblemTerms.allergies)
            let reaction: JSONValue = [
                "manifestation": [
                    FHIRShape.concept(CodeSystem.snomed, generator.pick(ProblemTerms.reactions))
                ],
                "severity": .string(generator.pick(["mild", "moderate", "severe"])),
            ]
            add(
                "AllergyIntolerance", us: "allergyintolerance", uk: "AllergyIntolerance",
                [
                    ("clinicalStatus", FHIRShape.status("allergyintolerance-clinical", "active")),
                    (
                        "verificationStatus",
                        FHIRShape.status("allergyintolerance-verification", "confirmed")
                    ),
                    ("type", "allergy"), ("category", [.string(allergy.category)]),
                    ("criticality", generator.chance(80) ? "low" : "high"),
                    ("code", FHIRShape.concept(CodeSystem.snomed, allergy.term)),
                    ("patient", subject), ("recordedDate", .string(visit.start.dateTime)),
                    ("reaction", generator.chance(50) ? [reaction] : .absent),
                ])
        }
    }
}
