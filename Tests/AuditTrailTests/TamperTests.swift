import AuditTrail
import Foundation
import ProgramSupport
import Signing
import TestSupport
import Testing

/// The mutations of `audit.md` §10 that change the entries and tiles of a bundle, each at every
/// position, with both verifiers: verdict and first bad `seq` must agree.
///
/// `ACCORD_TAMPER_ENTRIES` makes the log longer, as in `ACCORD_TAMPER_ENTRIES=1024`.
@Suite struct TamperTests {
    @Test("the untouched logs pass", arguments: TamperLog.all)
    func untouched(log: TamperLog) throws {
        let verdict = try LogVerifier().verify { log.bundle[$0] }
        #expect(verdict.exitCode == 0)
        #expect(try SecondVerifier.check(base: log.bundle, changes: [[:]]) == [verdict.line])
        var report = TamperReport(row: 0, "untouched bundle" + log.kind, verifiers: "both")
        report.add(verdict.exitCode == 0 ? "passes" : verdict.line)
        try report.write()
    }

    @Test(
        "a byte of each entry, with and without its tiles computed anew", arguments: TamperLog.all)
    func entryBytes(log: TamperLog) throws {
        var dice = SeededGenerator(seed: 10)
        var mutations: [Mutation] = []
        var computed: [Mutation] = []
        for place in log.places {
            var entries = log.log.entries
            let offset = Int.random(in: 0..<entries[place].count, using: &dice)
            entries[place][offset] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            let first = place / 256 * 256
            let file = LogBundle.entriesFile(entries[first..<min(first + 256, TamperLog.count)])
            let check = offset < 7 + "\(place)".count + 8 ? "seq" : "leaf"
            mutations.append(
                log.with(
                    "entry \(place) byte \(offset)", [TamperLog.tile(place).entriesPath: file],
                    line: "evidence seq=\(place) check=\(check)"))
            guard check == "leaf" else { continue }
            computed.append(
                log.with(
                    "entry \(place) byte \(offset) with tiles", entries: entries,
                    line: "evidence seq=\(log.covered(place)) check=root"))
        }
        try log.check(mutations, row: 1, "a byte of each entry")
        try log.check(computed, row: 1, "a byte of each entry, tiles computed anew")
    }

    @Test("every byte of every entry of a short log, and of both bytes of its length")
    func everyByte() throws {
        let count = TamperReport.isFull ? 12 : 3
        let log = SampleLog(count: count, headSizes: [2, count])
        let base = log.bundle()
        let path = TileID(level: 0, index: 0, width: count).entriesPath
        let content = base[path] ?? []
        let mutations = content.indices.map { offset in
            var altered = content
            altered[offset] ^= UInt8(1 << (offset % 8))
            return Mutation("byte \(offset)", [path: altered], base: base)
        }
        try TamperLog.check(
            mutations, row: 1, "every byte of the entries of a log of \(count)", base: base)
    }

    @Test("a byte of an entry's length or of its hash in a tile", arguments: TamperLog.all)
    func lengthsAndLeaves(log: TamperLog) throws {
        var lengths: [Mutation] = []
        var leaves: [Mutation] = []
        for place in log.places {
            let offset = log.log.entries[place / 256 * 256..<place].reduce(0) { $0 + 2 + $1.count }
            for byte in 0..<2 {
                let path = TamperLog.tile(place).entriesPath
                var file = log.bundle[path] ?? []
                file[offset + byte] ^= 1
                lengths.append(log.with("length \(place).\(byte)", [path: file]))
            }
            let path = TamperLog.tile(place).path
            var tile = log.bundle[path] ?? []
            tile[place % 256 * 32 + place % 32] ^= 0x10
            leaves.append(
                log.with("leaf \(place)", [path: tile], line: "evidence seq=\(place) check=leaf"))
        }
        try log.check(lengths, row: 1, "either byte of each entry's length")
        try log.check(leaves, row: 1, "a byte of each leaf hash")
        try log.check(upperTiles(of: log), row: 1, "every byte of the upper tiles")
    }

