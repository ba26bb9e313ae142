public import StrictJSON

/// The references of a value, as its change resolves them.
public enum ReferenceTexts {
    /// The text of each reference that leads out of the value, in document order: one for each
    /// target of the change that carries the value.
    public static func all(of value: JSONNode, in document: JSONDocument) -> [String] {
        nodes(of: value, in: document).map { document.string($0) ?? "" }
    }

    /// The same as nodes. References into the resource itself (`#…`) are left out.
    static func nodes(of value: JSONNode, in document: JSONDocument) -> [JSONNode] {
        ReferenceScan(value, of: document, takesURLs: false, watchesTypes: false).references
            .filter { !document.stringHasPrefix($0, "#") }
    }
}
