import ControlProtocol

/// An answer that can be written in every output format.
public struct Presentation: Sendable {
    private let value: any Encodable & Sendable
    private let items: [any Encodable & Sendable]
    private let csv: CSVTable
    private let text: @Sendable (TextStyle) -> String

    /// Presents one value.
    init(
        value: any Encodable & Sendable, csv: CSVTable,
        text: @escaping @Sendable (TextStyle) -> String
    ) {
        self.value = value
        items = [value]
        self.csv = csv
        self.text = text
    }

    /// Presents a list; as NDJSON, each item has a line.
    init(
        list: [some Encodable & Sendable], csv: CSVTable,
        text: @escaping @Sendable (TextStyle) -> String
    ) {
        value = list
        items = list
        self.csv = csv
        self.text = text
    }

    /// Presents a value that as NDJSON is a line for each of its items.
    init(
        value: any Encodable & Sendable, items: [any Encodable & Sendable], csv: CSVTable,
        text: @escaping @Sendable (TextStyle) -> String
    ) {
        self.value = value
        self.items = items
        self.csv = csv
        self.text = text
    }

    /// The answer as text, with its last line end.
    public func rendered(as format: OutputFormat, style: TextStyle = TextStyle()) throws -> String {
        switch format {
        case .table:
            return text(style)
        case .json:
            return String(decoding: try ControlCoding.encodeReadably(value), as: UTF8.self) + "\n"
        case .ndjson:
            return try items.map {
                String(decoding: try ControlCoding.encodeLine($0), as: UTF8.self)
            }
            .joined()
        case .csv:
            return csv.text
        }
    }
}
