/// Comma-separated values after RFC 4180: CR LF line ends, quotes where they are needed.
struct CSVTable {
    /// A value, which is either text from a record or a figure of ours.
    enum Value {
        case text(String?)
        case number(Int)
        case decimal(Double)
        case flag(Bool)
    }

    let titles: [String]
    private(set) var rows: [[Value]] = []

    init(_ titles: [String]) {
        self.titles = titles
    }

    mutating func add(_ row: [Value]) {
        precondition(row.count == titles.count, "\(row.count) values, \(titles.count) titles")
        rows.append(row)
    }

    /// Header and rows.
    var text: String {
        let lines = [titles] + rows.map { $0.map(Self.field) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func field(_ value: Value) -> String {
        switch value {
        case .text(let text): quoted(harmless(text ?? ""))
        case .number(let number): String(number)
        case .decimal(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        }
    }

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
        guard needsQuotes || text.hasPrefix(" ") || text.hasSuffix(" ") else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
