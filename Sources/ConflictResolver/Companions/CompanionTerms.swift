/// The names that companions use beside those of R4.
enum CompanionTerms {
    private static let base = "https://accord.example/fhir/"
    /// Extension of a Provenance: the event, by its id. What else the event changed has the same.
    static let event = AccordExtension.base + "event"
    /// Identifiers of events: replica and counter.
    static let dotSystem = base + "NamingSystem/dot"
    /// Identifiers of events: their hashes.
    static let eventSystem = base + "NamingSystem/event"
    /// Identifiers of conflicts, as `accord conflict` takes them.
    static let conflictSystem = base + "NamingSystem/conflict"
    /// Codes of classes: A, F, H, U.
    static let classSystem = base + "CodeSystem/conflict-class"
    /// Codes of what met (``Conflict/Kind/code``).
    static let kindSystem = base + "CodeSystem/conflict-kind"

    /// Points at an element that carries an id (HL7 FHIR 4.0.1, *targetElement*).
    static let targetElement = "http://hl7.org/fhir/StructureDefinition/targetElement"
    /// Points at an element by its path (HL7 FHIR Extensions, *targetPath*).
    static let targetPath = "http://hl7.org/fhir/StructureDefinition/targetPath"
    /// What a Flag is raised for (HL7 FHIR 4.0.1, *flag-detail*).
    static let flagDetail = "http://hl7.org/fhir/StructureDefinition/flag-detail"
    /// HL7's categories of flags.
    static let flagCategory = "http://terminology.hl7.org/CodeSystem/flag-category"
}

extension R4Value {
    /// A concept that is said in words only.
    static func concept(_ text: String) -> R4Value { .object([R4Member("text", .text(text))]) }

    /// A concept with codes.
    static func concept(_ codes: [(system: String, code: String)], _ text: String) -> R4Value {
        let codings = codes.map { system, code in
            R4Value.object([R4Member("code", .text(code)), R4Member("system", .text(system))])
        }
        return .object([R4Member("coding", .list(codings)), R4Member("text", .text(text))])
    }

    /// An identifier of a system.
    static func identifier(_ system: String, _ value: String) -> R4Value {
        .object([R4Member("system", .text(system)), R4Member("value", .text(value))])
    }
}
