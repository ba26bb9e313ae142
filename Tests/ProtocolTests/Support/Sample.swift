import CareRecord
import Signing
import WireFormat

/// Synthetic names, keys and events that the vectors are made of.
enum Sample {
    /// A key that anybody can make again: its seed is SHA-256 over a sentence.
    static func key(_ number: Int) -> EventKey {
        let seed = Digest.sha256(Array("accord vectors, event key \(number)".utf8))
        guard let key = EventKey(rawBytes: seed) else { preconditionFailure("32 bytes are a key") }
        return key
    }

    static let key1 = key(1)
    static let key2 = key(2)
    static let site1 = key1.publicKey.siteID
    static let site2 = key2.publicKey.siteID
    static let replica1 = Replica(site: site1, incarnation: Incarnation(0x0102_0304_0506_0708))
    static let replica2 = Replica(site: site2, incarnation: Incarnation(0xF1F2_F3F4_F5F6_F7F8))
    static let patient1 = PatientID(bits(0x11))
    static let patient2 = PatientID(bits(0x22))
    static let stream = StreamID.patient(patient1, .general)
    static let salt = Array(repeating: 0xA5 as UInt8, count: 16)

    /// 16 equal bytes.
    static func bits(_ byte: UInt8) -> Bits128 {
        let word = UInt64(byte) &* 0x0101_0101_0101_0101
        return Bits128(high: word, low: word)
    }

    /// An id that is no event's.
    static func eventID(_ byte: UInt8) -> EventID {
        guard let id = EventID(bytes: Array(repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes are an id")
        }
        return id
    }

    static let author = Author(
        practitioner: "practitioner-7", role: "general-practitioner", organisation: "practice-1")

    /// One change of a goal's description.
    static func change(_ entity: UInt8 = 0x31, facet: String = "description") -> Change {
        Change(
            element: Element(
                entityType: "Goal", entity: EntityID(bits(entity)), facet: Facet(facet)),
            operation: .assign)
    }

    /// The first event of replica 1 in the stream, with nothing in it that could be left out.
    static func header(changes: [Change] = [change()]) -> EventHeader {
        EventHeader(
            stream: stream, dot: Dot(replica: replica1, counter: 1), previous: nil,
            time: HybridTime(milliseconds: 1_780_000_000_000, counter: 3),
            recordedMilliseconds: 1_780_000_000_001, author: author, sourceSystem: "sample",
            changes: changes)
    }

    /// The fields of `header()` by number, each as it travels.
    static let headerFields = ProtoFields([
        1: Proto.number(1, 1),
        2: Proto.data(2, stream.bytes),
        3: Proto.data(3, replica1.bytes),
        4: Proto.number(4, 1),
        7: Proto.fixed64(7, header().time.bits),
        8: Proto.number(8, 1_780_000_000_001),
        9: Proto.data(
            9,
            Proto.text(1, author.practitioner) + Proto.text(2, author.role)
                + Proto.text(3, author.organisation)),
        10: Proto.text(10, "sample"),
        13: Proto.data(13, changeFields.bytes),
    ])

    /// The fields of `change()` by number, each as it travels.
    static let changeFields = ProtoFields([
        1: Proto.text(1, "Goal"),
        2: Proto.data(2, bits(0x31).bytes),
        3: Proto.text(3, "description"),
        4: Proto.number(4, 2),
    ])

    /// The header with another change in place of its own.
    static func header(change: ProtoFields) -> [UInt8] {
        headerFields.replacing(13, Proto.data(13, change.bytes)).bytes
    }
}
