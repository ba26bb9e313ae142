/// The seven kinds of JSON values (RFC 8259 §3).
public enum JSONKind: UInt8, Sendable {
    /// Members in braces.
    case object
    /// Items in brackets.
    case array
    /// A string; also what a member's name is.
    case string
    /// A number, kept as it was written.
    case number
    /// The literal `true`.
    case `true`
    /// The literal `false`.
    case `false`
    /// The literal `null`.
    case null
}
