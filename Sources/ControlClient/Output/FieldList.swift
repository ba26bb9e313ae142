/// Labelled lines for people: the label, then the value in a column of its own.
struct FieldList {
    private var fields: [(label: String, value: String, tone: TextStyle.Tone?)] = []

    mutating func add(_ label: String, _ value: String, _ tone: TextStyle.Tone? = nil) {
        fields.append((label, ShownText.safe(value), tone))
    }

    /// Adds a line only for a value that is there.
    mutating func add(_ label: String, _ value: String?) {
        if let value { add(label, value, nil) }
    }

    /// The lines, each with its line end; long values go on below themselves.
    func text(_ style: TextStyle, indent: Int = 0) -> String {
        let labelWidth = (fields.map { ShownText.width($0.label) }.max() ?? 0) + 2 + indent
        let valueWidth = max(20, style.width - labelWidth)
        return fields.map { field in
            let lines = ShownText.wrapped(field.value, width: valueWidth)
            return lines.enumerated().map { index, line in
                let label = index == 0 ? String(repeating: " ", count: indent) + field.label : ""
                let value = field.tone.map { style.coloured(line, $0) } ?? line
                return ShownText.padded(label, to: labelWidth) + value + "\n"
            }
            .joined()
        }
        .joined()
    }
}
