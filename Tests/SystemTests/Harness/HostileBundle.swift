import Foundation
import Testing

/// A transaction whose last entry should be refused, and with it the whole.
///
/// Every text in it carries a canary, so that a message or log that repeats content is noticed.
struct HostileBundle: Sendable, CustomTestStringConvertible {
    /// What is wrong with it.
    let name: String
    /// The rule that the refusal should name; nil if any will do.
    let rule: String?
    /// The entry that the refusal should name; nil where none can be told.
    var entry: Int? = 2
    /// The raw text of the entry, or of what follows the first two entries.
    let last: @Sendable () -> String
    /// Bytes taken from the end.
    var truncation = 0

    var testDescription: String { name }

    /// Stands in every text.
    static let canary = "Kanarienvogel"

    /// The file.
    func bytes() -> Data {
        let text =
            #"{"resourceType":"Bundle","type":"transaction","entry":["#
            + [Self.patient, Self.observation, last()].joined(separator: ",") + "]}"
        return Data(text.utf8.dropLast(truncation))
    }

    private static let patient = entry(
        "Patient", "p",
        #""identifier":[{"system":"urn:x","value":"\#(canary)-1"}],"name":[{"family":"\#(canary)"}]"#
    )
    private static let observation = note("o", #""subject":{"reference":"urn:uuid:p"}"#)

    /// An entry that makes a resource.
    static func entry(_ type: String, _ id: String, _ members: String) -> String {
        let resource = #"{"resourceType":"\#(type)",\#(members)}"#
        return #"{"fullUrl":"urn:uuid:\#(id)","resource":\#(resource),"#
            + #""request":{"method":"POST","url":"\#(type)"}}"#
    }

    /// An entry that makes an Observation with a canary in its text.
    static func note(_ id: String, _ members: String) -> String {
        entry(
            "Observation", id, #""status":"final","code":{"text":"\#(canary) text"},"# + members)
    }

    private static let subject = #""subject":{"reference":"urn:uuid:p"},"#
}

extension HostileBundle {
    /// JSON that readers could understand differently, or not at all.
    static let malformed: [HostileBundle] = [
        HostileBundle(name: "duplicate members", rule: "json-duplicate-member") {
            note("h", subject + #""note":[{"text":"\#(canary)"}],"note":[]"#)
        },
        HostileBundle(name: "duplicate members, one of them escaped", rule: "json-duplicate-member")
        {
            note("h", subject + #""note":[],"\u006eote":[{"text":"\#(canary)"}]"#)
        },
        HostileBundle(name: "a lone surrogate", rule: "json-lone-surrogate") {
            note("h", subject + #""note":[{"text":"\#(canary) \ud83d"}]"#)
        },
        HostileBundle(name: "65 levels in a resource", rule: "json-depth") {
            note("h", subject + nested(70))
        },
        HostileBundle(name: "100,000 levels", rule: "json-depth") {
            note("h", subject + nested(100_000))
        },
        HostileBundle(
            name: "cut in the middle of an entry", rule: "json-unexpected-end",
            last: { note("h", subject + #""note":[{"text":"\#(canary)"}]"#) }, truncation: 60),
        HostileBundle(name: "one string of 50 MB", rule: "json-string-bytes") {
            note("h", subject + #""note":[{"text":"\#(String(repeating: "K", count: 50 << 20))"}]"#)
        },
        HostileBundle(name: "50 MB in many strings", rule: nil) {
            let piece = #"{"text":"\#(String(repeating: "K", count: 4 << 20))"}"#
            return note(
                "h",
                subject + #""note":[\#(Array(repeating: piece, count: 12).joined(separator: ","))]"#
            )
        },
        HostileBundle(name: "an array of 10,001 items", rule: "json-array-items") {
            let items = Array(repeating: "{}", count: 10_001).joined(separator: ",")
            return note("h", subject + #""component":[\#(items)]"#)
        },
        HostileBundle(name: "1,001 members", rule: "json-object-members") {
            let members = (0..<1_001).map { #""m\#($0)":1"# }.joined(separator: ",")
            return note("h", subject + members)
        },
    ]

    /// JSON that is not the FHIR it says it is.
    static let misleading: [HostileBundle] = [
        HostileBundle(name: "a string as resource", rule: "resource-not-an-object") {
            #"{"resource":"\#(canary)","request":{"method":"POST","url":"Observation"}}"#
        },
        HostileBundle(name: "a number as resource type", rule: "resource-type-missing") {
            #"{"resource":{"resourceType":7,"note":"\#(canary)"},"#
                + #""request":{"method":"POST","url":"Observation"}}"#
        },
        HostileBundle(name: "a sentence as resource type", rule: "resource-type-invalid") {
            #"{"resource":{"resourceType":"\#(canary) is ill"},"#
                + #""request":{"method":"POST","url":"Observation"}}"#
        },
        HostileBundle(name: "a list as request", rule: "request-missing") {
            #"{"resource":{"resourceType":"Observation"},"request":["\#(canary)"]}"#
        },
        HostileBundle(name: "a number as entry", rule: "entry-not-an-object") { "7" },
        HostileBundle(name: "a sentence as id", rule: "resource-id-invalid") {
            note("h", subject + #""id":"\#(canary) Maria, born 1970""#)
        },
        HostileBundle(name: "a urn of no entry", rule: "reference-to-nothing") {
            note("h", #""subject":{"reference":"urn:uuid:\#(canary)"}"#)
        },
        HostileBundle(name: "a subject that is not held", rule: "patient-unresolved") {
            note("h", #""subject":{"reference":"Patient/\#(canary)"}"#)
        },
        HostileBundle(name: "a query that finds nothing", rule: "conditional-reference-not-found") {
            note(
                "h",
                subject
                    + #""performer":[{"reference":"Practitioner?identifier=urn:x|\#(canary)"}]"#)
        },
        HostileBundle(name: "a practitioner who names a patient", rule: "directory-names-patient") {
            entry(
                "Practitioner", "h",
                #""name":[{"family":"\#(canary)"}],"extension":[{"url":"urn:x","#
                    + #""valueReference":{"reference":"urn:uuid:p"}}]"#)
        },
        HostileBundle(name: "an organisation with a note's id", rule: "directory-names-patient") {
            entry(
                "Organization", "h",
                #""name":"\#(canary)","extension":[{"url":"urn:x","#
                    + #""valueReference":{"reference":"urn:uuid:o"}}]"#)
        },
        HostileBundle(name: "one identity twice", rule: "duplicate-identity") {
            note("o", #""subject":{"reference":"urn:uuid:p"}"#)
        },
        HostileBundle(name: "two patients", rule: "patients-disagree") {
            note("h", subject + #""patient":{"reference":"Patient/other"}"#)
        },
    ]

    private static func nested(_ levels: Int) -> String {
        #""extension":"# + String(repeating: "[", count: levels)
            + String(repeating: "]", count: levels)
    }
}
