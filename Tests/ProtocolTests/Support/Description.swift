import CareRecord
import Signing
import WireFormat

/// What a header, event or card says, in the words of the vector files.
enum Description {
    static func header(_ header: EventHeader) -> JSON {
        [
            "schemaVersion": .number(Int(header.schemaVersion)),
            "stream": .hex(header.stream.bytes),
            "replica": .hex(header.dot.replica.bytes),
            "counter": .decimal(header.dot.counter),
            "previous": .optional(header.previous) { .hex($0.bytes) },
            "dependencies": .list(
                header.dependencies.map {
                    [
                        "replica": .hex($0.dot.replica.bytes), "counter": .decimal($0.dot.counter),
                        "event": .hex($0.event.bytes),
                    ]
                }),
            "time": .decimal(header.time.bits),
            "recordedMilliseconds": .decimal(header.recordedMilliseconds),
            "author": [
                "practitioner": .text(header.author.practitioner),
                "role": .text(header.author.role),
                "organisation": .text(header.author.organisation),
                "onBehalfOf": .optional(header.author.onBehalfOf) { .text($0) },
            ],
            "sourceSystem": .text(header.sourceSystem),
            "reasonCode": .optional(header.reasonCode) { .text($0) },
            "chain": .optional(header.chain) {
                [
                    "id": .hex($0.id.bytes), "index": .number(Int($0.index)),
                    "count": .number(Int($0.count)),
                ]
            },
            "changes": .list(header.changes.map(change)),
            "hasReasonText": .bool(header.hasReasonText),
        ]
    }

    private static func change(_ change: Change) -> JSON {
        [
            "entityType": .text(change.element.entityType),
            "entity": .hex(change.element.entity.bytes),
            "facet": .text(change.element.facet.name),
            "resource": .optional(change.element.inside) { .hex($0.resource.bytes) },
            "holder": .optional(change.element.inside?.holder) { .hex($0.bytes) },
            "operation": .number(Int(change.operation.code)),
            "supersedes": .list(change.supersedes.map(reference)),
            "covers": .list(change.covers.map(reference)),
            "effective": .optional(change.effective) { .text($0) },
            "sourceID": .optional(change.sourceID) { .text($0) },
            "targets": .list(change.targets.map(target)),
            "names": .list(
                change.names.map {
                    [
                        "stream": .hex($0.stream.bytes), "replica": .hex($0.dot.replica.bytes),
                        "counter": .decimal($0.dot.counter), "index": .number(Int($0.index)),
                    ]
                }),
            "valueForm": .number(valueForm(change.valueForm)),
        ]
    }

    private static func reference(_ reference: ChangeReference) -> JSON {
        [
            "replica": .hex(reference.dot.replica.bytes),
            "counter": .decimal(reference.dot.counter), "index": .number(Int(reference.index)),
            "event": .optional(reference.event) { .hex($0.bytes) },
        ]
    }

    private static func target(_ target: ReferenceTarget) -> JSON {
        switch target {
        case .unresolved: .null
        case .entity(let kind, let type, let id):
            ["streamKind": .number(Int(kind)), "type": .text(type), "entity": .hex(id.bytes)]
        }
    }

    private static func valueForm(_ form: Change.ValueForm) -> Int {
        switch form {
        case .json: 0
        case .blob: 1
        case .unknown(let code): Int(code)
        }
    }

    /// A value: its bytes up to 256 of them, else its length and SHA-256; or its leaf.
    static func value(_ value: EventValue) -> JSON {
        switch value {
        case .erased(let leaf): ["erased": .hex(leaf)]
        case .held(let bytes) where bytes.count <= 256: ["held": .hex(bytes)]
        case .held(let bytes):
            ["length": .number(bytes.count), "sha256": .hex(Digest.sha256(Array(bytes)))]
        }
    }

    static func card(_ card: NodeCard) -> JSON {
        [
            "site": .hex(card.replica.site.bytes),
            "incarnation": .decimal(card.replica.incarnation.bits),
            "name": .text(card.name), "postalAddress": .text(card.postalAddress),
            "eventKey": .hex(card.eventKey.rawBytes), "auditKey": .hex(card.auditKey),
            "witnessKey": .hex(card.witnessKey),
            "tlsFingerprints": .list(card.tlsFingerprints.map { .hex($0) }),
            "endpoints": .list(card.endpoints.map { .text($0) }),
            "validFromMilliseconds": .decimal(card.validFromMilliseconds),
            "validUntilMilliseconds": .decimal(card.validUntilMilliseconds),
            "predecessorEventKey": .optional(card.predecessorEventKey) { .hex($0.rawBytes) },
        ]
    }
}