    /// Each byte of the tiles above the leaves, changed.
    private func upperTiles(of log: TamperLog) -> [Mutation] {
        TileID.all(inTreeOf: UInt64(TamperLog.count)).filter { $0.level > 0 }.flatMap { tile in
            (0..<32 * tile.width).map { byte in
                var content = log.bundle[tile.path] ?? []
                content[byte] ^= 1
                let first = Int(tile.firstLeaf(at: byte / 32))
                // Over what was pruned the roots are computed from this tile.
                let isPruned = first < log.minimum
                return log.with(
                    "upper tile \(byte)", [tile.path: content],
                    line: isPruned
                        ? "evidence seq=\(log.covered(first)) check=root"
                        : "evidence seq=\(first) check=tile")
            }
        }
    }

    @Test("an entry left out, doubled, or inserted", arguments: TamperLog.all)
    func number(log: TamperLog) throws {
        let last = (TamperLog.count - 1) / 256
        var (without, twice, inserted): ([Mutation], [Mutation], [Mutation]) = ([], [], [])
        for place in log.places {
            var entries = log.log.entries
            entries.remove(at: place)
            without.append(
                log.with(
                    "without \(place)", entries: entries,
                    line: place / 256 < last
                        ? "evidence seq=\(place) check=seq"
                        : "evidence seq=\(log.missing(place)) check=size"))
            entries = log.log.entries
            entries.insert(log.log.entries[place], at: place)
            twice.append(log.with("twice \(place)", entries: entries))
            entries = log.log.entries
            entries.insert(SampleLog.entry(place, kind: .stop), at: place)
            inserted.append(log.with("inserted \(place)", entries: entries))
            // The same, behind the file names of the untouched log.
            entries = Array(entries.prefix(TamperLog.count))
            inserted.append(log.with("inserted \(place), last dropped", entries: entries))
        }
        try log.check(without, row: 2, "each entry deleted")
        try log.check(twice, row: 2, "each entry doubled")
        try log.check(inserted, row: 2, "an entry inserted at each place")
    }

    @Test("two entries that changed places", arguments: TamperLog.all)
    func order(log: TamperLog) throws {
        var dice = SeededGenerator(seed: 11)
        let neighbours = log.places.filter { $0 > log.minimum }.map { place in
            var entries = log.log.entries
            entries.swapAt(place - 1, place)
            return log.with(
                "\(place) before \(place - 1)", entries: entries,
                line: "evidence seq=\(place - 1) check=seq")
        }
        try log.check(neighbours, row: 2, "each two neighbours swapped")
        let pairs = log.places.map { _ in
            let first = Int.random(in: log.minimum..<TamperLog.count - 1, using: &dice)
            let second = Int.random(in: first + 1..<TamperLog.count, using: &dice)
            var entries = log.log.entries
            entries.swapAt(first, second)
            return log.with(
                "\(first) and \(second)", entries: entries,
                line: "evidence seq=\(first) check=seq")
        }
        try log.check(pairs, row: 2, "two entries swapped, seeded pairs")
    }

    @Test(
        "history rewritten with right numbers is caught by the head that covers it",
        arguments: TamperLog.all)
    func rewrittenEntries(log: TamperLog) throws {
        let mutations = log.places.map { place in
            var entries = log.log.entries
            entries[place] = SampleLog.entry(place, kind: .stop)
            return log.with(
                "rewritten \(place)", entries: entries,
                line: "evidence seq=\(log.covered(place)) check=root")
        }
        try log.check(mutations, row: 2, "each entry rewritten, tiles computed anew")
    }

    @Test("the tail cut at every entry, below the heads that were signed", arguments: TamperLog.all)
    func tail(log: TamperLog) throws {
        let mutations = log.places.map { count in
            log.with(
                "cut to \(count)", entries: Array(log.log.entries.prefix(count)),
                line: "evidence seq=\(log.missing(count)) check=size")
        }
        try log.check(mutations, row: 4, "tail cut below the newest head, at each entry")
    }
}
