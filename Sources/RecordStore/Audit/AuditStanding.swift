public import AuditTrail

/// How far the audit log is, and how much of it is signed.
public struct AuditStanding: Sendable {
    /// The right edge of the tree over all entries.
    public internal(set) var edge: MerkleEdge
    /// How many entries the newest signed head covers; 0 before the first.
    public internal(set) var signedSize: UInt64 = 0
    /// When that was signed, in milliseconds since 1970 UTC; `nil` before the first.
    public internal(set) var signedMilliseconds: Int64?
    /// Whether the log lacks something that was signed, or holds it otherwise: then it is not
    /// signed any more, for that would be a contradiction under the same origin.
    public internal(set) var isContradicted = false

    /// Entries that no signed head covers yet.
    public var unsignedEntries: UInt64 { edge.size - min(signedSize, edge.size) }
}
