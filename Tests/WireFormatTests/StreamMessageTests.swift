import CareRecord
import Signing
import Testing
import WireFormat

@Suite("Messages about streams")
struct StreamMessageTests {
    private let coder = FrameCoder()
    private let session = Array(repeating: 1 as UInt8, count: 16)
    private let key = EventKey.make()

    private func relay(_ messages: [SyncMessage]) throws -> [SyncMessage] {
        let packet = Packet(session: session, messages: messages)
        return try Packet(encoded: packet.encoded(coder: coder), coder: coder).messages
    }

    private func refusal(_ message: SyncMessage) -> SyncRefusal? {
        do throws(SyncRefusal) {
            let packet = Packet(session: session, messages: [message])
            _ = try Packet(encoded: packet.encoded(coder: coder), coder: coder)
            return nil
        } catch {
            return error
        }
    }

    private func streams(_ count: Int) -> [StreamID] {
        (0..<count).map { .directory(SiteID(Bits128(high: 0, low: UInt64($0)))) }
    }

    private func writers(_ count: Int) -> VersionVector {
        var random = RandomEvents(seed: UInt64(count))
        let entries = (0..<count).map { number in
            VersionVector.Entry(
                replica: Replica(
                    site: SiteID(Bits128(high: 7, low: 7)),
                    incarnation: Incarnation(UInt64(number))), counter: random.counter(),
                event: random.eventID())
        }
        return VersionVector(entries) ?? VersionVector()
    }

    private func notice(_ streams: [StreamID]) -> SignedWithdrawalNotice {
        var random = RandomEvents(seed: 5)
        let notice = WithdrawalNotice(
            signer: random.replica(), id: NoticeID(random.bits()), policyVersion: 3,
            receiver: SiteID(random.bits()), mode: .erase, time: HybridTime(bits: 9),
            streams: streams)
        return SignedWithdrawalNotice(notice: notice, noticeBytes: notice.encoded(), key: key)
    }

    @Test("every message is read as it was written")
    func roundTrip() throws {
        var random = RandomEvents(seed: 4)
        let announces = [[], Array(repeating: 2 as UInt8, count: 32)].map { digest in
            SyncMessage.announce(
                Announce(
                    fromVersion: 2, toVersion: 2, added: [], removed: streams(3), digest: digest))
        }
        let entries = streams(3).enumerated().map { index, stream in
            StreamVectors.Entry(stream: stream, vector: writers(index))
        }
        let lanes = Lane.allCases.map { lane in
            SyncMessage.deliver(
                Deliver(number: 1, afterPosition: 4, throughPosition: 4, lane: lane, events: []))
        }
        let answers = NoticeAnswer.Outcome.allCases.map { outcome in
            SyncMessage.noticeAnswer(NoticeAnswer(id: NoticeID(random.bits()), outcome: outcome))
        }
        let messages: [SyncMessage] = [
            .notice(notice(streams(2))),
            .fetch(Fetch(stream: random.stream(), replica: random.replica(), counters: 3...9)),
            .vectors(StreamVectors(asks: true, entries: entries)),
            .vectors(StreamVectors(asks: false, entries: entries)),
            .standing(
                Standing(feedHead: 1, queuedEvents: 2, queuedBytes: 3, oldestMilliseconds: 4)),
        ]
        let all = announces + lanes + answers + messages + SyncRefusal.allCases.map { .refusal($0) }
        #expect(try relay(all) == all)
    }

    @Test("a notice keeps its bytes and its signature on every way")
    func verbatim() throws {
        let signed = notice(streams(3))
        let later = SignedWithdrawalNotice(
            notice: signed.notice, noticeBytes: signed.noticeBytes + [0x9A, 0x06, 1, 0], key: key)
        for signed in [signed, later] {
            guard case .notice(let relayed) = try relay([.notice(signed)]).first else {
                Issue.record("another message arrived")
                continue
            }
            #expect(relayed == signed)
            #expect(relayed.isSigned(by: key.publicKey))
            #expect(try SignedWithdrawalNotice(encoded: relayed.encoded()) == signed)
        }
    }

