import CareRecord
import Signing
import WireFormat

/// Messages about streams: announcements, lanes, withdrawals, vectors and what is still to come.
extension PacketVectors {
    static var goodStreams: [Vector] {
        let part = { (from: UInt64, to: UInt64, streams: [StreamID], digest: [UInt8]) in
            SyncMessage.announce(
                Announce(
                    fromVersion: from, toVersion: to, added: streams, removed: [], digest: digest))
        }
        let deliveries = Lane.allCases.enumerated().map { index, lane in
            SyncMessage.deliver(
                Deliver(
                    number: UInt64(index) + 1, afterPosition: 76, throughPosition: 76, lane: lane,
                    events: [Sample.simple.envelope()]))
        }
        let packet = Packet(session: session, messages: deliveries)
        return [
            good(
                "announce-parts", "only the last part has a digest",
                part(0, 4, [.directory(Sample.site1)], []), part(4, 6, [Sample.stream], digest)),
            good("announce-nothing", "no set was ever shared", part(0, 0, [], digest)),
            Vector(
                "lanes", "a delivery of owed streams in each lane moves nothing",
                input: ["packet": .hex(packet.encoded(coder: FrameCoder()))],
                expect: [
                    "session": .hex(session),
                    "messages": .list(deliveries.map(Description.message)),
                ]),
        ] + goodWithdrawals + goodVectors
    }

    private static var goodWithdrawals: [Vector] {
        let answers = NoticeAnswer.Outcome.allCases.map { outcome in
            good(
                "notice-answer-\(outcome.rawValue)", "what was done, code \(outcome.rawValue)",
                .noticeAnswer(NoticeAnswer(id: WithdrawalNoticeVectors.notice.id, outcome: outcome))
            )
        }
        let notice = WithdrawalNoticeVectors.sign(WithdrawalNoticeVectors.notice)
        let unsigned = SignedWithdrawalNotice(
            notice: notice.notice, noticeBytes: notice.noticeBytes, signature: [])
        return [
            good("notice", "two streams were withdrawn", .notice(notice)),
            good("notice-unsigned", "read, and then not believed", .notice(unsigned)),
        ] + answers
    }

    private static var goodVectors: [Vector] {
        let held = [Sample.replica1, Sample.replica2].map {
            VersionVector.Entry(
                replica: $0, counter: SyncLimits.positionMax, event: Sample.eventID(0xE3))
        }
        let entries = [
            StreamVectors.Entry(
                stream: Sample.stream, vector: VersionVector(held) ?? VersionVector()),
            StreamVectors.Entry(stream: .directory(Sample.site1), vector: VersionVector()),
        ]
        return [
            good(
                "fetch", "every event of one writer",
                .fetch(
                    Fetch(
                        stream: Sample.stream, replica: Sample.replica2,
                        counters: 1...SyncLimits.positionMax))),
            good(
                "fetch-one", "one event",
                .fetch(Fetch(stream: Sample.stream, replica: Sample.replica2, counters: 7...7))),
            good(
                "vectors-asked", "of the second stream nothing is held",
                .vectors(StreamVectors(asks: true, entries: entries))),
            good(
                "vectors-answered", "one stream",
                .vectors(StreamVectors(asks: false, entries: [entries[0]]))),
            good(
                "standing", "two events are still to come",
                .standing(
                    Standing(
                        feedHead: 812, queuedEvents: 2, queuedBytes: 4_711,
                        oldestMilliseconds: 90_000))),
            good(
                "standing-nothing", "everything up to the head of the feed is held",
                .standing(
                    Standing(
                        feedHead: SyncLimits.positionMax, queuedEvents: 0, queuedBytes: 0,
                        oldestMilliseconds: 0))),
        ]
    }

    // MARK: - Bad

    static var badStreams: [Vector] {
        let stream = Proto.data(3, Sample.stream.bytes)
        let deliver = Proto.number(1, 1) + Proto.number(2, 5) + Proto.number(3, 5)
        return [
            refused("announce-digest-31", "31 bytes", 2, Proto.data(5, Array(digest.dropLast()))),
            refused("announce-backwards", "to below from", 2, Proto.number(1, 6)),
            refused(
                "announce-both", "a stream that joined and left", 2,
                stream + Proto.data(4, Sample.stream.bytes) + Proto.data(5, digest)),
            refused("lane-none", "a delivery has a lane", 4, deliver),
            refused("lane-4", "a lane of a later version", 4, deliver + Proto.number(5, 4)),
            refused("lane-257", "a lane is not one byte", 4, deliver + Proto.number(5, 257)),
        ] + badWithdrawals + badFetches + badVectors
    }

