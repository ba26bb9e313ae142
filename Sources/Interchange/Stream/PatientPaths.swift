/// Where resources of one type say whose record they belong to.
struct PatientPaths: Sendable {
    /// The R4 type.
    let type: String
    /// The element that by R4 names the subject, if there is one. Where it names a patient, it
    /// decides.
    let owner: Step?
    /// The members that are read for a subject: the owner, then `subject` and `patient`, also
    /// where R4 has only one of them, so that no contradiction stays unseen.
    let subjects: [Step]
    /// Whether R4 lets the subject repeat. Several patients in it make a resource of no single
    /// patient; anywhere else they are a contradiction.
    let ownerRepeats: Bool
    /// Elements through which R4 puts the resource into a patient's compartment although they do
    /// not name the subject. They count only where no subject is named.
    let mentions: [[Step]]

    /// One member name of a path.
    typealias Step = StaticString

    init(
        _ type: String, _ owner: Step?, repeats: Bool = false, mentions: [[Step]] = []
    ) {
        self.type = type
        self.owner = owner
        subjects =
            (owner.map { [$0] } ?? [])
            + ["subject", "patient"].filter { (step: Step) in
                step.description != owner?.description
            }
        ownerRepeats = repeats
        self.mentions = mentions
    }

    /// The paths of each type that can belong to a patient.
    static let byType: [String: PatientPaths] = {
        var table: [String: PatientPaths] = [:]
        for paths in all { table[paths.type] = paths }
        return table
    }()

    /// What is looked at in a type that R4 does not have: it is kept, and it may have a subject.
    static let ofUnknownType = PatientPaths("", "subject")

    /// The paths of a type; `nil` if none of its resources belongs to a patient by a path.
    static func paths(of type: String) -> PatientPaths? {
        if let paths = byType[type] { return paths }
        let isPathless = withoutPatient.contains(type) || directoryTypes.contains(type)
        return isPathless ? nil : ofUnknownType
    }

    /// Whether resources of the type belong to a patient by what R4 says, so that nothing in a
    /// directory may refer to them.
    static func isPatientBound(_ type: String) -> Bool {
        type == "Patient" || byType[type]?.owner != nil
    }
}

/// What a type's name alone tells of its resources.
public enum ResourceKind {
    /// Whether no resource of the R4 type says anything of a patient: knowledge, terminology,
    /// conformance. Of a type that R4 does not have nobody knows.
    public static func isAboutNobody(_ type: String) -> Bool {
        PatientPaths.withoutPatient.contains(type) && !PatientPaths.aboutOthers.contains(type)
    }
}
