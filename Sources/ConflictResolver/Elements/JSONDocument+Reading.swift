import StrictJSON

extension JSONDocument {
    /// A value as a document; `nil` if it cannot be read. Whole resources may be as large as what is
    /// imported: a blob holds one.
    static func reading(_ bytes: [UInt8]) -> JSONDocument? {
        do { return try JSONDocument(bytes, limits: .importFile) } catch { return nil }
    }
}
