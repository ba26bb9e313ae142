/// A JSON value whose members keep the order they were written in.
enum JSONValue: Sendable {
    case object([(String, JSONValue)])
    case array([JSONValue])
    case string(String)
    /// A number as it is to be printed, so that `5.0` keeps its zero.
    case number(String)
    case boolean(Bool)
    /// A member or element that is left out of what is written.
    case absent
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements)
    }
}

extension JSONValue: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int) {
        self = .number(String(value))
    }
}

extension JSONValue {
    /// An integer.
    static func integer(_ value: Int) -> JSONValue {
        .number(String(value))
    }

    /// `scaled` / 10^`places` with exactly that many places: (50, 1) is `5.0`.
    static func decimal(_ scaled: Int, places: Int) -> JSONValue {
        guard places > 0 else { return .number(String(scaled)) }
        var digits = String(scaled.magnitude)
        while digits.count <= places {
            digits = "0" + digits
        }
        let sign = scaled < 0 ? "-" : ""
        return .number("\(sign)\(digits.dropLast(places)).\(digits.suffix(places))")
    }
}
