/// One sample patient's resources, in the making.
///
/// Everything is drawn from one generator in a fixed order, so the same seed, site and index give
/// the same record; any change of that order changes every later value.
struct PatientRecord {
    /// A problem that later resources refer to.
    struct Problem {
        var id: String
        var term: Term
        var isLongTerm: Bool
    }

    /// A resource that a claim bills for.
    struct ClaimItem {
        var system: String
        var term: Term
        var reference: (member: String, id: String)?
    }

    let person: Person
    let directory: SampleDirectory
    let recordNumber: (system: String, value: String)
    let style: RecordStyle
    let patientID: String
    var generator: SeededGenerator
    var entries: [BundleEntry] = []
    var problems: [Problem] = []
    var goalIDs: [String] = []
    var careTeamIDs: [String] = []
    var observationCount = 0
    var hasDevice = false

    init(seed: UInt64, site: SampleSite, index: Int, directory: SampleDirectory) {
        person = Person(seed: seed, index: index)
        self.directory = directory
        recordNumber = SamplePopulation.recordNumber(seed: seed, site: site, index: index)
        generator = SeededGenerator(
            parts: [seed, site.seedPart, UInt64(bitPattern: Int64(index))])
        style = RecordStyle.pick(for: site, using: &generator)
        patientID = generator.uuid()
    }

    /// The whole record: the patient, every encounter with what happened in it, then the plans.
    mutating func build() {
        addPatient()
        let visits = makeVisits()
        var schedule = makeSchedule(visitCount: visits.count)
        for visit in visits {
            add(visit: visit, schedule: &schedule)
        }
        addCareTeams(visits)
        addGoals(visits)
        addCarePlans(visits)
        addProvenance()
    }

    /// The patient, by reference.
    var subject: JSONValue {
        FHIRShape.reference(patientID)
    }

    /// The patient, by reference, with the name where the style spells it out.
    var namedSubject: JSONValue {
        FHIRShape.reference(patientID, display: style == .plain ? nil : person.displayName)
    }

    /// Appends one resource and returns its id.
    @discardableResult
    mutating func add(
        _ type: String, id: String? = nil, us: String? = nil, uk: String? = nil,
        profiles: [String]? = nil, _ members: [(String, JSONValue)]
    ) -> String {
        let id = id ?? generator.uuid()
        let profiles = profiles ?? style.profiles(us: us, uk: uk)
        entries.append(BundleEntry(type, id: id, profiles: profiles, members))
        return id
    }
}
