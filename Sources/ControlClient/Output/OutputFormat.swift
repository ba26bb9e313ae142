/// The ways in which every command can answer.
public enum OutputFormat: String, Sendable, Hashable, CaseIterable {
    /// For people.
    case table
    /// One JSON value, indented.
    case json
    /// One JSON value a line; lists give a line for each item.
    case ndjson
    /// Comma-separated values with a header (RFC 4180).
    case csv
}
