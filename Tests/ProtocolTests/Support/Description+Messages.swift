import CareRecord
import Signing
import WireFormat

extension Description {
    /// A message of a session, in the words of the vector files.
    static func message(_ message: SyncMessage) -> JSON {
        switch message {
        case .hello(let hello): ["hello": self.hello(hello)]
        case .announce(let announce): ["announce": self.announce(announce)]
        case .cards(let cards): ["cards": .list(cards.map { card($0.card) })]
        case .deliver(let deliver):
            [
                "deliver": [
                    "number": .decimal(deliver.number),
                    "afterPosition": .decimal(deliver.afterPosition),
                    "throughPosition": .decimal(deliver.throughPosition),
                    "lane": .text("\(deliver.lane)"),
                    "events": .list(deliver.events.map { .hex($0.encoded()) }),
                ]
            ]
        case .answer(let answer):
            [
                "answer": [
                    "number": .decimal(answer.number),
                    "outcomes": .list(answer.outcomes.map(outcome)),
                ]
            ]
        case .wait(let wait):
            [
                "wait": [
                    "milliseconds": .number(Int(wait.milliseconds)),
                    "directSites": .list(wait.directSites.map { .hex($0.bytes) }),
                    "number": .decimal(wait.number),
                ]
            ]
        case .blobRequest(let request):
            [
                "blobRequest": [
                    "sha256": .hex(request.sha256), "offset": .decimal(request.offset),
                    "stream": .hex(request.stream.bytes),
                ]
            ]
        case .blobChunk(let chunk):
            [
                "blobChunk": [
                    "sha256": .hex(chunk.sha256), "offset": .decimal(chunk.offset),
                    "totalBytes": .decimal(chunk.totalBytes),
                    "content": value(.held(chunk.content[...])),
                ]
            ]
        case .notice(let signed): ["notice": notice(signed)]
        case .noticeAnswer(let answer):
            ["noticeAnswer": ["id": .hex(answer.id.bytes), "outcome": .text("\(answer.outcome)")]]
        case .fetch(let fetch): ["fetch": self.fetch(fetch)]
        case .vectors(let vectors): ["vectors": self.vectors(vectors)]
        case .standing(let standing): ["standing": self.standing(standing)]
        case .ask(let ask): ["ask": self.ask(ask)]
        case .askAnswer(let answer): ["askAnswer": askAnswer(answer)]
        case .cosign(let cosign): ["cosign": self.cosign(cosign)]
        case .cosignAnswer(let answer): ["cosignAnswer": cosignAnswer(answer)]
        case .refusal(let refusal): ["refusal": .number(Int(refusal.rawValue))]
        case .unknown: "unknown"
        }
    }

    private static func cosign(_ cosign: Cosign) -> JSON {
        ["number": .decimal(cosign.number), "request": value(.held(cosign.request[...]))]
    }

    private static func cosignAnswer(_ answer: CosignAnswer) -> JSON {
        [
            "number": .decimal(answer.number), "status": .number(Int(answer.status)),
            "answer": value(.held(answer.answer[...])), "head": value(.held(answer.head[...])),
        ]
    }

    private static func hello(_ hello: Hello) -> JSON {
        [
            "protocolMin": .number(Int(hello.protocolMin)),
            "protocolMax": .number(Int(hello.protocolMax)),
            "replica": .hex(hello.replica.bytes), "feed": .hex(hello.feed.bytes),
            "feedHead": .decimal(hello.feedHead),
            "feedHeadEvent": .optional(hello.feedHeadEvent) { .hex($0.bytes) },
            "shareVersion": .decimal(hello.shareVersion), "shareDigest": .hex(hello.shareDigest),
            "time": .decimal(hello.time.bits),
            "echo": .optional(hello.echo) { echo in
                [
                    "feed": .hex(echo.feed.bytes), "position": .decimal(echo.position),
                    "event": .optional(echo.event) { .hex($0.bytes) },
                    "shareVersion": .decimal(echo.shareVersion),
                ]
            },
            "sessionToken": .hex(hello.sessionToken),
            "directSites": .list(hello.directSites.map { .hex($0.bytes) }),
            "codecs": .list(hello.codecs.map { .number(Int($0)) }),
        ]
    }

    private static func announce(_ announce: Announce) -> JSON {
        [
            "fromVersion": .decimal(announce.fromVersion),
            "toVersion": .decimal(announce.toVersion),
            "added": .list(announce.added.map { .hex($0.bytes) }),
            "removed": .list(announce.removed.map { .hex($0.bytes) }),
            "digest": announce.digest.isEmpty ? .null : .hex(announce.digest),
        ]
    }

    private static func outcome(_ outcome: EventOutcome) -> JSON {
        switch outcome {
        case .accepted: "accepted"
        case .duplicate: "duplicate"
        case .full: "full"
        case .refused(let reason): ["refused": .number(Int(reason.rawValue))]
        case .pending(.event(let dot)):
            [
                "pending": "event", "replica": .hex(dot.replica.bytes),
                "counter": .decimal(dot.counter),
            ]
        case .pending(.card(let replica)): ["pending": "card", "replica": .hex(replica.bytes)]
        case .pending(.erasure): ["pending": "erasure"]
        }
    }
}
