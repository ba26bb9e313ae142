import AuditTrail
import Signing
import TestSupport
import Testing

/// Readers of outside bytes meet noise: none traps, and whatever one of them accepts it writes
/// again as the same bytes.
@Suite struct NoiseTests {
    static let log = SampleLog(count: 20, headSizes: [10, 20])

    /// A reader that gives what it would write; `nil` for a refusal.
    typealias Reader = @Sendable ([UInt8]) -> [UInt8]?

    static let readers: [(name: String, sample: [UInt8], read: Reader)] = [
        ("note", log.heads[1].encoded, { try? SignedNote(encoded: $0).encoded }),
        ("head", log.heads[0].encoded, { try? SignedHead(encoded: $0).encoded }),
        ("head text", log.heads[0].head.text, { try? LogHead(text: $0).text }),
        (
            "request",
            WitnessRequest(oldSize: 7, proof: [.empty, .empty], head: log.heads[0]).encoded,
            { try? WitnessRequest(encoded: $0).encoded }
        ),
        (
            "proof",
            EntryProof(entry: [1, 2, 3], index: 4, hashes: [.empty], head: log.heads[0]).encoded,
            { try? EntryProof(encoded: $0).encoded }
        ),
        ("keys", SampleLog.keys.encoded, { try? LogKeys(encoded: $0).encoded }),
        (
            "list", log.bundle()[LogBundle.filesPath] ?? [],
            { BundleListing(encoded: $0)?.encoded }
        ),
        (
            "key", bytes(SampleLog.log.key.text),
            { (try? NoteKey(text: String(decoding: $0, as: UTF8.self))).map { bytes($0.text) } }
        ),
        (
            "answer", log.heads[0].note.signatures[0].line,
            { WitnessAnswer(status: 200, contentType: nil, body: $0)?.body }
        ),
        (
            "path", bytes("tile/0/x001/234.p/17"),
            { data in
                TileID.resource(at: String(decoding: data, as: UTF8.self)).map { resource in
                    switch resource {
                    case .hashes(let tile): bytes(tile.path)
                    case .entries(let tile): bytes(tile.entriesPath)
                    }
                }
            }
        ),
    ]

    @Test(
        "a sample is accepted, and a changed one is refused or written as it came",
        arguments: 0..<10)
    func changed(reader number: Int) {
        let (name, sample, read) = Self.readers[number]
        #expect(read(sample) == sample, "\(name)")
        var dice = SeededGenerator(seed: UInt64(number))
        for _ in 0..<2_000 {
            var altered = sample
            for _ in 0..<Int.random(in: 1...3, using: &dice) { Self.alter(&altered, &dice) }
            guard let written = read(altered) else { continue }
            #expect(written == altered, "\(name)")
        }
    }

    @Test("noise is refused", arguments: 0..<10)
    func noise(reader number: Int) {
        let (name, _, read) = Self.readers[number]
        var dice = SeededGenerator(seed: 100 + UInt64(number))
        for _ in 0..<500 {
            let length = Int.random(in: 0..<200, using: &dice)
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &dice) }
            #expect(read(noise) == nil, "\(name)")
        }
    }

    @Test("a bundle of changed files never traps the verifier, and is never intact")
    func bundles() throws {
        let bundle = Self.log.bundle()
        let paths = bundle.keys.sorted()
        var dice = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            var files = bundle
            let path = paths[Int.random(in: 0..<paths.count, using: &dice)]
            var content = files[path] ?? []
            Self.alter(&content, &dice)
            guard content != files[path] else { continue }
            files[path] = content
            let verdict = try LogVerifier().verify { files[$0] }
            #expect(verdict.exitCode != 0, "\(path)")
        }
    }

    /// Changes, drops, doubles or moves a few bytes.
    private static func alter(_ data: inout [UInt8], _ dice: inout SeededGenerator) {
        guard !data.isEmpty else { return }
        let place = Int.random(in: 0..<data.count, using: &dice)
        let end = min(data.count, place + Int.random(in: 1...8, using: &dice))
        switch Int.random(in: 0..<5, using: &dice) {
        case 0: data[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
        case 1: data[place] = [0, 10, 32, 43, 48, 61, 255].randomElement(using: &dice) ?? 0
        case 2: data.removeSubrange(place..<end)
        case 3: data.insert(contentsOf: data[place..<end], at: place)
        default: data.swapAt(place, Int.random(in: 0..<data.count, using: &dice))
        }
    }
}