    private static var badWithdrawals: [Vector] {
        let fields = WithdrawalNoticeVectors.fields
        let names = Array(repeating: Proto.data(7, Sample.stream.bytes), count: 10_001)
        let signed = { (field: UInt64, bytes: [UInt8]) in
            WithdrawalNoticeVectors.signed(fields.replacing(field, bytes).bytes)
        }
        let id = Proto.data(1, WithdrawalNoticeVectors.notice.id.bytes)
        return [
            refused("notice-none", "no notice", 9, []),
            refused("notice-mode", "a mode of a later version", 9, signed(5, Proto.number(5, 3))),
            refused(
                "notice-streams-10001", "one stream too many", 9, signed(7, names.flatMap { $0 })),
            refused(
                "notice-above-1-mib", "a notice of more than 1 MiB", 9,
                signed(99, Proto.data(99, Array(repeating: 0, count: 1 << 20)))),
            refused("notice-answer-id", "no id", 10, Proto.number(2, 1)),
            refused("notice-answer-0", "no outcome has code 0", 10, id),
            refused("notice-answer-4", "an outcome that is unknown", 10, id + Proto.number(2, 4)),
        ]
    }

    private static var badFetches: [Vector] {
        let fetch = { (name: String, what: String, field: UInt64, bytes: [UInt8]) in
            let fields = ProtoFields([
                1: Proto.data(1, Sample.stream.bytes), 2: Proto.data(2, Sample.replica2.bytes),
                3: Proto.number(3, 2), 4: Proto.number(4, 7),
            ])
            return refused("fetch-" + name, what, 11, fields.replacing(field, bytes).bytes)
        }
        return [
            fetch("stream", "no stream", 1, []),
            fetch("replica", "a replica of one byte", 2, Proto.data(2, [1])),
            fetch("from-0", "counters count from 1", 3, []),
            fetch("to-0", "counters count from 1", 4, []),
            fetch("to-above", "a counter of 2^63", 4, Proto.number(4, 1 << 63)),
            fetch("backwards", "to below from", 4, Proto.number(4, 1)),
        ] + badStanding
    }

    private static var badStanding: [Vector] {
        (1...4).map { field in
            refused("standing-\(field)", "a number of 2^63", 13, Proto.number(field, 1 << 63))
        }
    }

    private static func entry(_ stream: StreamID, _ writers: [[UInt8]]) -> [UInt8] {
        Proto.data(2, Proto.data(1, stream.bytes) + writers.flatMap { Proto.data(2, $0) })
    }

    private static func writer(_ replica: Replica, counter: UInt64 = 4) -> [UInt8] {
        Proto.data(1, replica.bytes) + Proto.number(2, counter) + Proto.data(3, digest)
    }

    private static var badVectors: [Vector] {
        let replicas = [Sample.replica1, Sample.replica2].sorted()
        let one = { (name: String, what: String, writers: [[UInt8]]) in
            refused("vectors-" + name, what, 12, entry(Sample.stream, writers))
        }
        let site = { (number: Int) in
            StreamID.directory(SiteID(Bits128(high: 0, low: UInt64(number))))
        }
        let streams = (0...4_096).flatMap { entry(site($0), []) }
        let many = Array(repeating: writer(replicas[0]), count: 32_769)
        return [
            refused("vectors-none", "no stream", 12, Proto.number(1, 1)),
            refused("vectors-stream", "not a stream", 12, Proto.data(2, [])),
            refused(
                "vectors-descending", "streams ascend", 12, entry(site(2), []) + entry(site(1), [])),
            refused("vectors-twice", "a stream twice", 12, entry(site(1), []) + entry(site(1), [])),
            refused("vectors-4097", "one stream too many", 12, streams),
            one("replica", "a writer of no bytes", [Proto.number(2, 1) + Proto.data(3, digest)]),
            one("counter-0", "counters count from 1", [writer(replicas[0], counter: 0)]),
            one("counter-above", "a counter of 2^63", [writer(replicas[0], counter: 1 << 63)]),
            one(
                "event", "an event without an id",
                [Proto.data(1, replicas[0].bytes) + Proto.number(2, 1)]),
            one(
                "writers-descending", "writers ascend", [writer(replicas[1]), writer(replicas[0])]),
            one("writer-twice", "a writer twice", [writer(replicas[0]), writer(replicas[0])]),
            one("writers-32769", "one writer too many", many),
        ]
    }
}
