extension JSONDocument {
    /// The objects of a member: the items of an array, or the one object that stands there.
    public func objects(_ name: StaticString, of node: JSONNode) -> [JSONNode] {
        guard let value = member(name, of: node) else { return [] }
        switch value.kind {
        case .array: return items(of: value).filter { $0.kind == .object }
        case .object: return [value]
        default: return []
        }
    }
}
