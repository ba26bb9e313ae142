/// How a file is to be read: the query of `ControlRoute.importFile`.
public struct ImportOptions: Sendable, Hashable {
    /// What a file may be.
    public enum Format: String, Codable, Sendable, Hashable, CaseIterable {
        /// One FHIR Bundle: transaction, batch or collection.
        case bundle
        /// One FHIR resource.
        case resource
        /// One FHIR resource or bundle on each line.
        case ndjson
    }

    /// Applies units that were imported before once more.
    public var appliesAgain: Bool
    /// Tries units that fail for want of a reference again at the end.
    public var retriesAtEnd: Bool
    /// What the file is; nil lets the node look.
    public var format: Format?
    /// The label of the system that wrote the file; never the file's name, which may name people.
    public var source: String?

    /// Describes the options.
    public init(
        appliesAgain: Bool = false, retriesAtEnd: Bool = false, format: Format? = nil,
        source: String? = nil
    ) {
        self.appliesAgain = appliesAgain
        self.retriesAtEnd = retriesAtEnd
        self.format = format
        self.source = source
    }

    /// Reads a request target such as `/v1/import?again=true`.
    ///
    /// - Throws: `.badRequest` for an option or value that is not known.
    public init(target: String) throws(ControlFailure) {
        guard let query = QueryText(target: target) else { throw .malformedQuery }
        self.init()
        for (name, value) in query.pairs {
            switch (name, value) {
            case ("again", "true"): appliesAgain = true
            case ("again", "false"): appliesAgain = false
            case ("defer", "true"): retriesAtEnd = true
            case ("defer", "false"): retriesAtEnd = false
            case ("source", _) where !value.isEmpty: source = value
            case ("format", _):
                guard let known = Format(rawValue: value) else { throw .malformedQuery }
                format = known
            default: throw .malformedQuery
            }
        }
    }

    /// Path and query to send.
    public var target: String {
        var query = QueryText()
        if appliesAgain { query.append("again", "true") }
        if retriesAtEnd { query.append("defer", "true") }
        if let format { query.append("format", format.rawValue) }
        if let source { query.append("source", source) }
        return ControlRoute.importFile.path + query.text
    }
}
