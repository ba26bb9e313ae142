import CareRecord
import Testing
import WireFormat

@Suite("Vectors of event headers")
struct HeaderVectors {
    @Test("every header is read or refused as its vector says")
    func headers() throws {
        let coder = FrameCoder()
        try VectorFile.check(Self.file, named: "headers") { input in
            let frame = try coder.unpack(input["frame"].bytes, contentBytesMax: 1 << 20)
            do throws(DecodingFailure) {
                return Description.header(try EventHeader(encoded: frame))
            } catch {
                return ["refusal": .text(error.rawValue)]
            }
        }
    }

    private static var file: VectorFile {
        VectorFile(
            name: "headers", specification: "record-v1.md §5",
            about: "The frame of a serialised header; what the header says, or the rule it breaks.",
            vectors: good + bad + badReferences + badChanges + tooMany)
    }

    private static func input(_ bytes: [UInt8]) -> JSON {
        ["frame": .hex(FrameCoder().pack(bytes, codec: bytes.count > 2_000 ? .zstd : .raw))]
    }

    private static var good: [Vector] {
        let fields = Sample.headerFields
        var longest = Sample.header()
        longest.sourceSystem = String(repeating: "s", count: 1_024)
        longest.changes[0].element.facet = Facet(String(repeating: "f", count: 64))
        longest.changes[0].element.entityType = String(repeating: "T", count: 64)
        var last = Sample.header()
        last.chain = ChainPosition(id: ChainID(Sample.bits(1)), index: 4_095, count: 4_096)
        var late = Sample.header()
        late.dot = Dot(replica: Sample.replica1, counter: UInt64(Int64.max))
        late.previous = Sample.eventID(1)
        late.recordedMilliseconds = -1
        var facets = Sample.header(changes: [Sample.change(), Sample.change(facet: "status")])
        facets.changes[0].targets = [.unresolved, .unresolved]
        let cases: [(String, String, EventHeader, [UInt8])] = [
            ("first", "the least that a header has", Sample.header(), fields.bytes),
            (
                "every-field", "every field of the grammar", Sample.everyField.header,
                Sample.everyField.header.encoded()
            ),
            ("longest-texts", "texts of exactly the limits", longest, longest.encoded()),
            ("chain-limit", "the last of the longest chain", last, last.encoded()),
            ("counter-limit", "the greatest counter", late, late.encoded()),
            ("two-facets", "two facets of one entity", facets, facets.encoded()),
            (
                "unknown-fields", "fields of a later version are skipped",
                Sample.header(),
                fields.replacing(99, Proto.text(99, "later") + Proto.number(2_000, 7)).bytes
            ),
            (
                "facet-star", "the facet * is the whole resource, as is none at all",
                Sample.header(changes: [Sample.change(facet: "*")]),
                Sample.header(change: Sample.changeFields.replacing(3, Proto.text(3, "*")))
            ),
        ]
        return cases.map { name, what, header, bytes in
            Vector(name, what, input: input(bytes), expect: Description.header(header))
        }
    }

    private static func refused(
        _ name: String, _ what: String, _ bytes: [UInt8], _ failure: DecodingFailure
    ) -> Vector {
        Vector(name, what, input: input(bytes), refusal: failure.rawValue)
    }

