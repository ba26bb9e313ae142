import Foundation

/// An encounter of a known patient at an organisation: one line of NDJSON.
struct NewEncounter {
    /// How records name the organisation, as `accord share grant --organisation` takes it.
    static let organisation = "urn:example:organisations|77"

    /// The patient's id.
    let patient: String
    /// Tells one from another.
    let value: Int
    /// In how many seconds it entitles the organisation no longer, 30 days after its end; nil while
    /// it goes on.
    let leftSeconds: Int?

    /// The line, with its end.
    var line: String {
        let end = leftSeconds.map { left in
            let past = Date(timeIntervalSinceNow: Double(left) - 30 * 86_400)
            return #","end":"\#(past.formatted(.iso8601))""#
        }
        let status = leftSeconds == nil ? "in-progress" : "finished"
        return #"{"resourceType":"Encounter","id":"encounter-\#(value)-\#(patient.prefix(8))","#
            + #""status":"\#(status)","class":{"code":"IMP"},"#
            + #""subject":{"reference":"Patient/\#(patient)"},"#
            + #""serviceProvider":{"identifier":{"system":"urn:example:organisations","#
            + #""value":"77"}},"period":{"start":"2025-01-02T03:04:05Z"\#(end ?? "")}}"# + "\n"
    }
}
