import CareRecord
import Signing
import WireFormat

extension Description {
    /// A signed withdrawal notice, in the words of the vector files.
    static func notice(_ signed: SignedWithdrawalNotice) -> JSON {
        let notice = signed.notice
        return [
            "signer": .hex(notice.signer.bytes), "id": .hex(notice.id.bytes),
            "policyVersion": .decimal(notice.policyVersion),
            "receiver": .hex(notice.receiver.bytes), "mode": .text("\(notice.mode)"),
            "time": .decimal(notice.time.bits),
            "streams": .list(notice.streams.map { .hex($0.bytes) }),
            "signature": .hex(signed.signature),
        ]
    }

    /// What is asked for again.
    static func fetch(_ fetch: Fetch) -> JSON {
        [
            "stream": .hex(fetch.stream.bytes), "replica": .hex(fetch.replica.bytes),
            "from": .decimal(fetch.counters.lowerBound), "to": .decimal(fetch.counters.upperBound),
        ]
    }

    /// What is held of some streams.
    static func vectors(_ vectors: StreamVectors) -> JSON {
        let entries = vectors.entries.map { entry -> JSON in
            let writers = entry.vector.entries.map { held -> JSON in
                [
                    "replica": .hex(held.replica.bytes), "counter": .decimal(held.counter),
                    "event": .hex(held.event.bytes),
                ]
            }
            return ["stream": .hex(entry.stream.bytes), "writers": .list(writers)]
        }
        return ["asks": .bool(vectors.asks), "entries": .list(entries)]
    }

    /// What is still to come.
    static func standing(_ standing: Standing) -> JSON {
        [
            "feedHead": .decimal(standing.feedHead),
            "queuedEvents": .decimal(standing.queuedEvents),
            "queuedBytes": .decimal(standing.queuedBytes),
            "oldestMilliseconds": .decimal(standing.oldestMilliseconds),
        ]
    }

    /// A question for a patient.
    static func ask(_ ask: Ask) -> JSON {
        let identifiers = ask.identifiers.map { identifier -> JSON in
            ["system": .text(identifier.system), "value": .text(identifier.value)]
        }
        return [
            "id": .hex(ask.id.bytes), "identifiers": .list(identifiers),
            "family": .optional(ask.family) { .text($0) },
            "given": .optional(ask.given) { .text($0) },
            "birthDate": .optional(ask.birthDate) { .text($0) },
            "purpose": .text(ask.purpose), "requester": .text(ask.requester),
            "reason": .text(ask.reason),
        ]
    }

    /// The answer to it.
    static func askAnswer(_ answer: AskAnswer) -> JSON {
        switch answer.outcome {
        case .granted(let patient):
            ["id": .hex(answer.id.bytes), "outcome": "granted", "patient": .hex(patient.bytes)]
        case .nothing: ["id": .hex(answer.id.bytes), "outcome": "nothing", "patient": .null]
        }
    }
}
