import CareRecord
import Signing
import Testing
import WireFormat

@Suite("Events from seal to relay")
struct EventEnvelopeTests {
    private let key = EventKey.make()
    private let coder = FrameCoder()
    private static let salt = Array(0..<16) as [UInt8]

    private func seal(_ header: EventHeader, _ values: [ArraySlice<UInt8>]) -> SealedEvent {
        EventSealer(key: key, coder: coder).seal(header, values: values, salt: Self.salt)
    }

    private func open(_ envelope: EventEnvelope, by key: EventKey? = nil) -> OpenedEnvelope {
        let known = (key ?? self.key).publicKey
        return EventOpener(coder: coder).open(envelope) { _ in known }
    }

    private func event(_ envelope: EventEnvelope) -> Event? {
        guard case .event(let sealed) = open(envelope) else { return nil }
        return sealed.event
    }

    /// The envelope as the next node receives it.
    private func relay(_ envelope: EventEnvelope) throws -> EventEnvelope {
        try EventEnvelope(encoded: envelope.encoded())
    }

    @Test("100 random events are opened, relayed and reopened as they were sealed")
    func roundTrip() throws {
        var random = RandomEvents(seed: 1)
        for _ in 0..<100 {
            let header = random.header()
            let sealed = seal(header, random.values(for: header))
            let received = try relay(try relay(sealed.envelope))
            #expect(received == sealed.envelope)
            #expect(event(received) == sealed.event)
            #expect(sealed.event.header == header)
            #expect(try EventOpener(coder: coder).reopen(received).event == sealed.event)
            #expect(
                try EventOpener(coder: coder).header(ofFrame: received.headerFrame) == header)
        }
    }

    @Test("an event opens, loses values one after the other, and still verifies everywhere")
    func eraseInSteps() throws {
        var random = RandomEvents(seed: 2)
        for _ in 0..<30 {
            let header = random.header()
            let sealed = seal(header, random.values(for: header))
            var current = sealed
            var gone = Set<Int>()
            for index in (0..<header.valueCount).shuffled(using: &random.generator) {
                current = current.erasing([index], coder: coder)
                gone.insert(index)
                let received = try #require(event(try relay(current.envelope)))
                #expect(received == current.event)
                #expect(received.id == sealed.event.id)
                #expect(received.headerBytes == sealed.event.headerBytes)
                for (place, value) in received.values.enumerated() {
                    if gone.contains(place) {
                        guard case .erased = value else {
                            Issue.record("value \(place) is still there")
                            continue
                        }
                    } else {
                        #expect(value == sealed.event.values[place])
                    }
                }
            }
            #expect(current.event.salt == .remaining([]))
        }
    }

    @Test("erasing all at once or one by one leaves the same event")
    func eraseOrder() {
        var random = RandomEvents(seed: 3)
        let header = random.header()
        let sealed = seal(header, random.values(for: header))
        let all = Set(0..<header.valueCount)
        let atOnce = sealed.erasing(all, coder: coder)
        let inSteps = all.reduce(sealed) { $0.erasing([$1], coder: coder) }
        #expect(atOnce.event == inSteps.event)
        #expect(atOnce.erasing(all, coder: coder).event == atOnce.event)
        #expect(sealed.erasing([9_999], coder: coder).event.id == sealed.event.id)
    }

    @Test("an erased value and the event salt are nowhere in the envelope")
    func destroyed() {
        var random = RandomEvents(seed: 4)
        var header = random.header()
        header.changes = Array(header.changes.prefix(1))
        header.hasReasonText = true
        let secret = Array("the value to destroy".utf8)
        let sealed = seal(header, [secret[...], Array("reason".utf8)[...]])
        let bytes = sealed.erasing([0], coder: coder).envelope.encoded()
        #expect(!Self.contains(bytes, Self.salt))
        #expect(!Self.contains(bytes, EventHashing.valueSalt(eventSalt: Self.salt, index: 0)))
        #expect(!Self.contains(bytes, secret))
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard bytes.count >= part.count else { return false }
        return (0...bytes.count - part.count).contains { start in
            bytes[start..<start + part.count].elementsEqual(part)
        }
    }

    @Test("another key's event is refused, and one without a card waits")
    func authors() {
        var random = RandomEvents(seed: 5)
        let header = random.header()
        let sealed = seal(header, random.values(for: header))
        guard case .refused(.badSignature) = open(sealed.envelope, by: EventKey.make()) else {
            Issue.record("a wrong key must be refused")
            return
        }
        let opened = EventOpener(coder: coder).open(sealed.envelope) { _ in nil }
        guard case .unknownAuthor(header) = opened else {
            Issue.record("an event without a card must wait")
            return
        }
    }

    @Test("an envelope with any one bit changed is never accepted as anything else")
    func everyByte() {
        var random = RandomEvents(seed: 6)
        var header = random.header()
        header.changes = Array(header.changes.prefix(2))
        header.hasReasonText = false
        let values = [Array("{\"a\":1}".utf8)[...], Array(repeating: 0x20, count: 300)[...]]
        let sealed = seal(header, values)
        for envelope in [sealed.envelope, sealed.erasing([0], coder: coder).envelope] {
            let original = event(envelope)
            #expect(original != nil)
            let bytes = envelope.encoded()
            for index in bytes.indices {
                for bit in [1, 8, 128] as [UInt8] {
                    var changed = bytes
                    changed[index] ^= bit
                    guard let read = try? EventEnvelope(encoded: changed),
                        let found = event(read)
                    else { continue }
                    #expect(found.id == original?.id && found.values == original?.values)
                    #expect(found.headerBytes == original?.headerBytes)
                }
            }
        }
    }

    @Test("the limit of an event holds below, at and above", arguments: [-1, 0, 1])
    func eventLimit(offset: Int) {
        var random = RandomEvents(seed: 7)
        var header = random.header()
        header.changes = Array(header.changes.prefix(1))
        header.hasReasonText = false
        let room = EventLimits.eventBytesMax - header.encoded().count + offset
        let sealed = seal(header, [Array(repeating: 0x20, count: room)[...]])
        switch open(sealed.envelope) {
        case .event: #expect(offset <= 0)
        case .refused(let refusal): #expect(offset > 0 && refusal == .tooLarge)
        case .unknownAuthor: Issue.record("the author is known")
        }
    }

    @Test("fields of a later version are relayed byte for byte")
    func unknownFields() throws {
        var random = RandomEvents(seed: 8)
        let header = random.header()
        let values = random.values(for: header)
        // Field 1,000 with a text, in front; field 15 with a number, at the end.
        let later: [UInt8] = [0xC2, 0x3E, 3, 0x61, 0x62, 0x63]
        let headerBytes = later + header.encoded() + [0x78, 0x2A]
        let held = values.map { EventValue.held($0) }
        let leaves = try #require(EventHashing.leaves(of: held, salt: .whole(Self.salt)))
        let id = EventHashing.eventID(headerBytes: headerBytes, leaves: leaves)
        var envelope = seal(header, values).envelope
        envelope.headerFrame = coder.pack(headerBytes)
        #expect(event(envelope) == nil)
        envelope.signature = key.sign(id.bytes)
        let received = try #require(event(try relay(envelope)))
        #expect(received.header == header)
        #expect(received.headerBytes == headerBytes)
        #expect(received.id == id)
        let sealed = try EventOpener(coder: coder).reopen(envelope)
        let erased = sealed.erasing([0], coder: coder)
        #expect(event(try relay(erased.envelope))?.headerBytes == headerBytes)
    }

    @Test("frames packed in another way carry the same event")
    func otherFrames() throws {
        var random = RandomEvents(seed: 9)
        let header = random.header()
        let sealed = seal(header, random.values(for: header))
        for codec in FrameCodec.allCases {
            var envelope = sealed.envelope
            envelope.headerFrame = coder.pack(sealed.event.headerBytes, codec: codec)
            envelope.frames = try envelope.frames.map {
                coder.pack(try coder.unpack($0, contentBytesMax: 1 << 21), codec: codec)
            }
            #expect(event(envelope) == sealed.event)
        }
    }
}
