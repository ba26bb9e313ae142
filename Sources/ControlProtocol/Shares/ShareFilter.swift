/// Which agreements to list: the query of `ControlRoute.listShares`.
public struct ShareFilter: Sendable, Hashable {
    /// The one peer to list; nil for all.
    public var peer: String?

    /// Describes the filter.
    public init(peer: String? = nil) {
        self.peer = peer
    }

    /// Reads a request target such as `/v1/shares?peer=hospital`.
    public init(target: String) throws(ControlFailure) {
        guard let query = QueryText(target: target) else { throw .malformedQuery }
        for (name, value) in query.pairs {
            guard name == "peer", !value.isEmpty else { throw .malformedQuery }
            peer = value
        }
    }

    /// Path and query to send.
    public var target: String {
        var query = QueryText()
        if let peer { query.append("peer", peer) }
        return ControlRoute.listShares.path + query.text
    }
}

extension ControlFailure {
    static let malformedQuery = ControlFailure(
        code: .badRequest, message: "The request's query holds an option that is not known.",
        next: "Install the same version of accord and accordd.")
}
