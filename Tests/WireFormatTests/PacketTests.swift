import CareRecord
import Signing
import Testing
import WireFormat

@Suite("Packet")
struct PacketTests {
    private let coder = FrameCoder()
    private let session = Array(repeating: 1 as UInt8, count: 16)
    private let digest = Array(repeating: 2 as UInt8, count: 32)

    private func relay(_ messages: [SyncMessage]) throws -> Packet {
        let packet = Packet(session: session, messages: messages)
        return try Packet(encoded: packet.encoded(coder: coder), coder: coder)
    }

    private func refusal(_ messages: [SyncMessage]) -> SyncRefusal? {
        do throws(SyncRefusal) {
            let packet = Packet(session: session, messages: messages)
            _ = try Packet(encoded: packet.encoded(coder: coder), coder: coder)
            return nil
        } catch {
            return error
        }
    }

    private func sites(_ count: Int) -> [SiteID] {
        (0..<count).map { SiteID(Bits128(high: 0, low: UInt64($0))) }
    }

    private func hello() -> Hello {
        var random = RandomEvents(seed: 1)
        return Hello(
            protocolMin: 1, protocolMax: 1, replica: random.replica(), feed: FeedID(random.bits()),
            feedHead: 3, feedHeadEvent: random.eventID(), shareVersion: 4, shareDigest: digest,
            time: HybridTime(bits: 5), echo: nil, sessionToken: session, directSites: sites(2),
            codecs: [0, 1, 2])
    }

    @Test("every message is read as it was written")
    func roundTrip() throws {
        var random = RandomEvents(seed: 2)
        let header = random.header()
        let sealed = EventSealer(key: EventKey.make(), coder: coder).seal(
            header, values: random.values(for: header), salt: session)
        let messages: [SyncMessage] = [
            .hello(hello()),
            .announce(
                Announce(
                    fromVersion: 0, toVersion: 1, added: [.directory(SiteID(random.bits()))],
                    removed: [], digest: digest)),
            .deliver(
                Deliver(
                    number: 1, afterPosition: 0, throughPosition: 1, lane: .backfill,
                    events: [sealed.envelope])),
            .answer(
                Answer(number: 1, outcomes: [.accepted, .pending(.erasure), .refused(.other)])),
            .wait(Wait(milliseconds: 0, directSites: [], number: 1)),
            .blobRequest(BlobRequest(sha256: digest, offset: 9, stream: header.stream)),
            .blobChunk(BlobChunk(sha256: digest, offset: 9, totalBytes: 10, content: [7])),
            .refusal(.unavailable), .unknown,
        ]
        #expect(try relay(messages).messages == messages)
        for message in messages {
            #expect(try relay([message]).messages == [message])
        }
    }

    @Test("limits hold below, at and above", arguments: [-1, 0, 1])
    func limits(offset: Int) {
        let expected: SyncRefusal? = offset > 0 ? .badMessage : nil
        let waits = (0..<SyncLimits.packetMessagesMax + offset).map { _ in
            SyncMessage.wait(Wait(milliseconds: 0, directSites: [], number: 1))
        }
        #expect(refusal(waits) == expected)
        let milliseconds = UInt32(Int(SyncLimits.waitMillisecondsMax) + offset)
        #expect(
            refusal([.wait(Wait(milliseconds: milliseconds, directSites: [], number: 1))])
                == expected)
        let direct = sites(SyncLimits.listItemsMax + offset)
        #expect(refusal([.wait(Wait(milliseconds: 0, directSites: direct, number: 1))]) == expected)
        let content = Array(repeating: 0 as UInt8, count: SyncLimits.blobChunkBytesMax + offset)
        let chunk = BlobChunk(
            sha256: digest, offset: 0, totalBytes: UInt64(content.count), content: content)
        #expect(refusal([.blobChunk(chunk)]) == expected)
        let outcomes = Array(
            repeating: EventOutcome.full, count: SyncLimits.deliveryEventsMax + offset)
        #expect(refusal([.answer(Answer(number: 1, outcomes: outcomes))]) == expected)
        let event = EventEnvelope(
            headerFrame: [], signature: [], salt: .whole([]), frames: [], erased: [])
        let deliver = Deliver(
            number: 1, afterPosition: 0, throughPosition: 1, lane: .current,
            events: Array(repeating: event, count: SyncLimits.deliveryEventsMax + offset))
        #expect(refusal([.deliver(deliver)]) == expected)
        let streams = (0..<SyncLimits.announcedStreamsMax + offset).map { number in
            StreamID.directory(SiteID(Bits128(high: 0, low: UInt64(number))))
        }
        let announce = Announce(
            fromVersion: 0, toVersion: 1, added: streams, removed: [], digest: digest)
        #expect(refusal([.announce(announce)]) == expected)
    }

    @Test("lists that must ascend and positions above 63 bits are refused")
    func orderAndPositions() {
        #expect(
            refusal([.wait(Wait(milliseconds: 0, directSites: sites(2).reversed(), number: 1))])
                == .badMessage
        )
        var hello = hello()
        #expect(refusal([.hello(hello)]) == nil)
        hello.codecs = [1, 1]
        #expect(refusal([.hello(hello)]) == .badMessage)
        hello = self.hello()
        hello.feedHead = SyncLimits.positionMax
        #expect(refusal([.hello(hello)]) == nil)
        hello.feedHead += 1
        #expect(refusal([.hello(hello)]) == .badMessage)
    }

    @Test("a packet with any one byte changed never traps")
    func everyByte() throws {
        let packet = Packet(session: session, messages: [.hello(hello())])
        var wire = packet.encoded(coder: coder)
        if wire[0] != 0 {
            let content = try coder.unpack(wire, contentBytesMax: SyncLimits.packetBytesMax)
            wire = coder.pack(content, codec: .raw)
        }
        for index in wire.indices {
            for bit in [1, 4, 128] as [UInt8] {
                var changed = wire
                changed[index] ^= bit
                _ = try? Packet(encoded: changed, coder: coder)
            }
        }
    }

    @Test("a node card survives the wire, and its limits hold")
    func nodeCard() throws {
        let key = EventKey.make()
        var card = NodeCard(
            replica: Replica(site: key.publicKey.siteID, incarnation: Incarnation(7)),
            name: "Sample", postalAddress: "", eventKey: key.publicKey, auditKey: digest,
            witnessKey: digest, tlsFingerprints: [digest], endpoints: ["a.example:1"],
            validFromMilliseconds: -1, validUntilMilliseconds: 1, predecessorEventKey: nil)
        let signed = SignedNodeCard(
            card: card, cardBytes: card.encoded(), key: key, predecessor: nil)
        #expect(try SignedNodeCard(encoded: signed.encoded()) == signed)
        #expect(try relay([.cards([signed])]).messages == [.cards([signed])])
        #expect(signed.refusal(knownKeys: []) == nil)
        card.name = String(repeating: "n", count: 200)
        #expect(try NodeCard(encoded: card.encoded()) == card)
        card.name += "n"
        #expect(throws: DecodingFailure.tooLong) { try NodeCard(encoded: card.encoded()) }
    }
}
