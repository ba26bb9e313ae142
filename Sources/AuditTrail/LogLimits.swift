/// What the log's formats hold at most; whatever comes from outside is held against these first.
public enum LogLimits {
    /// The largest tree, in leaves: sizes fit SQLite's integers, and 63 hashes prove any of them.
    public static let sizeMax = UInt64(Int64.max)
    /// The longest signed note, in bytes; 16 signatures of ML-DSA-44 fit in it.
    public static let noteBytesMax = 65_536
    /// The most signature lines of a note.
    public static let signaturesMax = 64
    /// The longest name of a key and the longest origin, in bytes of UTF-8.
    public static let nameBytesMax = 255
    /// The most hashes of a consistency or inclusion proof.
    public static let proofHashesMax = 63
    /// The longest request to a witness, in bytes: a note and 64 lines before it.
    public static let requestBytesMax = noteBytesMax + 4_096
    /// The longest proof file, in bytes: an entry in base64, 64 lines and a note.
    public static let proofBytesMax = noteBytesMax + 4_096 + 90_000
    /// The longest answer of a witness about the heads that it holds of a site's logs, in bytes: 64
    /// logs with 17 heads each, of a line of the log's and a cosignature.
    public static let heldHeadsBytesMax = 1 << 20
    /// The longest page of an answer to a join, in bytes: 256 lines with 63 hashes, and a request to
    /// a witness.
    public static let joinPageBytesMax = 1 << 20
    /// The longest request for such a page, in bytes.
    public static let joinRequestBytesMax = 100
    /// The most keys that a log is checked with.
    public static let keysMax = 64
}
