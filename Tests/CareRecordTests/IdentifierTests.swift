import CareRecord
import TestSupport
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test("bytes and text of 1,000 random identifiers lead back to them")
    func roundTrip() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<1_000 {
            let bits = Bits128(high: generator.next(), low: generator.next())
            #expect(Bits128(bytes: bits.bytes) == bits)
            #expect(Bits128(uuidText: bits.uuidText) == bits)
            #expect(Bits128(uuidText: bits.uuidText.uppercased()) == bits)
            #expect(bits.uuidText.utf8.count == 36)
        }
    }

    @Test("16 bytes read alike wherever they lie", arguments: [0, 1, 15, 16, 17, 32])
    func anyBytes(count: Int) {
        let bytes = (0..<UInt8(count)).map { 0xF8 &+ $0 }
        let shifted = ([0] + bytes)[1...]
        let scattered = AnySequence(bytes.lazy.map { $0 })
        #expect(Bits128(bytes: shifted)?.bytes == Bits128(bytes: scattered)?.bytes)
        #expect(Bits128(bytes: shifted)?.bytes == (count == 16 ? bytes : nil))
    }

    @Test("the order of identifiers is the order of their bytes")
    func order() {
        var generator = SeededGenerator(seed: 2)
        let all = (0..<200).map { _ in Bits128(high: generator.next() % 3, low: generator.next()) }
        let byBytes = all.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        #expect(all.sorted() == byBytes)
    }

    @Test("any other number of bytes is no identifier", arguments: [0, 1, 15, 17, 32])
    func wrongLength(count: Int) {
        #expect(Bits128(bytes: Array(repeating: 1, count: count)) == nil)
    }

    @Test(
        "anything but 8-4-4-4-12 digits is no identifier",
        arguments: [
            "", "-", "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-0000000000000",
            "00000000000000000000000000000000", "00000000-0000-0000-0000_000000000000",
            "0000000g-0000-0000-0000-000000000000", " 0000000-0000-0000-0000-000000000000",
            "{0000000-0000-0000-0000-00000000000}", "------------------------------------",
            "00000000-0000-0000-0000-00000000000é",
        ])
    func wrongText(text: String) {
        #expect(Bits128(uuidText: text) == nil)
        #expect(PatientID(text: text) == nil)
    }

    @Test("a random identifier is a UUID of version 4 and the variant of RFC 9562")
    func version4() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let bits = Bits128.random(using: &generator)
            #expect(bits.high >> 12 & 0xF == 4)
            #expect(bits.low >> 62 == 2)
        }
    }

    @Test("an event id reads exactly 32 bytes and prints 64 digits")
    func eventID() throws {
        let bytes = (0..<32).map { UInt8($0 * 7 % 256) }
        let id = try #require(EventID(bytes: bytes))
        #expect(id.bytes == bytes)
        #expect(id.description.utf8.count == 64)
        #expect(id.description.hasPrefix("00070e15"))
        #expect(EventID(bytes: bytes.dropLast()) == nil)
        #expect(EventID(bytes: bytes + [0]) == nil)
    }

    @Test("a replica travels as 24 bytes in the order of replicas")
    func replica() throws {
        var generator = SeededGenerator(seed: 4)
        var replicas: [Replica] = []
        for _ in 0..<200 {
            let site = SiteID(Bits128(high: 0, low: generator.next() % 4))
            let replica = Replica(site: site, incarnation: Incarnation(generator.next()))
            #expect(Replica(bytes: replica.bytes) == replica)
            replicas.append(replica)
        }
        let byBytes = replicas.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        #expect(replicas.sorted() == byBytes)
        #expect(Replica(bytes: replicas[0].bytes.dropLast()) == nil)
        #expect(Replica(bytes: replicas[0].bytes + [0]) == nil)
    }

    @Test("every operation code leads back to itself, also those of later versions")
    func operations() {
        for code in (0...300 as ClosedRange<UInt32>) {
            #expect(Operation(code: code).code == code)
        }
        #expect(Operation(code: 0) == .unknown(0))
        #expect(Operation(code: 12) == .unknown(12))
        #expect(Operation(code: 11) == .erase)
    }

    @Test("references to branches of a forked dot have an order that agrees with equality")
    func referencesOrder() throws {
        let replica = Replica(site: SiteID(Bits128(high: 1, low: 1)), incarnation: Incarnation(1))
        let dot = Dot(replica: replica, counter: 1)
        let ids = [1, 2].compactMap { EventID(bytes: Array(repeating: UInt8($0), count: 32)) }
        let bare = ChangeReference(dot: dot, index: 0)
        let first = ChangeReference(dot: dot, index: 0, event: ids[0])
        let second = ChangeReference(dot: dot, index: 0, event: ids[1])
        let next = ChangeReference(dot: dot, index: 1)
        #expect([next, second, bare, first].sorted() == [bare, first, second, next])
        #expect(!(bare < bare) && !(first < first) && !(first < bare) && !(second < first))
    }
}
