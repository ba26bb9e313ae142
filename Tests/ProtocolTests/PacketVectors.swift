import CareRecord
import Signing
import Testing
import WireFormat

@Suite("Vectors of packets")
struct PacketVectors {
    @Test("every packet is read or refused as its vector says")
    func packets() throws {
        let coder = FrameCoder()
        try VectorFile.check(Self.file, named: "packets") { input in
            do throws(SyncRefusal) {
                let packet = try Packet(encoded: input["packet"].bytes, coder: coder)
                let again = try Packet(encoded: packet.encoded(coder: coder), coder: coder)
                #expect(again == packet)
                return [
                    "session": .hex(packet.session),
                    "messages": .list(packet.messages.map(Description.message)),
                ]
            } catch {
                return ["refusal": .number(Int(error.rawValue))]
            }
        }
    }

    private static var file: VectorFile {
        VectorFile(
            name: "packets", specification: "sync-v1.md §4, §5",
            about: "The body of a request or response; its messages, or the refusal's code.",
            vectors: good + goodStreams + goodAsks + goodCosigns + later + bad + badLists
                + badStreams + badAsks + badCosigns + tooMany)
    }

    static let session = Array(repeating: 0x5E as UInt8, count: 16)
    static let digest = Array(repeating: 0xD1 as UInt8, count: 32)
    private static let feed = FeedID(Sample.bits(0xFE))

    // MARK: - Good

    static func good(_ name: String, _ what: String, _ messages: SyncMessage...) -> Vector {
        let packet = Packet(session: session, messages: messages)
        return Vector(
            name, what, input: ["packet": .hex(packet.encoded(coder: FrameCoder()))],
            expect: [
                "session": .hex(session), "messages": .list(messages.map(Description.message)),
            ])
    }

    private static var hello: Hello {
        Hello(
            protocolMin: 1, protocolMax: 1, replica: Sample.replica1, feed: feed, feedHead: 812,
            feedHeadEvent: Sample.eventID(0xE1), shareVersion: 6, shareDigest: digest,
            time: Sample.header().time,
            echo: Hello.Echo(
                feed: FeedID(Sample.bits(0xFD)), position: 77, event: Sample.eventID(0xE2),
                shareVersion: 3),
            sessionToken: Array(repeating: 0x70, count: 16),
            directSites: [Sample.site1, Sample.site2].sorted(), codecs: [0, 1, 2])
    }

    private static var good: [Vector] {
        var contact = hello
        contact.feedHead = 0
        contact.feedHeadEvent = nil
        contact.echo = nil
        contact.directSites = []
        let streams: [StreamID] = [
            .directory(Sample.site1), .patient(Sample.patient1, .identity), Sample.stream,
            .unknown(kind: 9, subject: [1]),
        ].sorted()
        let card = SignedNodeCard(
            card: NodeCardVectors.first, cardBytes: NodeCardVectors.first.encoded(),
            key: Sample.key1, predecessor: nil)
        let dot = Dot(replica: Sample.replica2, counter: 4)
        let outcomes: [EventOutcome] =
            [
                .accepted, .duplicate, .pending(.event(dot)), .pending(.card(Sample.replica2)),
                .pending(.erasure), .full, .accepted,
            ] + EventRefusal.allCases.map { .refused($0) }
        return [
            good("empty", "no messages"),
            good("hello", "every field of a hello", .hello(hello)),
            good("hello-first-contact", "an empty feed, no echo", .hello(contact)),
            good(
                "announce", "streams that joined and left",
                .announce(
                    Announce(
                        fromVersion: 5, toVersion: 6, added: streams,
                        removed: [.patient(Sample.patient2, .general)], digest: digest))),
            good(
                "cards-and-deliver", "the cards of authors stand before their events",
                .cards([card]),
                .deliver(
                    Deliver(
                        number: 1, afterPosition: 76, throughPosition: 78, lane: .current,
                        events: [Sample.simple.envelope(), Sample.event(changes: 2).envelope()]))),
            good(
                "answer", "every outcome and every detail",
                .answer(Answer(number: 1, outcomes: outcomes))),
            good(
                "wait", "the longest wait",
                .wait(Wait(milliseconds: 30_000, directSites: [Sample.site2], number: 7))),
            good(
                "blob-request", "from the start of a blob",
                .blobRequest(BlobRequest(sha256: digest, offset: 0, stream: Sample.stream))),
            good(
                "blob-chunk", "a piece of a blob",
                .blobChunk(
                    BlobChunk(
                        sha256: digest, offset: 4, totalBytes: 9, content: Array("piece".utf8)))),
            good(
                "blob-not-held", "not held, or not shared with the asker",
                .blobChunk(BlobChunk(sha256: digest, offset: 0, totalBytes: 0, content: []))),
        ]
            + SyncRefusal.allCases.map {
                good("refusal-\($0.rawValue)", "a session ends, code \($0.rawValue)", .refusal($0))
            }
    }

