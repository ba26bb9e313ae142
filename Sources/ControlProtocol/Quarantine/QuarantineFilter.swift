/// Which items to list: the query of `ControlRoute.listQuarantine`.
public struct QuarantineFilter: Sendable, Hashable {
    /// The one peer whose items to list; nil for all, and for local input.
    public var peer: String?
    /// Whether closed items are listed too.
    public var includesClosed: Bool

    /// Describes the filter.
    public init(peer: String? = nil, includesClosed: Bool = false) {
        self.peer = peer
        self.includesClosed = includesClosed
    }

    /// Reads a request target such as `/v1/quarantine?peer=hospital&all=1`.
    public init(target: String) throws(ControlFailure) {
        guard let query = QueryText(target: target) else { throw .malformedQuery }
        self.init()
        for (name, value) in query.pairs {
            switch (name, value) {
            case ("peer", let name) where !name.isEmpty: peer = name
            case ("all", "1"): includesClosed = true
            default: throw .malformedQuery
            }
        }
    }

    /// Path and query to send.
    public var target: String {
        var query = QueryText()
        if let peer { query.append("peer", peer) }
        if includesClosed { query.append("all", "1") }
        return ControlRoute.listQuarantine.path + query.text
    }
}
