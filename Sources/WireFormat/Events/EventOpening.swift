public import CareRecord
public import Signing

/// Why an envelope is bad: only then do its bytes stay outside, charged to the sender
/// (`sync.md` §2). The raw value is the name in `sync-v1.md`.
public enum EnvelopeRefusal: String, Error, Sendable, CaseIterable {
    /// The frame of the header does not unpack.
    case badHeaderFrame = "bad-header-frame"
    /// The header cannot be decoded or breaks a constant of the protocol.
    case badHeader = "bad-header"
    /// The frames do not hold exactly the values that the header announces.
    case badFrames = "bad-frames"
    /// A leaf stands where a value is, or out of order.
    case badErasure = "bad-erasure"
    /// The salt does not fit the values.
    case badSalt = "bad-salt"
    /// Header and values together are larger than an event may be.
    case tooLarge = "too-large"
    /// The author's key did not sign this event.
    case badSignature = "bad-signature"
}

/// What opening an envelope gave.
public enum OpenedEnvelope: Sendable {
    /// The envelope is good.
    case event(SealedEvent)
    /// The header can be read, but no card names its author's key yet: wait for the card.
    case unknownAuthor(EventHeader)
    /// The envelope is bad.
    case refused(EnvelopeRefusal)
}

/// Opens envelopes: the one place where bytes of others become events.
public struct EventOpener: Sendable {
    /// The most that a header may unpack to, in bytes.
    private static let headerBytesMax = EventLimits.eventBytesMax

    private let coder: FrameCoder

    /// Unpacks with the given coder; one opener for each worker.
    public init(coder: FrameCoder) {
        self.coder = coder
    }

    /// Checks everything that the envelope itself can show: frames, header, constants, salt, id
    /// and signature. What the values say does not matter here.
    ///
    /// - Parameter key: gives the event key of a replica whose card was verified.
    public func open(
        _ envelope: EventEnvelope, key: (Replica) -> EventPublicKey?
    ) -> OpenedEnvelope {
        do throws(EnvelopeRefusal) {
            let headerBytes = try unpackHeader(envelope.headerFrame)
            let header = try Self.decodeHeader(headerBytes)
            guard let authorKey = key(header.dot.replica) else { return .unknownAuthor(header) }
            let event = try event(envelope, header, headerBytes)
            guard envelope.signature.count == 64,
                authorKey.isValid(signature: envelope.signature, over: event.id.bytes)
            else { throw .badSignature }
            return .event(SealedEvent(event: event, envelope: envelope))
        } catch {
            return .refused(error)
        }
    }

    /// Reads an envelope that this store accepted before, without checking its signature again.
    public func reopen(_ envelope: EventEnvelope) throws(EnvelopeRefusal) -> SealedEvent {
        let headerBytes = try unpackHeader(envelope.headerFrame)
        let header = try Self.decodeHeader(headerBytes)
        return SealedEvent(event: try event(envelope, header, headerBytes), envelope: envelope)
    }

    /// Unpacks and decodes the header alone.
    public func header(ofFrame frame: [UInt8]) throws(EnvelopeRefusal) -> EventHeader {
        try Self.decodeHeader(try unpackHeader(frame))
    }

    private func unpackHeader(_ frame: [UInt8]) throws(EnvelopeRefusal) -> [UInt8] {
        do {
            return try coder.unpack(frame, contentBytesMax: Self.headerBytesMax)
        } catch {
            throw .badHeaderFrame
        }
    }

    private static func decodeHeader(_ bytes: [UInt8]) throws(EnvelopeRefusal) -> EventHeader {
        do {
            return try EventHeader(encoded: bytes)
        } catch {
            throw .badHeader
        }
    }

    private func event(
        _ envelope: EventEnvelope, _ header: EventHeader, _ headerBytes: [UInt8]
    ) throws(EnvelopeRefusal) -> Event {
        let values = try ValueFrames.unpack(envelope, valueCount: header.valueCount, coder: coder)
        let valueBytes = values.reduce(0) { sum, value in
            guard case .held(let bytes) = value else { return sum }
            return sum + bytes.count
        }
        guard headerBytes.count + valueBytes <= EventLimits.eventBytesMax else { throw .tooLarge }
        guard let leaves = EventHashing.leaves(of: values, salt: envelope.salt) else {
            throw .badSalt
        }
        return Event(
            header: header, headerBytes: headerBytes, values: values, salt: envelope.salt,
            id: EventHashing.eventID(headerBytes: headerBytes, leaves: leaves),
            signature: envelope.signature)
    }
}