    private static func packet(_ messages: [UInt8]...) -> [UInt8] {
        Proto.data(1, session) + messages.flatMap { Proto.data(2, $0) }
    }

    private static var later: [Vector] {
        let unknown: JSON = ["session": .hex(session), "messages": ["unknown"]]
        let refusal: JSON = ["session": .hex(session), "messages": [["refusal": 0]]]
        let answer: JSON = [
            "session": .hex(session),
            "messages": [["answer": ["number": "1", "outcomes": [["refused": 0]]]]],
        ]
        let cases: [(String, String, [UInt8], JSON)] = [
            (
                "message-19", "a message of a later version is passed over",
                packet(Proto.data(19, [])), unknown
            ),
            ("message-none", "a message without a body", packet([]), unknown),
            (
                "refusal-99", "a reason of a later version reads as other",
                packet(Proto.data(15, Proto.number(1, 99))), refusal
            ),
            (
                "refused-99", "so does one for an event",
                packet(
                    Proto.data(
                        5,
                        Proto.number(1, 1) + Proto.data(2, [4])
                            + Proto.data(3, Proto.number(4, 99)))), answer
            ),
        ]
        return cases.map { name, what, content, expect in
            Vector(name, what, input: ["packet": .hex(Proto.rawFrame(content))], expect: expect)
        }
    }

    // MARK: - Bad

    private static func refused(_ name: String, _ what: String, frame: [UInt8]) -> Vector {
        Vector(
            name, what, input: ["packet": .hex(frame)],
            expect: ["refusal": .number(Int(SyncRefusal.badMessage.rawValue))])
    }

    static func refused(
        _ name: String, _ what: String, _ number: UInt64, _ message: [UInt8]
    ) -> Vector {
        let content = packet(Proto.data(number, message))
        return refused(
            name, what,
            frame: FrameCoder().pack(content, codec: content.count > 2_000 ? .zstd : .raw))
    }

    /// The fields of `hello` that a hello cannot do without.
    private static let helloFields = ProtoFields([
        1: Proto.number(1, 1), 2: Proto.number(2, 1), 3: Proto.data(3, Sample.replica1.bytes),
        4: Proto.data(4, feed.bytes), 8: Proto.data(8, digest), 11: Proto.data(11, session),
    ])

    private static var bad: [Vector] {
        let beyond: UInt64 = 1 << 63
        let hello = { (name: String, what: String, field: UInt64, bytes: [UInt8]) in
            refused("hello-" + name, what, 1, helloFields.replacing(field, bytes).bytes)
        }
        return [
            refused("no-bytes", "not a frame", frame: []),
            refused("codec-3", "a codec of a later version", frame: [3, 0]),
            refused(
                "claims-above-10-mib", "more than a packet may have",
                frame: [1] + Proto.varint(10 << 20 + 1) + [0]),
            refused(
                "not-protocol-buffers", "a frame of something else", frame: Proto.rawFrame([0xFF])),
            refused(
                "session-15", "a session of 15 bytes",
                frame: Proto.rawFrame(Proto.data(1, Array(session.dropLast())))),
            refused("session-none", "no session", frame: Proto.rawFrame([])),
            hello("replica", "a replica of one byte", 3, Proto.data(3, [1])),
            hello("feed", "no feed", 4, []),
            hello("feed-head", "a position of 2^63", 5, Proto.number(5, beyond)),
            hello("feed-head-event", "an id of one byte", 6, Proto.data(6, [1])),
            hello("share-version", "a version of 2^63", 7, Proto.number(7, beyond)),
            hello("share-digest", "no digest", 8, []),
            hello("echo", "an echo without a feed", 10, Proto.data(10, [])),
            hello(
                "echo-position", "a position of 2^63", 10,
                Proto.data(10, Proto.data(1, feed.bytes) + Proto.number(2, beyond))),
            hello("token", "a token of one byte", 11, Proto.data(11, [1])),
            hello("site", "a site of one byte", 12, Proto.data(12, [1])),
            refused("announce-digest", "a digest of one byte", 2, Proto.data(5, [1])),
            refused(
                "announce-stream", "not a stream", 2, Proto.data(3, [0]) + Proto.data(5, digest)),
            refused(
                "announce-version", "a version of 2^63", 2,
                Proto.number(2, beyond) + Proto.data(5, digest)),
            refused("card", "not a card", 3, Proto.data(1, [])),
            refused(
                "delivery-0", "deliveries count from 1", 4, Proto.number(3, 5) + Proto.number(5, 2)),
            refused(
                "delivery-backwards", "through before after", 4,
                Proto.number(1, 1) + Proto.number(2, 6) + Proto.number(3, 5) + Proto.number(5, 2)),
            refused(
                "delivery-position", "a position of 2^63", 4,
                Proto.number(1, 1) + Proto.number(3, beyond) + Proto.number(5, 2)),
            refused(
                "wait-30001", "a millisecond too long", 6,
                Proto.number(1, 30_001) + Proto.number(3, 1)),
            refused("wait-site", "a site of one byte", 6, Proto.data(2, [1]) + Proto.number(3, 1)),
            refused("wait-0", "waits count from 1", 6, Proto.number(1, 1)),
            refused("blob-request-digest", "no digest", 7, Proto.data(3, Sample.stream.bytes)),
            refused("blob-request-stream", "no stream", 7, Proto.data(1, digest)),
            refused(
                "blob-request-offset", "an offset of 2^63", 7,
                Proto.data(1, digest) + Proto.number(2, beyond) + Proto.data(3, Sample.stream.bytes)
            ),
            refused("blob-chunk-digest", "no digest", 8, Proto.number(3, 1)),
            refused(
                "blob-chunk-total", "a length of 2^63", 8,
                Proto.data(1, digest) + Proto.number(3, beyond)),
        ]
    }

