public import StrictJSON

/// What a Patient says of who it is, for finding patients. Texts are as given: nothing is folded,
/// trimmed or judged.
public struct Demographics: Sendable, Hashable {
    /// `Patient.name`, in document order.
    public let names: [Name]
    /// `Patient.birthDate`: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, not checked.
    public let birthDate: String?
    /// `Patient.gender`.
    public let gender: String?
    /// `Patient.identifier` items that have both system and value.
    public let identifiers: [IdentifierDraft]
    /// Whether and when the patient died; `nil` if the resource does not say.
    public let deceased: Deceased?

    /// A HumanName of FHIR R4.
    public struct Name: Sendable, Hashable {
        /// `usual`, `official`, `maiden`, …
        public let use: String?
        /// The family name.
        public let family: String?
        /// The given names, in order.
        public let given: [String]
        /// The whole name as it is written.
        public let text: String?
    }

    /// `Patient.deceased[x]`.
    public enum Deceased: Sendable, Hashable {
        /// `deceasedBoolean`.
        case stated(Bool)
        /// `deceasedDateTime`, as given.
        case at(String)
    }

    /// Reads the Patient that the document is; `nil` if it is another resource. Members of another
    /// shape than R4 gives them are left out.
    public static func read(_ document: JSONDocument) -> Demographics? {
        let patient = document.root
        guard let type = document.member("resourceType", of: patient),
            document.stringEquals(type, "Patient")
        else { return nil }
        let names = document.objects("name", of: patient).map { name in
            Name(
                use: document.text("use", of: name), family: document.text("family", of: name),
                given: document.texts("given", of: name), text: document.text("text", of: name))
        }
        return Demographics(
            names: names, birthDate: document.text("birthDate", of: patient),
            gender: document.text("gender", of: patient),
            identifiers: IdentifierDraft.all(of: patient, in: document),
            deceased: deceased(patient, of: document))
    }

    private static func deceased(_ patient: JSONNode, of document: JSONDocument) -> Deceased? {
        if let date = document.text("deceasedDateTime", of: patient) { return .at(date) }
        return document.member("deceasedBoolean", of: patient)
            .flatMap { document.bool($0) }.map { .stated($0) }
    }
}