    @Test("limits hold below, at and above", arguments: [-1, 0, 1])
    func limits(offset: Int) {
        let expected: SyncRefusal? = offset > 0 ? .badMessage : nil
        #expect(refusal(.notice(notice(streams(10_000 + offset)))) == expected)
        let entries = streams(SyncLimits.vectorStreamsMax + offset).map {
            StreamVectors.Entry(stream: $0, vector: VersionVector())
        }
        #expect(refusal(.vectors(StreamVectors(asks: true, entries: entries))) == expected)
        let half = SyncLimits.vectorWritersMax / 2
        let full = [half, half + offset].enumerated().map { index, count in
            StreamVectors.Entry(stream: streams(2)[index], vector: writers(count))
        }
        #expect(refusal(.vectors(StreamVectors(asks: false, entries: full))) == expected)
        let removed = streams(SyncLimits.announcedStreamsMax + offset)
        let announce = Announce(
            fromVersion: 0, toVersion: 1, added: [], removed: removed, digest: [])
        #expect(refusal(.announce(announce)) == expected)
    }

    @Test("what names nothing, or does not ascend, is refused")
    func order() {
        #expect(refusal(.notice(notice([]))) == .badMessage)
        #expect(refusal(.notice(notice(streams(2).reversed()))) == .badMessage)
        #expect(refusal(.vectors(StreamVectors(asks: true, entries: []))) == .badMessage)
        let entries = streams(2).reversed().map {
            StreamVectors.Entry(stream: $0, vector: VersionVector())
        }
        #expect(refusal(.vectors(StreamVectors(asks: true, entries: entries))) == .badMessage)
        let counters: ClosedRange<UInt64> = 1...1 << 63
        let fetch = Fetch(
            stream: streams(1)[0], replica: notice([]).notice.signer, counters: counters)
        #expect(refusal(.fetch(fetch)) == .badMessage)
    }

    @Test("an announcement goes forward, and no stream of it joins and leaves")
    func announcements() {
        let streams = streams(2)
        var announce = Announce(
            fromVersion: 5, toVersion: 5, added: [streams[0]], removed: [streams[1]], digest: [])
        #expect(refusal(.announce(announce)) == nil)
        announce.toVersion = 4
        #expect(refusal(.announce(announce)) == .badMessage)
        announce.toVersion = 6
        announce.removed = streams
        #expect(refusal(.announce(announce)) == .badMessage)
        announce.removed = []
        announce.digest = [1]
        #expect(refusal(.announce(announce)) == .badMessage)
    }

    @Test("what may still come is told in 63 bits", arguments: 0..<4)
    func standing(part: Int) {
        let numbers = { (value: UInt64) in (0..<4).map { $0 == part ? value : 0 } }
        let standing = { (values: [UInt64]) in
            SyncMessage.standing(
                Standing(
                    feedHead: values[0], queuedEvents: values[1], queuedBytes: values[2],
                    oldestMilliseconds: values[3]))
        }
        #expect(refusal(standing(numbers(SyncLimits.positionMax))) == nil)
        #expect(refusal(standing(numbers(SyncLimits.positionMax + 1))) == .badMessage)
    }

    @Test("a packet with any one byte changed never traps")
    func everyByte() throws {
        let packet = Packet(
            session: session,
            messages: [
                .notice(notice(streams(2))),
                .vectors(
                    StreamVectors(
                        asks: true,
                        entries: [StreamVectors.Entry(stream: streams(1)[0], vector: writers(2))])),
                .fetch(
                    Fetch(
                        stream: streams(1)[0], replica: notice([]).notice.signer, counters: 1...2)),
            ])
        let packed = packet.encoded(coder: coder)
        let wire = coder.pack(
            try coder.unpack(packed, contentBytesMax: SyncLimits.packetBytesMax), codec: .raw)
        for index in wire.indices {
            for bit in [1, 4, 128] as [UInt8] {
                var changed = wire
                changed[index] ^= bit
                _ = try? Packet(encoded: changed, coder: coder)
            }
        }
    }
}
