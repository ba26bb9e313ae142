/// A reference by query, `Practitioner?identifier=system|value` (FHIR R4 `http.html` §3.1.0.11.2),
/// also the query of a conditional create.
public struct ConditionalReference: Sendable, Hashable {
    /// The type that is searched.
    public let type: String
    /// The parameters in the order given, percent-decoded; at least one.
    public let parameters: [Parameter]

    /// Makes a query.
    public init(type: String, parameters: [Parameter]) {
        self.type = type
        self.parameters = parameters
    }

    /// One `name=value` of a query.
    public struct Parameter: Sendable, Hashable {
        /// The name, with its modifier if it has one.
        public let name: String
        /// The value; commas and bars still carry their meaning of search.
        public let value: String

        /// Makes a parameter.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The identifier, if the query is exactly `identifier=value` or `identifier=system|value`
    /// with one alternative; escapes of FHIR search (`\,` `\|` `\$` `\\`) are resolved. `|value`
    /// gives an empty system, a bare value gives `nil`.
    public var identifier: IdentifierDraft? {
        guard parameters.count == 1, parameters[0].name == "identifier" else { return nil }
        var parts: [[UInt8]] = [[]]
        var isEscaped = false
        for byte in parameters[0].value.utf8 {
            if isEscaped {
                parts[parts.count - 1].append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: ",") {
                return nil
            } else if byte == UInt8(ascii: "|") {
                parts.append([])
            } else {
                parts[parts.count - 1].append(byte)
            }
        }
        guard !isEscaped, parts.count <= 2, let value = parts.last, !value.isEmpty else {
            return nil
        }
        let system = parts.count == 2 ? String(decoding: parts[0], as: UTF8.self) : nil
        return IdentifierDraft(system: system, value: String(decoding: value, as: UTF8.self))
    }
}

extension ConditionalReference {
    /// The longest query and the longest reference that is looked into, in bytes: the limit of a
    /// URL (`security.md` §5).
    static let bytesMax = 8 << 10

    /// Reads `name=value&…`, percent-encoded (RFC 3986 §2.1; a plus sign stays one); `nil` if
    /// there is no parameter, a name is empty, the query is too long, or the decoded bytes are not
    /// UTF-8.
    init?(type: String, query: some Collection<UInt8>) {
        guard query.count <= Self.bytesMax else { return nil }
        var parameters: [Parameter] = []
        for part in Array(query).split(separator: UInt8(ascii: "&")) {
            let separator = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            guard let name = Self.decoded(part[..<separator]), !name.isEmpty,
                separator < part.endIndex,
                let value = Self.decoded(part[(separator + 1)...])
            else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
        guard !parameters.isEmpty else { return nil }
        self.init(type: type, parameters: parameters)
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == UInt8(ascii: "%") else {
                output.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.endIndex, let high = hexValue(bytes[index + 1]),
                let low = hexValue(bytes[index + 2])
            else { return nil }
            output.append(high << 4 | low)
            index += 3
        }
        return String(validating: output, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
