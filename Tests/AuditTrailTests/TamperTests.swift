import AuditTrail
import Foundation
import Signing
import TestSupport
import Testing

/// The mutations of `audit.md` §10 that a bundle can show, each at every position, with both
/// verifiers: verdict and first bad `seq` must agree.
///
/// The tamperer lists the files anew, as anyone can; the note over the list takes the log's key.
/// `ACCORD_TAMPER_ENTRIES` makes the log longer, as in `ACCORD_TAMPER_ENTRIES=1024`.
@Suite struct TamperTests {
    static let count = max(
        300, ProcessInfo.processInfo.environment["ACCORD_TAMPER_ENTRIES"].flatMap { Int($0) } ?? 0)
    static let headSizes = [1, 100, 256, count - 1, count]
    static let log = SampleLog(count: count, headSizes: headSizes)
    static let bundle = log.bundle()

    /// The size of the last head that does not cover an entry.
    static func covered(_ place: Int) -> Int { headSizes.last { $0 <= place } ?? 0 }

    /// The tile that an entry's leaf is in.
    static func tile(_ place: Int) -> TileID {
        let index = UInt64(place / 256)
        return TileID(level: 0, index: index, width: min(256, count - place / 256 * 256))
    }

    /// A bundle that differs from the untouched one.
    struct Mutation {
        let name: String
        let files: [String: [UInt8]?]
        /// What both must say; `nil`: whatever both say, as long as it is not `intact`.
        var line: String?

        /// The files of another tree, listed anew, with the old heads, keys and export.
        init(
            _ name: String, _ change: [String: [UInt8]?], line: String? = nil,
            base: [String: [UInt8]] = bundle
        ) {
            self.name = name
            self.line = line
            var whole = base
            for (path, content) in change { whole[path] = content }
            whole = SampleLog.listed(whole)
            var files = change
            if change[LogBundle.filesPath] == nil {
                files[LogBundle.filesPath] = whole[LogBundle.filesPath]
            }
            self.files = files
        }

        init(_ name: String, entries: [[UInt8]], line: String? = nil) {
            var log = TamperTests.log
            log.entries = entries
            let tree = log.tree()
            var change: [String: [UInt8]?] = tree.mapValues { $0 }
            for path in bundle.keys where path.hasPrefix("tile/") && tree[path] == nil {
                change[path] = [UInt8]?.none
            }
            self.init(name, change, line: line)
        }
    }

