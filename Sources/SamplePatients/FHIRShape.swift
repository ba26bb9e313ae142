/// Data types of FHIR R4 as JSON: codings, references, periods, quantities.
enum FHIRShape {
    static func coding(_ system: String, _ term: Term) -> JSONValue {
        ["system": .string(system), "code": .string(term.code), "display": .string(term.display)]
    }

    /// A concept with its display repeated as text, as most systems write it.
    static func concept(_ system: String, _ term: Term) -> JSONValue {
        ["coding": [coding(system, term)], "text": .string(term.display)]
    }

    /// A concept of one HL7 Terminology code, without text; the display only if given.
    static func status(_ system: String, _ code: String, _ display: String? = nil) -> JSONValue {
        [
            "coding": [
                [
                    "system": .string(CodeSystem.terminology(system)), "code": .string(code),
                    "display": display.map { .string($0) } ?? .absent,
                ]
            ]
        ]
    }

    /// A reference inside the bundle.
    static func reference(_ id: String, display: String? = nil) -> JSONValue {
        literal("urn:uuid:\(id)", display: display)
    }

    /// A reference as written.
    static func literal(_ reference: String, display: String? = nil) -> JSONValue {
        [
            "reference": .string(reference),
            "display": display.map { .string($0) } ?? .absent,
        ]
    }

    static func period(_ start: CalendarTime, _ end: CalendarTime?) -> JSONValue {
        [
            "start": .string(start.dateTime),
            "end": end.map { .string($0.dateTime) } ?? .absent,
        ]
    }

    /// An amount in US dollars from cents.
    static func money(_ cents: Int) -> JSONValue {
        ["value": .decimal(cents, places: 2), "currency": "USD"]
    }

    /// A quantity of `scaled` / 10^places of the measure's unit.
    static func quantity(_ measure: Measure, _ scaled: Int) -> JSONValue {
        [
            "value": .decimal(scaled, places: measure.places), "unit": .string(measure.unit),
            "system": .string(CodeSystem.ucum), "code": .string(measure.unitCode),
        ]
    }

    static func identifier(_ system: String, _ value: String) -> JSONValue {
        ["system": .string(system), "value": .string(value)]
    }

    /// A generated narrative; the content is escaped as XHTML text.
    static func narrative(_ content: String) -> JSONValue {
        [
            "status": "generated",
            "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">\(content)</div>",
        ]
    }

    /// `&`, `<` and `>` as XHTML wants them.
    static func escapedMarkup(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// Base64 (RFC 4648 §4) of the text's UTF-8.
    static func base64(_ text: String) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bytes = Array(text.utf8)
        var encoded: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word = 0
            for offset in 0..<3 {
                word = word << 8 | (offset < group.count ? Int(group[start + offset]) : 0)
            }
            for offset in 0..<4 {
                let digit = alphabet[word >> (18 - 6 * offset) & 63]
                encoded.append(offset <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
