/// The items of an array, in document order.
public struct JSONItems: Sequence, IteratorProtocol, Sendable {
    private let tape: [TapeEntry]
    private var index: Int
    private let end: Int

    /// Iterates over the entries between two tape indices.
    init(_ tape: [TapeEntry], from index: Int, to end: Int) {
        self.tape = tape
        self.index = index
        self.end = end
    }

    /// The next item, or nil after the last.
    public mutating func next() -> JSONNode? {
        guard index < end else { return nil }
        let item = JSONNode(kind: tape[index].kind, index: index)
        index = tape[index].next
        return item
    }
}
