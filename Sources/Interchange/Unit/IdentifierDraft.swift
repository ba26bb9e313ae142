/// A business identifier: assigning authority and value, compared byte for byte.
public struct IdentifierDraft: Sendable, Hashable {
    /// The assigning authority's URI. In a query `nil` means any, and empty means none; in a
    /// resource it is always given and never empty.
    public let system: String?
    /// The value, never empty.
    public let value: String

    /// Makes an identifier.
    public init(system: String?, value: String) {
        self.system = system
        self.value = value
    }
}
