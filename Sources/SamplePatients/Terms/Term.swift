/// A code with its usual display text, without the code system.
struct Term: Sendable {
    var code: String
    var display: String

    init(_ code: String, _ display: String) {
        self.code = code
        self.display = display
    }
}

/// What a measurement looks like.
struct Measure: Sendable {
    /// LOINC.
    var term: Term
    /// Shown unit; empty for a number without a unit.
    var unit: String
    /// UCUM.
    var unitCode: String
    /// Plausible values times 10^`places`.
    var range: ClosedRange<Int>
    var places: Int

    init(
        _ code: String, _ display: String, _ unit: String, _ range: ClosedRange<Int>,
        places: Int = 0, ucum: String? = nil
    ) {
        term = Term(code, display)
        self.unit = unit
        unitCode = ucum ?? unit
        self.range = range
        self.places = places
    }
}

/// Names of the code systems used.
enum CodeSystem {
    static let loinc = "http://loinc.org"
    static let snomed = "http://snomed.info/sct"
    static let rxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    static let cvx = "http://hl7.org/fhir/sid/cvx"
    static let ucum = "http://unitsofmeasure.org"
    static let npi = "http://hl7.org/fhir/sid/us-npi"
    static let taxonomy = "http://nucc.org/provider-taxonomy"
    static let organisationCode = "https://fhir.nhs.uk/Id/ods-organization-code"
    static let nhsNumber = "https://fhir.nhs.uk/Id/nhs-number"

    /// A code system of HL7 Terminology (THO).
    static func terminology(_ name: String) -> String {
        "http://terminology.hl7.org/CodeSystem/\(name)"
    }
}
