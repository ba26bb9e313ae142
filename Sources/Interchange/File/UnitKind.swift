/// What an import unit was in its file. Each kind is applied whole or not at all.
public enum UnitKind: String, Sendable, CaseIterable {
    /// A Bundle of type `transaction`, with every entry it has.
    case transaction
    /// One entry of a Bundle of type `batch`.
    case batchEntry = "batch-entry"
    /// A Bundle of type `collection`, with every entry it has.
    case collection
    /// One line of an NDJSON file.
    case line
    /// A file that is one resource.
    case resource
}
