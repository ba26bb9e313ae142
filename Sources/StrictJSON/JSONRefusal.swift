/// Why a document was refused, and where.
///
/// It never holds text of the document, so it may be logged and sent back as it is.
public struct JSONRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The rule that the document breaks. Of several broken rules it is the one that the reader,
    /// going from the first byte to the last, meets first.
    public let rule: Rule

    /// The byte offset, from 0, at which the rule is broken; see each rule for which byte it
    /// names. Never above the length of the document.
    public let offset: Int

    /// The rule and the offset in words, for people: `duplicate-member at byte 12`.
    public var description: String {
        "\(rule.rawValue) at byte \(offset)"
    }

    /// Makes a refusal.
    ///
    /// - Parameters:
    ///   - rule: the broken rule.
    ///   - offset: bytes from the start of the document, from 0.
    public init(rule: Rule, offset: Int) {
        self.rule = rule
        self.offset = offset
    }

    /// The rules, as a closed list. Raw values are stable names for messages and vectors.
    public enum Rule: String, Sendable, CaseIterable {
        /// The document is longer than its limit; at the first byte beyond it. Judged before
        /// anything is read.
        case documentBytes = "document-bytes"
        /// No bytes, or white space only; at the end of the document.
        case emptyInput = "empty-input"
        /// The document starts with U+FEFF in UTF-8 (RFC 8259 §8.1); at byte 0.
        case byteOrderMark = "byte-order-mark"
        /// A byte 0 in a string or where a token could start, or `\u0000` in a string; at the byte
        /// or at the backslash. RFC 8259 allows the escape, but too much software ends a text
        /// there.
        case nul = "nul"
        /// An unescaped U+0001 to U+001F in a string (RFC 8259 §7); at that byte.
        case controlCharacter = "control-character"
        /// A byte sequence in a string that is not UTF-8 (RFC 3629 §4), overlong forms, encoded
        /// surrogates and values above U+10FFFF included; at the first byte of the sequence.
        case invalidUTF8 = "invalid-utf-8"
        /// A `\u` escape of half a surrogate pair (RFC 8259 §8.2); at its backslash.
        case loneSurrogate = "lone-surrogate"
        /// A backslash with anything behind it that RFC 8259 §7 does not list; at the backslash.
        case invalidEscape = "invalid-escape"
        /// A number outside the grammar of RFC 8259 §6; at the first byte of the number.
        case invalidNumber = "invalid-number"
        /// A value that starts as `true`, `false` or `null` and goes on otherwise; at its start.
        case invalidLiteral = "invalid-literal"
        /// A byte that the grammar does not allow here (RFC 8259 §2); at that byte.
        case unexpectedByte = "unexpected-byte"
        /// The document ends inside a value; at the end of the document.
        case unexpectedEnd = "unexpected-end"
        /// Something other than white space follows the root value; at its first byte.
        case trailingInput = "trailing-input"
        /// Two members of an object have the same name after unescaping (RFC 8259 §4, RFC 7493
        /// §2.3); at the opening quote of the first name that repeats an earlier one. Judged
        /// when the object closes.
        case duplicateMember = "duplicate-member"
        /// Objects and arrays are nested too deep; at the bracket that opens one too many.
        case depth = "depth"
        /// An array holds too many items; at the first byte of the first item beyond the limit.
        case arrayItems = "array-items"
        /// An object holds too many members; at the opening quote of the first name beyond the
        /// limit.
        case objectMembers = "object-members"
        /// A string or a member name is too long; at its opening quote. Judged when it closes.
        case stringBytes = "string-bytes"
    }
}
