/// What one all-or-nothing input wants done, before anything has been looked up.
public struct ImportUnit: Sendable, Hashable {
    /// What the input was.
    public let kind: UnitKind
    /// The entries, in the order of the file; of a batch entry, line or single resource just one.
    /// A Bundle without entries gives none, and applying it does nothing.
    public let entries: [EntryDraft]
}
