public import CareRecord
public import Signing

/// Turns a header and values into a signed event, once, at its author's site.
public struct EventSealer: Sendable {
    private let key: EventKey
    private let coder: FrameCoder

    /// Signs with the key of the incarnation that writes; packs with the given coder.
    public init(key: EventKey, coder: FrameCoder) {
        self.key = key
        self.coder = coder
    }

    /// Serialises, hashes, packs and signs.
    ///
    /// Traps if the number of values is not the one that the header asks for, or if the salt is
    /// not 16 bytes: both are mistakes of the caller.
    public func seal(
        _ header: EventHeader, values: [ArraySlice<UInt8>], salt: [UInt8]
    ) -> SealedEvent {
        precondition(values.count == header.valueCount, "one value for each change")
        let headerBytes = header.encoded()
        let eventSalt = EventSalt.whole(salt)
        let held = values.map { EventValue.held($0) }
        guard let leaves = EventHashing.leaves(of: held, salt: eventSalt) else {
            preconditionFailure("an event salt has 16 bytes, not \(salt.count)")
        }
        let id = EventHashing.eventID(headerBytes: headerBytes, leaves: leaves)
        let signature = key.sign(id.bytes)
        let envelope = EventEnvelope(
            headerFrame: coder.pack(headerBytes), signature: signature, salt: eventSalt,
            frames: ValueFrames.pack(held, coder: coder), erased: [])
        let event = Event(
            header: header, headerBytes: headerBytes, values: held, salt: eventSalt, id: id,
            signature: signature)
        return SealedEvent(event: event, envelope: envelope)
    }
}

/// An event together with the form in which it is stored and sent.
public struct SealedEvent: Sendable {
    /// The event; its signature was made or checked here.
    public let event: Event
    /// Its stored and travelling form.
    public let envelope: EventEnvelope
}

extension SealedEvent {
    /// The same event without the values at the given indices: their leaves stay, and so do the id
    /// and the signature (`sync.md` §2).
    public func erasing(_ indices: Set<Int>, coder: FrameCoder) -> SealedEvent {
        var values = event.values
        var salts: [EventSalt.ValueSalt] = []
        for (index, value) in values.enumerated() {
            guard case .held(let bytes) = value, let salt = valueSalt(at: index) else { continue }
            if indices.contains(index) {
                let leaf = bytes.withUnsafeBytes { EventHashing.leaf(valueSalt: salt, value: $0) }
                values[index] = .erased(leaf: leaf)
            } else {
                salts.append(EventSalt.ValueSalt(index: UInt32(index), bytes: salt))
            }
        }
        let erased = Event(
            header: event.header, headerBytes: event.headerBytes, values: values,
            salt: .remaining(salts), id: event.id, signature: event.signature)
        let leaves = values.enumerated().compactMap { index, value -> EventEnvelope.ErasedLeaf? in
            guard case .erased(let leaf) = value else { return nil }
            return EventEnvelope.ErasedLeaf(index: UInt32(index), leaf: leaf)
        }
        let envelope = EventEnvelope(
            headerFrame: envelope.headerFrame, signature: event.signature, salt: erased.salt,
            frames: ValueFrames.pack(values, coder: coder), erased: leaves)
        return SealedEvent(event: erased, envelope: envelope)
    }

    private func valueSalt(at index: Int) -> [UInt8]? {
        switch event.salt {
        case .whole(let bytes): EventHashing.valueSalt(eventSalt: bytes, index: index)
        case .remaining(let salts): salts.first { Int($0.index) == index }?.bytes
        }
    }
}
