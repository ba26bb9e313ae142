/// Whose streams a sharing agreement covers.
public enum ShareScope: String, Codable, Sendable, Hashable, CaseIterable {
    /// Patients who are registered with this site.
    case registered
    /// Every patient that this site holds.
    case all
}

/// A sharing agreement in force.
public struct ShareSummary: Codable, Sendable, Hashable {
    /// The peer's name.
    public var peer: String
    /// Names of the compartments, in the glossary's order; `identity` always goes along.
    public var compartments: [String]
    /// Whose streams are shared.
    public var scope: ShareScope
    /// Purpose of use, as an HL7 v3 code such as TREAT.
    public var purpose: String
    /// Streams that the peer gets by this agreement at present.
    public var streams: Int
    /// Version of the share set that this agreement made.
    public var version: Int
    /// When the agreement was made, in milliseconds since 1970 UTC.
    public var madeMilliseconds: Int64

    /// Describes an agreement.
    public init(
        peer: String, compartments: [String], scope: ShareScope, purpose: String, streams: Int,
        version: Int, madeMilliseconds: Int64
    ) {
        self.peer = peer
        self.compartments = compartments
        self.scope = scope
        self.purpose = purpose
        self.streams = streams
        self.version = version
        self.madeMilliseconds = madeMilliseconds
    }
}

/// An agreement to make: the body of `ControlRoute.grantShare`.
public struct ShareGrant: Codable, Sendable, Hashable {
    /// The peer's name.
    public var peer: String
    /// Names of the compartments.
    public var compartments: [String]
    /// Whose streams are to be shared.
    public var scope: ShareScope
    /// Purpose of use, as an HL7 v3 code such as TREAT.
    public var purpose: String

    /// Describes the agreement.
    public init(peer: String, compartments: [String], scope: ShareScope, purpose: String) {
        self.peer = peer
        self.compartments = compartments
        self.scope = scope
        self.purpose = purpose
    }
}

/// What a grant did.
public struct ShareReceipt: Codable, Sendable, Hashable {
    /// Streams that the peer did not get before.
    public var streamsAdded: Int
    /// Version of the share set after the grant.
    public var version: Int

    /// Describes the receipt.
    public init(streamsAdded: Int, version: Int) {
        self.streamsAdded = streamsAdded
        self.version = version
    }
}

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