    private static var badLists: [Vector] {
        let streams = [StreamID.directory(Sample.site1), Sample.stream].sorted().map(\.bytes)
        let sites = [Sample.site1, Sample.site2].sorted().map(\.bytes)
        let end = Proto.data(5, digest)
        let answer = { (name: String, what: String, outcomes: [UInt8], details: [UInt8]) in
            refused(
                "answer-" + name, what, 5, Proto.number(1, 1) + Proto.data(2, outcomes) + details)
        }
        let replica = Proto.data(2, Sample.replica2.bytes)
        let waits = { (fields: [UInt8]) in Proto.data(3, fields) }
        return [
            refused(
                "added-descending", "streams ascend", 2,
                Proto.data(3, streams[1]) + Proto.data(3, streams[0]) + end),
            refused(
                "added-twice", "one stream twice", 2,
                Proto.data(3, streams[0]) + Proto.data(3, streams[0]) + end),
            refused(
                "removed-descending", "streams ascend", 2,
                Proto.data(4, streams[1]) + Proto.data(4, streams[0]) + end),
            refused(
                "sites-descending", "sites ascend", 6,
                Proto.data(2, sites[1]) + Proto.data(2, sites[0])),
            refused(
                "codecs-descending", "codecs ascend", 1,
                helloFields.replacing(13, Proto.data(13, [1, 0])).bytes),
            answer("outcome-0", "no outcome has code 0", [0], []),
            answer("outcome-6", "an outcome of a later version", [6], []),
            answer("pending-alone", "a pending event waits for something", [3], []),
            answer(
                "pending-reason", "for something that has a name", [3], waits(Proto.number(4, 9))),
            answer("pending-dot", "a dot counts from 1", [3], waits(replica + Proto.number(4, 1))),
            answer(
                "pending-counter", "a counter of 2^63", [3],
                waits(replica + Proto.number(3, 1 << 63) + Proto.number(4, 1))),
            answer("pending-replica", "a card has a replica", [3], waits(Proto.number(4, 2))),
            answer("details-more", "more details than outcomes", [4], waits([]) + waits([])),
            answer(
                "details-descending", "details ascend by index", [4, 4],
                waits(Proto.number(1, 1)) + waits(Proto.number(1, 0))),
            answer("details-beyond", "a detail of no outcome", [4], waits(Proto.number(1, 1))),
        ]
    }

    private static var tooMany: [Vector] {
        let repeated = { (field: UInt64, item: [UInt8], count: Int) in
            Array(repeating: Proto.data(field, item), count: count).flatMap { $0 }
        }
        let name = StreamID.directory(Sample.site1).bytes
        let messages = Proto.data(1, session) + repeated(2, [], 65)
        return [
            refused("messages-65", "one message too many", frame: Proto.rawFrame(messages)),
            refused(
                "events-4097", "one event too many", 4,
                Proto.number(1, 1) + repeated(4, [], 4_097) + Proto.number(5, 2)),
            refused(
                "outcomes-4097", "one outcome too many", 5,
                Proto.data(2, Array(repeating: 1, count: 4_097))),
            refused(
                "cards-257", "one card too many; the number is checked first", 3,
                repeated(1, [], 257)),
            refused(
                "added-20001", "one stream too many", 2,
                repeated(3, name, 20_001) + Proto.data(5, digest)),
            refused(
                "removed-20001", "one stream too many", 2,
                repeated(4, name, 20_001) + Proto.data(5, digest)),
            refused(
                "wait-sites-4097", "one site too many", 6, repeated(2, Sample.site1.bytes, 4_097)),
            refused(
                "hello-sites-4097", "one site too many", 1,
                helloFields.replacing(12, repeated(12, Sample.site1.bytes, 4_097)).bytes),
            refused(
                "codecs-4097", "one codec too many", 1,
                helloFields.replacing(13, Proto.data(13, Array(repeating: 1, count: 4_097))).bytes),
            refused(
                "chunk-above-1-mib", "one byte too many", 8,
                Proto.data(1, digest) + Proto.data(4, Array(repeating: 0, count: 1 << 20 + 1))),
        ]
    }
}
