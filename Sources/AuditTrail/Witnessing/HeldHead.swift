/// A head that a witness holds, as the log that is named in it sees it.
public enum HeldHead: Sendable, Hashable {
    /// The log's own key signed it: the log must hold what it says.
    case signed(SignedHead)
    /// It is under the log's name, and its key did not sign it. Anybody could have made it up.
    case otherKey(LogHead)
    /// It is another log's, such as that of an earlier life of the site's store.
    case otherLog(LogHead)

    /// Reads what a witness answers to `GET /witness/heads` (`audit-log-v1.md` §6).
    ///
    /// - Parameters:
    ///   - body: notes, each with an empty line behind it; none if the witness holds nothing.
    ///   - key: the key of the log that asks; its name is the origin.
    /// - Throws: `tooLong`, `noSignatures` for a note that is cut, or what a signed head throws.
    public static func read(_ body: [UInt8], of key: NoteKey) throws(LogRefusal) -> [HeldHead] {
        guard body.count <= LogLimits.heldHeadsBytesMax else { throw .tooLong }
        var heads: [HeldHead] = []
        for note in LogBundle.notes(inHeadsFile: body) {
            guard let note else { throw .noSignatures }
            let signed = try SignedHead(encoded: note)
            if signed.head.origin != key.name {
                heads.append(.otherLog(signed.head))
            } else if signed.isSigned(by: key) {
                heads.append(.signed(signed))
            } else {
                heads.append(.otherKey(signed.head))
            }
        }
        return heads
    }
}
