/// What an administrator says a file holds; without it the content decides.
public enum ImportFormat: String, Sendable, CaseIterable {
    /// One JSON document that is a FHIR R4 Bundle.
    case bundle
    /// One JSON document that is any other FHIR R4 resource.
    case resource
    /// One resource a line (FHIR Bulk Data Access 1.0.1, *Output File Requests*).
    case ndjson
}
