/// Comma-separated values after RFC 4180: CR LF line ends, quotes where they are needed.
public enum CSVText {
    /// A record: fields as they are, and the line's end.
    public static func line(_ fields: [String]) -> String {
        fields.joined(separator: ",") + "\r\n"
    }

    /// A field with text that is not ours: no spreadsheet runs it as a formula.
    public static func field(_ text: String) -> String { quoted(harmless(text)) }

    /// An apostrophe before what a spreadsheet would run as a formula (OWASP, *CSV Injection*):
    /// text whose first character that is not blank is one of these, or that begins with a control
    /// character.
    private static func harmless(_ text: String) -> String {
        let first = text.unicodeScalars.first { $0 != " " && $0 != "\u{A0}" && $0 != "\u{FEFF}" }
        guard let first else { return text }
        let isControl = first.properties.generalCategory == .control
        return isControl || "=+-@＝＋－＠".unicodeScalars.contains(first) ? "'" + text : text
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
        let ends = [text.unicodeScalars.first, text.unicodeScalars.last]
        guard needsQuotes || ends.contains(" ") else { return text }
        // Scalar by scalar: a mark that combines with a quote makes it another `Character`, yet a
        // reader of the file ends the field there.
        var quoted = "\""
        for scalar in text.unicodeScalars {
            quoted.unicodeScalars.append(scalar)
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
        }
        return quoted + "\""
    }
}
