import ControlProtocol

/// Comma-separated values after RFC 4180: CR LF line ends, quotes where they are needed.
struct CSVTable {
    /// A value, which is either text from a record or a figure of ours.
    enum Value {
        case text(String?)
        case number(Int)
        case decimal(Double)
        case flag(Bool)
        /// A field that can stand in a record as it is.
        case ready(String)
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
        ([titles] + rows.map { $0.map(Self.field) }).map(CSVText.line).joined()
    }

    private static func field(_ value: Value) -> String {
        switch value {
        case .text(let text): CSVText.field(text ?? "")
        case .number(let number): String(number)
        case .decimal(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .ready(let field): field
        }
    }
}
