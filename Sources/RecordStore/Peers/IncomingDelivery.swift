public import CareRecord
import StrictJSON
public import WireFormat

/// One event of a delivery, examined off the writer.
public enum IncomingEvent: Sendable {
    /// The envelope is good; `unreadable` are the indices of values that are not strict JSON.
    case event(SealedEvent, unreadable: [Int])
    /// The author's card is not known yet.
    case unknownAuthor(EventHeader, EventEnvelope)
    /// The envelope is bad.
    case refused(EnvelopeRefusal, EventEnvelope)

    /// Examines what opening an envelope gave: which values can be read.
    public init(_ opened: OpenedEnvelope, envelope: EventEnvelope) {
        switch opened {
        case .event(let sealed): self = .event(sealed, unreadable: Self.unreadable(sealed.event))
        case .unknownAuthor(let header): self = .unknownAuthor(header, envelope)
        case .refused(let refusal): self = .refused(refusal, envelope)
        }
    }

    /// The header, if the envelope has one that can be read.
    var header: EventHeader? {
        switch self {
        case .event(let sealed, _): sealed.event.header
        case .unknownAuthor(let header, _): header
        case .refused: nil
        }
    }

    private static func unreadable(_ event: Event) -> [Int] {
        event.values.indices.filter { index in
            guard case .held(let bytes) = event.values[index] else { return false }
            if index < event.header.changes.count {
                let change = event.header.changes[index]
                switch change.valueForm {
                case .blob: return bytes.count != 40
                case .unknown: return true
                case .json: if bytes.isEmpty { return false }
                }
            }
            return !isStrictJSON(bytes)
        }
    }

    private static func isStrictJSON(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBytes { raw in
            do {
                try JSONDocument.check(raw, limits: .value)
                return true
            } catch {
                return false
            }
        }
    }
}

/// A delivery of a peer, examined and ready to be stored.
public struct IncomingDelivery: Sendable {
    /// Who delivers, as known by its TLS key.
    public var peer: SiteID
    /// The session, 32 hexadecimal digits.
    public var session: String
    /// The delivery's number in the session.
    public var number: UInt64
    /// Whose feed `throughPosition` counts in.
    public var feed: FeedID
    /// The position of the peer's feed that this delivery reaches.
    public var throughPosition: UInt64
    /// In the delivery's order.
    public var events: [IncomingEvent]

    /// Assembles a delivery.
    public init(
        peer: SiteID, session: String, number: UInt64, feed: FeedID, throughPosition: UInt64,
        events: [IncomingEvent]
    ) {
        self.peer = peer
        self.session = session
        self.number = number
        self.feed = feed
        self.throughPosition = throughPosition
        self.events = events
    }
}
