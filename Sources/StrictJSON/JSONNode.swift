/// One value, or one member name, of a ``JSONDocument``.
///
/// A node is a position, not a copy: it is small, and it means something only together with the
/// document it came from. Handing it to another document is a programmer error; that document
/// either traps or answers for the value it has at the same position.
public struct JSONNode: Sendable, Hashable {
    /// Which of the seven kinds the value is.
    public let kind: JSONKind

    /// The position of the value's entry on the tape.
    let index: UInt32

    init(kind: JSONKind, index: Int) {
        self.kind = kind
        self.index = UInt32(truncatingIfNeeded: index)
    }
}
