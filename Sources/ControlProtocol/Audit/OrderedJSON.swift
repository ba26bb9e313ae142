/// A JSON value whose members stay in their order.
indirect enum OrderedJSON {
    case object([(String, OrderedJSON?)])
    case array([OrderedJSON])
    case text(String)
    case flag(Bool)

    /// The value on one line (RFC 8259). Absent members, empty objects and empty arrays of members
    /// are left out, as FHIR asks.
    var line: String {
        var line = ""
        write(to: &line)
        return line
    }

    private var isEmpty: Bool {
        switch self {
        case .object(let members): members.allSatisfy { $0.1?.isEmpty ?? true }
        case .array(let items): items.isEmpty
        case .text(let text): text.isEmpty
        case .flag: false
        }
    }

    private func write(to line: inout String) {
        switch self {
        case .object(let members):
            line += "{"
            var isFirst = true
            for case (let name, let value?) in members where !value.isEmpty {
                line += isFirst ? "" : ","
                isFirst = false
                line += JSONText.quoted(name)
                line += ":"
                value.write(to: &line)
            }
            line += "}"
        case .array(let items):
            line += "["
            for (index, item) in items.enumerated() {
                line += index == 0 ? "" : ","
                item.write(to: &line)
            }
            line += "]"
        case .text(let text): line += JSONText.quoted(text)
        case .flag(let flag): line += flag ? "true" : "false"
        }
    }
}