    static func check(_ mutations: [Mutation], base: [String: [UInt8]] = bundle) throws {
        let second = try SecondVerifier.check(base: base, changes: mutations.map(\.files))
        try #require(second.count == mutations.count)
        for (mutation, other) in zip(mutations, second) {
            let verdict = try LogVerifier().verify { path in
                mutation.files[path] ?? base[path]
            }
            #expect(verdict.line == other, "\(mutation.name)")
            #expect(verdict.exitCode == 1, "\(mutation.name)")
            if let line = mutation.line { #expect(verdict.line == line, "\(mutation.name)") }
        }
    }

    @Test("a byte of an entry, with and without its tiles computed anew")
    func entryBytes() throws {
        var dice = SeededGenerator(seed: 10)
        var mutations: [Mutation] = []
        for place in log.entries.indices {
            var entries = log.entries
            let offset = Int.random(in: 0..<entries[place].count, using: &dice)
            entries[place][offset] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            let first = place / 256 * 256
            let path = Self.tile(place).entriesPath
            let file = LogBundle.entriesFile(entries[first..<min(first + 256, Self.count)])
            let check = offset < 7 + "\(place)".count + 8 ? "seq" : "leaf"
            mutations.append(
                Mutation(
                    "entry \(place) byte \(offset)", [path: file],
                    line: "evidence seq=\(place) check=\(check)"))
            guard check == "leaf" else { continue }
            let covered = Self.covered(place)
            mutations.append(
                Mutation(
                    "entry \(place) byte \(offset) with tiles", entries: entries,
                    line: "evidence seq=\(covered) check=root"))
        }
        try Self.check(mutations)
    }

    @Test("a byte of an entry's length or of its hash in a tile")
    func lengthsAndLeaves() throws {
        var mutations: [Mutation] = []
        var offset = 0
        for place in log.entries.indices {
            if place % 256 == 0 { offset = 0 }
            for byte in 0..<2 {
                let path = Self.tile(place).entriesPath
                var file = bundle[path] ?? []
                file[offset + byte] ^= 1
                mutations.append(Mutation("length \(place).\(byte)", [path: file]))
            }
            offset += 2 + log.entries[place].count
            let path = Self.tile(place).path
            var tile = bundle[path] ?? []
            tile[place % 256 * 32 + place % 32] ^= 0x10
            mutations.append(
                Mutation(
                    "leaf \(place)", [path: tile], line: "evidence seq=\(place) check=leaf"))
        }
        for tile in TileID.all(inTreeOf: UInt64(Self.count)) where tile.level > 0 {
            for byte in 0..<32 * tile.width {
                var content = bundle[tile.path] ?? []
                content[byte] ^= 1
                mutations.append(
                    Mutation(
                        "upper tile \(byte)", [tile.path: content],
                        line: "evidence seq=\(tile.firstLeaf(at: byte / 32)) check=tile"))
            }
        }
        try Self.check(mutations)
    }

    @Test("an entry left out, doubled or inserted, and two that changed places")
    func order() throws {
        var mutations: [Mutation] = []
        for place in log.entries.indices {
            var entries = log.entries
            entries.remove(at: place)
            mutations.append(
                Mutation(
                    "without \(place)", entries: entries,
                    line: place / 256 < (Self.count - 1) / 256
                        ? "evidence seq=\(place) check=seq"
                        : "evidence seq=\(place / 256 * 256) check=size"))
            entries = log.entries
            entries.insert(log.entries[place], at: place)
            mutations.append(Mutation("twice \(place)", entries: entries))
            entries = log.entries
            entries.insert(SampleLog.entry(place, kind: .stop), at: place)
            mutations.append(Mutation("inserted \(place)", entries: entries))
            // The same, behind the file names of the untouched log.
            entries = Array(entries.prefix(Self.count))
            mutations.append(Mutation("inserted \(place), last dropped", entries: entries))
            guard place > 0 else { continue }
            entries = log.entries
            entries.swapAt(place - 1, place)
            mutations.append(
                Mutation(
                    "\(place) before \(place - 1)", entries: entries,
                    line: "evidence seq=\(place - 1) check=seq"))
        }
        try Self.check(mutations)
    }

    @Test("history rewritten with right numbers is caught by the head that covers it")
    func rewrittenEntries() throws {
        let mutations = log.entries.indices.map { place in
            var entries = log.entries
            entries[place] = SampleLog.entry(place, kind: .stop)
            let covered = Self.covered(place)
            return Mutation(
                "rewritten \(place)", entries: entries, line: "evidence seq=\(covered) check=root")
        }
        try Self.check(mutations)
    }

    @Test("the tail cut at every entry, below the heads that were signed")
    func tail() throws {
        let mutations = (0..<Self.count).map { count in
            Mutation(
                "cut to \(count)", entries: Array(log.entries.prefix(count)),
                line: "evidence seq=\(count / 256 * 256) check=size")
        }
        try Self.check(mutations)
    }

    @Test("every byte of heads, newest head, keys, list and export")
    func smallFiles() throws {
        // Entries play no part in these files, so a small log will do.
        let base = SampleLog(count: 20, headSizes: [10, 20]).bundle()
        var mutations: [Mutation] = []
        for path in ["heads", "checkpoint", "keys", "files", "export"] {
            let content = base[path] ?? []
            for offset in content.indices {
                var altered = content
                altered[offset] ^= 1
                mutations.append(Mutation("\(path) byte \(offset)", [path: altered], base: base))
            }
            for count in [0, 1, content.count / 2, content.count - 1] {
                mutations.append(
                    Mutation(
                        "\(path) cut to \(count)", [path: Array(content[..<count])], base: base))
            }
        }
        // The newest head stands in two files; here both are changed alike.
        for offset in (base["checkpoint"] ?? []).indices {
            var altered = base["checkpoint"] ?? []
            altered[offset] ^= 1
            let heads = (base["heads"] ?? []).dropLast(altered.count + 1)
            mutations.append(
                Mutation(
                    "newest head byte \(offset)",
                    ["checkpoint": altered, "heads": heads + altered + bytes("\n")],
                    base: base))
        }
        try Self.check(mutations, base: base)
    }

    @Test("a head or a cosignature left out is seen by the export's note only")
    func headsLeftOut() throws {
        var mutations: [Mutation] = []
        for place in 0..<4 {
            var heads = log.heads
            heads.remove(at: place)
            mutations.append(
                Mutation(
                    "without head \(place)", ["heads": LogBundle.headsFile(heads)],
                    line: "evidence seq=0 check=export"))
        }
        var heads = log.heads
        heads.swapAt(1, 2)
        mutations.append(
            Mutation(
                "heads in another order", ["heads": LogBundle.headsFile(heads)],
                line: "evidence seq=256 check=head"))
        heads = log.heads + [log.heads[4]]
        mutations.append(
            Mutation(
                "newest head twice", ["heads": LogBundle.headsFile(heads)],
                line: "evidence seq=\(Self.count) check=head"))
        try Self.check(mutations)
    }

    private var log: SampleLog { Self.log }
    private var bundle: [String: [UInt8]] { Self.bundle }
}