    private static var bad: [Vector] {
        let fields = Sample.headerFields
        let long = String(repeating: "x", count: 1_025)
        let chain = { (id: [UInt8], index: UInt64, count: UInt64) in
            fields.replacing(
                12,
                Proto.data(12, Proto.data(1, id) + Proto.number(2, index) + Proto.number(3, count))
            ).bytes
        }
        let id = Sample.bits(1).bytes
        return [
            refused("nothing", "no bytes: there is no schema version", [], .unknownSchema),
            refused(
                "cut", "the last byte is missing", fields.bytes.dropLast(), .notProtocolBuffers),
            refused(
                "not-utf-8", "a text that is not UTF-8",
                fields.replacing(10, Proto.data(10, [0xFF])).bytes, .notProtocolBuffers),
            refused("tag-0", "field number 0", fields.bytes + [0x00, 0x00], .notProtocolBuffers),
            refused(
                "schema-2", "a later schema", fields.replacing(1, Proto.number(1, 2)).bytes,
                .unknownSchema),
            refused("stream-none", "no stream", fields.replacing(2, []).bytes, .badStream),
            refused(
                "stream-bad", "a stream of kind 0",
                fields.replacing(2, Proto.data(2, [0, 1])).bytes, .badStream),
            refused(
                "replica-short", "a replica of 23 bytes",
                fields.replacing(3, Proto.data(3, Sample.replica1.bytes.dropLast())).bytes, .badDot),
            refused("counter-0", "counters start at 1", fields.replacing(4, []).bytes, .badDot),
            refused(
                "counter-above", "a counter of 2^63",
                fields.replacing(4, Proto.number(4, 1 << 63)).replacing(5, Proto.data(5, id + id))
                    .bytes,
                .badDot),
            refused(
                "previous-of-first", "the first event has none before it",
                fields.replacing(5, Proto.data(5, id + id)).bytes, .missingPart),
            refused(
                "previous-absent", "the second event names the first",
                fields.replacing(4, Proto.number(4, 2)).bytes, .missingPart),
            refused(
                "previous-short", "an id of 31 bytes",
                fields.replacing(4, Proto.number(4, 2))
                    .replacing(5, Proto.data(5, (id + id).dropLast())).bytes, .badLength),
            refused(
                "no-change", "an event changes something", fields.replacing(13, []).bytes,
                .badChangeCount),
            refused(
                "long-source-system", "1,025 bytes of text",
                fields.replacing(10, Proto.text(10, long)).bytes, .tooLong),
            refused(
                "long-practitioner", "1,025 bytes of text",
                fields.replacing(9, Proto.data(9, Proto.text(1, long))).bytes, .tooLong),
            refused(
                "long-reason-code", "1,025 bytes of text",
                fields.replacing(11, Proto.text(11, long)).bytes, .tooLong),
            refused("chain-id", "a chain id of 15 bytes", chain(id.dropLast(), 0, 1), .badLength),
            refused("chain-index", "an index of its count", chain(id, 3, 3), .badChain),
            refused("chain-empty", "a chain of no events", chain(id, 0, 0), .badChain),
            refused("chain-long", "a chain of 4,097 events", chain(id, 0, 4_097), .badChain),
        ]
    }

    private static var badReferences: [Vector] {
        let id = Sample.eventID(3).bytes
        let replicas = [Sample.replica1, Sample.replica2].sorted()
        let other = Sample.replica2.bytes
        let third = Array(repeating: 0xFF as UInt8, count: 24)
        let dependency = { (replica: [UInt8], counter: UInt64, id: [UInt8]) in
            Proto.data(6, Proto.data(1, replica) + Proto.number(2, counter) + Proto.data(3, id))
        }
        let header = { (dependencies: [UInt8]) in
            Sample.headerFields.replacing(6, dependencies).bytes
        }
        let reference = { (fields: [UInt8]) in
            Sample.header(change: Sample.changeFields.replacing(5, Proto.data(5, fields)))
        }
        #expect(replicas[0] < replicas[1])
        return [
            refused(
                "dependency-counter-0", "a dot counts from 1", header(dependency(other, 0, id)),
                .badDot),
            refused(
                "dependency-counter-above", "a counter of 2^63",
                header(dependency(other, 1 << 63, id)),
                .badDot),
            refused(
                "dependency-without-id", "a dependency has an id", header(dependency(other, 1, [])),
                .badLength),
            refused(
                "dependency-on-itself", "its own predecessor is no dependency",
                header(dependency(Sample.replica1.bytes, 1, id)), .badOrder),
            refused(
                "dependency-twice", "one dependency for each replica",
                header(dependency(other, 1, id) + dependency(other, 2, id)), .badOrder),
            refused(
                "dependencies-descending", "dependencies ascend by replica",
                header(dependency(third, 1, id) + dependency(other, 1, id)), .badOrder),
            refused(
                "reference-counter-0", "a dot counts from 1", reference(Proto.number(3, 1)), .badDot
            ),
            refused(
                "reference-counter-above", "a counter of 2^63", reference(Proto.number(2, 1 << 63)),
                .badDot),
            refused(
                "reference-index-256", "no event has a change with this index",
                reference(Proto.number(2, 1) + Proto.number(3, 256)), .tooLong),
            refused(
                "reference-replica", "a replica of one byte",
                reference(Proto.data(1, [1]) + Proto.number(2, 1)), .badDot),
            refused(
                "reference-event", "an id of one byte",
                reference(Proto.number(2, 1) + Proto.data(4, [1])), .badLength),
        ]
    }

