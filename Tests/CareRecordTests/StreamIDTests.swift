import CareRecord
import TestSupport
import Testing

@Suite("StreamID")
struct StreamIDTests {
    private static let one = PatientID(Bits128(high: 1, low: 0))
    private static let two = PatientID(Bits128(high: 2, low: 0))
    private static let site = SiteID(Bits128(high: 3, low: 0))

    private static let streams: [StreamID] =
        Compartment.known.map { .patient(one, $0) } + [
            .patient(one, .unknown(8)), .patient(two, .unknown(255)), .directory(site),
            .link(one, two), .local(site), .unknown(kind: 5, subject: []),
            .unknown(kind: 255, subject: Array(repeating: 1, count: 63)),
        ]

    @Test("every kind of name leads back to its stream", arguments: streams)
    func roundTrip(stream: StreamID) {
        #expect(StreamID(bytes: stream.bytes) == stream)
        #expect(stream.bytes.count <= StreamID.bytesMax)
    }

    @Test("a name reads alike wherever its bytes lie", arguments: streams)
    func anyBytes(stream: StreamID) {
        let shifted = ([0] + stream.bytes)[1...]
        #expect(StreamID(bytes: shifted) == stream)
        #expect(StreamID(bytes: AnyCollection(stream.bytes.lazy.map { $0 })) == stream)
    }

    @Test("a name cut or lengthened by a byte is no name of a known kind")
    func wrongLength() {
        for stream in Self.streams {
            if case .unknown = stream { continue }
            #expect(StreamID(bytes: stream.bytes.dropLast()) == nil)
            #expect(StreamID(bytes: stream.bytes + [1]) == nil)
        }
    }

    @Test("reserved values, equal or descending patients and long names are refused")
    func refused() {
        let one = Self.one.bytes
        let two = Self.two.bytes
        #expect(StreamID(bytes: []) == nil)
        #expect(StreamID(bytes: [0]) == nil)
        #expect(StreamID(bytes: [0] + one) == nil)
        #expect(StreamID(bytes: [1] + one + [0]) == nil)
        #expect(StreamID(bytes: [3] + one + one) == nil)
        #expect(StreamID(bytes: [3] + two + one) == nil)
        #expect(StreamID(bytes: Array(repeating: 9, count: 65)) == nil)
        #expect(StreamID(bytes: Array(repeating: 9, count: 64)) != nil)
    }

    @Test("whatever reads a name writes the same bytes again")
    func randomBytes() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...70, using: &generator)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if !bytes.isEmpty { bytes[0] = UInt8.random(in: 0...6, using: &generator) }
            guard let stream = StreamID(bytes: bytes) else { continue }
            #expect(stream.bytes == bytes)
        }
    }

    @Test("only streams that this version understands may be forwarded")
    func forwardable() {
        let forwardable = Self.streams.filter(\.isForwardable)
        let expected: [StreamID] =
            Compartment.known.map { .patient(Self.one, $0) } + [
                .directory(Self.site), .link(Self.one, Self.two),
            ]
        #expect(forwardable == expected)
    }

    @Test("streams sort as their names do")
    func order() {
        let byBytes = Self.streams.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        #expect(Self.streams.reversed().sorted() == byBytes)
    }

    @Test("compartments have a code and a name that lead back to them")
    func compartments() {
        #expect(Compartment(code: 0) == nil)
        for code in 1...255 as ClosedRange<UInt8> {
            #expect(Compartment(code: code)?.code == code)
        }
        for compartment in Compartment.known {
            #expect(Compartment(name: compartment.name) == compartment)
        }
        #expect(Compartment(name: "unknown-8") == nil)
        #expect(Compartment.known == Compartment.known.sorted())
    }
}
