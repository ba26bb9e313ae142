/// Why a note, a key, a request or a proof cannot be read or believed. The text of a case is the
/// name that code, documents and vectors share (`audit-log-v1.md`).
public enum LogRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// Longer, or more of something, than `LogLimits` allow.
    case tooLong = "too-long"
    /// Not UTF-8, or with a control character other than a newline.
    case notText = "not-text"
    /// No empty line with signature lines behind it.
    case noSignatures = "no-signatures"
    /// A signature line that is not `— <name> <base64>`.
    case badSignatureLine = "bad-signature-line"
    /// Not exactly the three lines of a signed head: no log of this kind writes extension lines.
    case badHead = "bad-head"
    /// A key that is not `<name>+<key id>+<base64>`, or whose id does not follow from it.
    case badKey = "bad-key"
    /// A key of a signature type that is not read here.
    case unknownType = "unknown-type"
    /// A known key's signature does not hold.
    case badSignature = "bad-signature"
    /// No known key signed.
    case notSigned = "not-signed"
    /// A request to a witness without its lines, or a proof file without its own.
    case badRequest = "bad-request"
    /// A line that is not one hash in base64.
    case badHash = "bad-hash"
    /// The proof does not lead to the root of the signed head.
    case badProof = "bad-proof"
}