    private static var badChanges: [Vector] {
        let fields = Sample.changeFields
        let changed = { (field: UInt64, bytes: [UInt8]) in
            Sample.header(change: fields.replacing(field, bytes))
        }
        let long = String(repeating: "x", count: 65)
        let twice = Proto.data(13, fields.bytes) + Proto.data(13, fields.bytes)
        let name = Proto.data(2, Sample.replica2.bytes)
        return [
            refused(
                "entity-short", "an entity of one byte", changed(2, Proto.data(2, [1])), .badLength),
            refused("entity-none", "no entity", changed(2, []), .badLength),
            refused(
                "resource-of-a-resource", "a type without a dot stands nowhere",
                changed(12, Proto.data(12, Sample.bits(0x73).bytes)), .badName),
            refused(
                "inner-without-resource", "a type with a dot names its resource",
                changed(1, Proto.text(1, "Goal.target")), .badName),
            refused(
                "resource-short", "a resource of one byte",
                inner("Goal.target", resource: [1]), .badLength),
            refused(
                "holder-of-an-activity", "what a resource holds names no other holder",
                inner("CarePlan.activity", holder: Sample.bits(0x74).bytes), .badName),
            refused(
                "inner-without-holder", "what an activity holds names it",
                inner("CarePlan.activity.progress"), .badName),
            refused(
                "holder-short", "a holder of one byte",
                inner("CarePlan.activity.progress", holder: [1]), .badLength),
            refused(
                "long-entity-type", "65 bytes of text", changed(1, Proto.text(1, long)), .tooLong),
            refused("long-facet", "65 bytes of text", changed(3, Proto.text(3, long)), .tooLong),
            refused(
                "long-effective", "65 bytes of text", changed(7, Proto.text(7, long)), .tooLong),
            refused(
                "long-source-id", "1,025 bytes of text",
                changed(8, Proto.text(8, String(repeating: "x", count: 1_025))), .tooLong),
            refused(
                "facet-not-ascii", "a facet in other letters", changed(3, Proto.text(3, "zié")),
                .badName),
            refused(
                "entity-type-not-ascii", "a type in other letters",
                changed(1, Proto.text(1, "Zié")),
                .badName),
            refused(
                "target-kind", "a stream kind is one byte",
                changed(9, Proto.data(9, Proto.number(1, 256))), .tooLong),
            refused(
                "target-long-type", "65 bytes of text",
                changed(9, Proto.data(9, Proto.number(1, 1) + Proto.text(2, long))), .tooLong),
            refused(
                "target-entity", "a resolved target has an entity",
                changed(9, Proto.data(9, Proto.number(1, 1))), .badLength),
            refused(
                "name-stream", "a name has a stream",
                changed(10, Proto.data(10, name + Proto.number(3, 1))), .badStream),
            refused(
                "name-counter", "a dot counts from 1",
                changed(10, Proto.data(10, Proto.data(1, Sample.stream.bytes) + name)), .badDot),
            refused(
                "name-replica", "a name gives its replica, even the author's own",
                changed(
                    10, Proto.data(10, Proto.data(1, Sample.stream.bytes) + Proto.number(3, 1))),
                .badDot),
            refused(
                "element-twice", "two changes of one element",
                Sample.headerFields.replacing(13, twice).bytes, .elementTwice),
        ]
    }

    /// A change of an entity inside a resource.
    private static func inner(
        _ type: String, resource: [UInt8] = Sample.bits(0x73).bytes, holder: [UInt8] = []
    ) -> [UInt8] {
        var fields = Sample.changeFields.replacing(1, Proto.text(1, type))
            .replacing(12, Proto.data(12, resource))
        if !holder.isEmpty { fields = fields.replacing(13, Proto.data(13, holder)) }
        return Sample.header(change: fields)
    }

    private static var tooMany: [Vector] {
        let repeated = { (field: UInt64, item: [UInt8], count: Int) in
            Sample.header(
                change: Sample.changeFields.replacing(
                    field, Array(repeating: Proto.data(field, item), count: count).flatMap { $0 }))
        }
        let changes = Sample.event(changes: 257).headerBytes
        let dependencies = Array(repeating: Proto.data(6, []), count: 257).flatMap { $0 }
        return [
            refused("changes-257", "one change too many", changes, .badChangeCount),
            refused(
                "dependencies-257", "one dependency too many; the number is checked first",
                Sample.headerFields.replacing(6, dependencies).bytes, .tooLong),
            refused(
                "supersedes-4097", "one too many", repeated(5, Proto.number(2, 1), 4_097), .tooLong),
            refused(
                "covers-4097", "one too many", repeated(6, Proto.number(2, 1), 4_097), .tooLong),
            refused("targets-4097", "one too many", repeated(9, [], 4_097), .tooLong),
            refused("names-4097", "one too many", repeated(10, [], 4_097), .tooLong),
        ]
    }
}
