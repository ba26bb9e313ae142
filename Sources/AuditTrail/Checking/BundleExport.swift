import Signing

/// What the note of a bundle says: which list of files, of which log, at which head.
public struct BundleExport: Sendable, Hashable {
    /// The log's head that the export was made at.
    public let head: LogHead
    /// SHA-256 over the list of files, 32 bytes.
    public let digest: [UInt8]

    private let note: SignedNote

    /// Reads the file `export` of an export; whose it is, `isOf` tells.
    ///
    /// - Throws: what a note or a head is refused for; `badHead` for any other text, such as that of a
    ///   table's note.
    public init(encoded: some Collection<UInt8>) throws(LogRefusal) {
        note = try SignedNote(encoded: encoded)
        let lines = note.text.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 6, let digest = Base64.bytes(lines[4]), digest.count == 32 else {
            throw .badHead
        }
        self.digest = digest
        head = try LogHead(text: lines[1...3].flatMap { $0 + [UInt8(ascii: "\n")] })
        guard note.text == LogBundle.exportText(digest: digest, head: head) else { throw .badHead }
    }

    /// Whether a log's key signed it.
    public func isOf(_ key: NoteKey) -> Bool {
        guard head.origin == key.name else { return false }
        do throws(LogRefusal) {
            return try !note.signers(among: [key]).isEmpty
        } catch {
            return false
        }
    }
}
