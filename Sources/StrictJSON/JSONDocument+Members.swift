/// What is inside objects and arrays.
extension JSONDocument {
    /// The value of the member with this name, compared byte for byte after unescaping.
    ///
    /// Nil when the node is not an object or has no such member; there is never more than one.
    /// The time grows with the members before it, whatever their size.
    public func member(_ name: StaticString, of node: JSONNode) -> JSONNode? {
        name.withUTF8Buffer { member($0, of: node) }
    }

    /// The value of the member with this name, compared byte for byte after unescaping.
    ///
    /// Nil when the node is not an object or has no such member. Names that Swift calls equal
    /// because they are canonically equivalent are different here, as in RFC 8259 §8.3.
    public func member(named name: String, of node: JSONNode) -> JSONNode? {
        var name = name
        return name.withUTF8 { member($0, of: node) }
    }

    /// The members of an object in document order; none when the node is not an object.
    public func members(of node: JSONNode) -> JSONMembers {
        let entry = entry(of: node)
        let first = Int(node.index) + 1
        return JSONMembers(tape, from: first, to: node.kind == .object ? entry.next : first)
    }

    /// How many members an object has; 0 when the node is not an object.
    public func memberCount(of node: JSONNode) -> Int {
        node.kind == .object ? entry(of: node).count : 0
    }

    /// The items of an array in document order; none when the node is not an array.
    public func items(of node: JSONNode) -> JSONItems {
        let entry = entry(of: node)
        let first = Int(node.index) + 1
        return JSONItems(tape, from: first, to: node.kind == .array ? entry.next : first)
    }

    /// How many items an array has; 0 when the node is not an array.
    public func itemCount(of node: JSONNode) -> Int {
        node.kind == .array ? entry(of: node).count : 0
    }

    private func member(_ name: UnsafeBufferPointer<UInt8>, of node: JSONNode) -> JSONNode? {
        guard node.kind == .object else { return nil }
        let end = entry(of: node).next
        var index = Int(node.index) + 1
        while index < end {
            if content(of: tape[index], equals: name) { return self.node(at: index + 1) }
            index = tape[index + 1].next
        }
        return nil
    }
}
