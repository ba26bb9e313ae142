public import CareRecord

/// What a site says of itself for one incarnation: what peers pin at enrolment (`sync.md` §1).
public struct NodeCard: Sendable, Hashable {
    /// The site and the incarnation that the card speaks for.
    public var replica: Replica
    /// The site's display name.
    public var name: String
    /// The site's postal address, as one line; may be empty.
    public var postalAddress: String
    /// The key that signs events of this incarnation.
    public var eventKey: EventPublicKey
    /// The Ed25519 key of the audit log's signed heads, 32 bytes.
    public var auditKey: [UInt8]
    /// The Ed25519 key that cosigns peers' signed heads, 32 bytes.
    public var witnessKey: [UInt8]
    /// SHA-256 over the SPKI of each accepted TLS key, 32 bytes each, the newest first.
    public var tlsFingerprints: [[UInt8]]
    /// Where the node listens, `host:port` each; empty for a site that only dials out.
    public var endpoints: [String]
    /// From when the card holds, in milliseconds since 1970 UTC.
    public var validFromMilliseconds: Int64
    /// Until when the card holds, in milliseconds since 1970 UTC.
    public var validUntilMilliseconds: Int64
    /// The event key of the incarnation before; `nil` on a site's first card.
    public var predecessorEventKey: EventPublicKey?

    /// Creates a card from its parts.
    public init(
        replica: Replica, name: String, postalAddress: String, eventKey: EventPublicKey,
        auditKey: [UInt8], witnessKey: [UInt8], tlsFingerprints: [[UInt8]], endpoints: [String],
        validFromMilliseconds: Int64, validUntilMilliseconds: Int64,
        predecessorEventKey: EventPublicKey?
    ) {
        self.replica = replica
        self.name = name
        self.postalAddress = postalAddress
        self.eventKey = eventKey
        self.auditKey = auditKey
        self.witnessKey = witnessKey
        self.tlsFingerprints = tlsFingerprints
        self.endpoints = endpoints
        self.validFromMilliseconds = validFromMilliseconds
        self.validUntilMilliseconds = validUntilMilliseconds
        self.predecessorEventKey = predecessorEventKey
    }
}

/// A node card with the bytes that were signed.
public struct SignedNodeCard: Sendable, Hashable {
    /// The decoded card.
    public let card: NodeCard
    /// The card as its site serialised it; never re-encoded.
    public let cardBytes: [UInt8]
    /// 64 bytes by the card's own event key.
    public let signature: [UInt8]
    /// 64 bytes by the predecessor's event key; empty on a site's first card.
    public let predecessorSignature: [UInt8]

    /// Assembles a card as received; nothing is checked yet.
    public init(
        card: NodeCard, cardBytes: [UInt8], signature: [UInt8], predecessorSignature: [UInt8]
    ) {
        self.card = card
        self.cardBytes = cardBytes
        self.signature = signature
        self.predecessorSignature = predecessorSignature
    }

    /// Signs a serialised card with its own key and, after a rotation, its predecessor's.
    public init(card: NodeCard, cardBytes: [UInt8], key: EventKey, predecessor: EventKey?) {
        let digest = Self.digest(of: cardBytes)
        self.init(
            card: card, cardBytes: cardBytes, signature: key.sign(digest),
            predecessorSignature: predecessor?.sign(digest) ?? [])
    }

    /// Why a card cannot be believed.
    public enum Refusal: String, Sendable, CaseIterable {
        /// Its own key did not sign it.
        case badSignature = "bad-signature"
        /// A first card whose key does not give the site's id.
        case wrongSite = "wrong-site"
        /// The predecessor it names did not sign it.
        case badPredecessorSignature = "bad-predecessor-signature"
        /// The predecessor it names is not a key that this site is known by.
        case unknownPredecessor = "unknown-predecessor"
    }

    /// Checks the signatures and that the card belongs to its site.
    ///
    /// - Parameter knownKeys: the event keys of this site's cards that were verified before.
    /// - Returns: `nil` if the card can be believed.
    public func refusal(knownKeys: [EventPublicKey]) -> Refusal? {
        let digest = Self.digest(of: cardBytes)
        guard card.eventKey.isValid(signature: signature, over: digest) else {
            return .badSignature
        }
        guard let predecessor = card.predecessorEventKey else {
            return card.eventKey.siteID == card.replica.site ? nil : .wrongSite
        }
        guard predecessor.siteID == card.replica.site || knownKeys.contains(predecessor) else {
            return .unknownPredecessor
        }
        guard predecessor.isValid(signature: predecessorSignature, over: digest) else {
            return .badPredecessorSignature
        }
        return nil
    }

    private static func digest(of cardBytes: [UInt8]) -> [UInt8] {
        Digest.sha256(of: [Array("accord/card/v1\0".utf8), cardBytes])
    }
}
