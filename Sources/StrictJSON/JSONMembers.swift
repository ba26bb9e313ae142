/// The members of an object, in document order.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    private let tape: [TapeEntry]
    private var index: Int
    private let end: Int

    /// Iterates over the entries between two tape indices.
    init(_ tape: [TapeEntry], from index: Int, to end: Int) {
        self.tape = tape
        self.index = index
        self.end = end
    }

    /// The next member, or nil after the last. The name is a node of kind string.
    public mutating func next() -> (name: JSONNode, value: JSONNode)? {
        guard index < end else { return nil }
        let value = tape[index + 1]
        let member = (
            name: JSONNode(kind: .string, index: index),
            value: JSONNode(kind: value.kind, index: index + 1)
        )
        index = value.next
        return member
    }
}
