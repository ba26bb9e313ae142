import ControlProtocol
import HTTPTypes

/// One request of a FHIR client, read completely.
struct FHIRRequest: Sendable {
    /// The HTTP method, in capitals.
    var method: String
    /// Path and query as sent.
    var target: String
    /// The body.
    var body: [UInt8]
    /// Where the connection comes from.
    var remoteAddress: String
    /// The host and port that the client asked for, as it says.
    var authority: String?
    /// The header fields.
    var fields: HTTPFields

    /// The value of a header field; of several with one name, all of them between commas.
    func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { fields[$0] }
    }

    /// The path, without query.
    var path: Substring { target.prefix { $0 != "?" } }

    /// What follows the first question mark, cut at `&`; as sent, not decoded.
    var query: [Substring] {
        target.drop { $0 != "?" }.dropFirst().split(separator: "&")
    }
}

/// What a FHIR request is answered with.
struct FHIRAnswer: Sendable {
    /// HTTP status.
    var status: Int
    /// JSON, or nothing.
    var body: [UInt8] = []
    /// Further header fields, in order.
    var fields: [(name: String, value: String)] = []

    /// The media type of every body.
    static let contentType = "application/fhir+json; charset=utf-8"
}

/// JSON as text, with members in the order in which they are written.
enum FHIRJSON {
    /// A string with its quotes.
    static func text(_ text: String) -> String { JSONText.quoted(text) }

    /// An object of members whose values are JSON already; what is `nil` is left out.
    static func object(_ members: [(name: String, json: String?)]) -> String {
        let written = members.compactMap { member in
            member.json.map { "\(text(member.name)):\($0)" }
        }
        return "{" + written.joined(separator: ",") + "}"
    }

    /// An array of values that are JSON already.
    static func array(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }
}
