import CareRecord
import Signing
import Testing

@Suite("EventHashing")
struct EventHashingTests {
    private static let salt = (0..<16).map { UInt8($0) }
    private static let values: [[UInt8]] = [Array("{}".utf8), [], Array("{}".utf8)]
    private static let header: [UInt8] = [1, 2, 3]

    private static var held: [EventValue] { values.map { .held($0[...]) } }

    private static func id(_ leaves: [UInt8], header: [UInt8] = header) -> EventID {
        EventHashing.eventID(headerBytes: header, leaves: leaves)
    }

    @Test("salts and leaves are those of the formula")
    func formula() throws {
        let leaves = try #require(EventHashing.leaves(of: Self.held, salt: .whole(Self.salt)))
        var expected: [UInt8] = []
        for (index, value) in Self.values.enumerated() {
            let salt = Digest.hmac(key: Self.salt, message: [0, 0, 0, UInt8(index)])
            #expect(EventHashing.valueSalt(eventSalt: Self.salt, index: index) == salt)
            let leaf = Digest.sha256(of: [[0], salt, value])
            #expect(value.withUnsafeBytes { EventHashing.leaf(valueSalt: salt, value: $0) } == leaf)
            expected += leaf
        }
        #expect(leaves == expected)
        let tag = Array("accord/event/v1\0".utf8)
        let digest = Digest.sha256(of: [tag, [0, 0, 0, 3], Self.header, leaves])
        #expect(Self.id(leaves).bytes == digest)
    }

    @Test("equal values have different leaves, and other salts other ones")
    func hiding() throws {
        let leaves = try #require(EventHashing.leaves(of: Self.held, salt: .whole(Self.salt)))
        #expect(leaves.prefix(32) != leaves.suffix(32))
        let other = EventHashing.leaves(of: Self.held, salt: .whole(Self.salt.reversed()))
        #expect(other != leaves)
    }

    @Test("no byte moves between header and leaves without another id")
    func lengthPrefix() throws {
        let leaves = Array(repeating: 7 as UInt8, count: 64)
        let moved = Self.id(Array(leaves.suffix(32)), header: Self.header + leaves.prefix(32))
        #expect(Self.id(leaves) != moved)
    }

    @Test("a leaf in place of a value gives the same leaves")
    func erased() throws {
        let whole = try #require(EventHashing.leaves(of: Self.held, salt: .whole(Self.salt)))
        var values = Self.held
        values[1] = .erased(leaf: Array(whole[32..<64]))
        let salts = [0, 2].map {
            EventSalt.ValueSalt(
                index: UInt32($0),
                bytes: EventHashing.valueSalt(eventSalt: Self.salt, index: $0))
        }
        #expect(EventHashing.leaves(of: values, salt: .remaining(salts)) == whole)
    }

    @Test("an event salt beside a leaf is refused: it would give the destroyed value away")
    func wholeSaltBesideLeaf() throws {
        let whole = try #require(EventHashing.leaves(of: Self.held, salt: .whole(Self.salt)))
        var values = Self.held
        values[0] = .erased(leaf: Array(whole.prefix(32)))
        #expect(EventHashing.leaves(of: values, salt: .whole(Self.salt)) == nil)
    }

    @Test("a salt that does not fit the values gives no leaves")
    func wrongSalt() {
        let salts = (0..<3).map { index in
            EventSalt.ValueSalt(
                index: UInt32(index),
                bytes: EventHashing.valueSalt(eventSalt: Self.salt, index: index))
        }
        let short = EventSalt.ValueSalt(index: 2, bytes: Array(salts[2].bytes.dropLast()))
        let beyond = EventSalt.ValueSalt(index: 3, bytes: salts[0].bytes)
        let wrong: [EventSalt] = [
            .whole([]), .whole(Array(Self.salt.dropLast())), .whole(Self.salt + [0]),
            .remaining([]), .remaining(Array(salts.prefix(2))), .remaining(salts.reversed()),
            .remaining([salts[0], salts[1], short]), .remaining(salts + [beyond]),
            .remaining([salts[0], salts[0], salts[2]]),
        ]
        for salt in wrong {
            #expect(EventHashing.leaves(of: Self.held, salt: salt) == nil)
        }
        #expect(EventHashing.leaves(of: Self.held, salt: .remaining(salts)) != nil)
        let leaf = EventValue.erased(leaf: Array(repeating: 1, count: 31))
        #expect(EventHashing.leaves(of: [leaf], salt: .remaining([])) == nil)
    }
}
