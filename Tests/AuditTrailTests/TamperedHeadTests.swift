import AuditTrail
import ProgramSupport
import Signing
import TestSupport
import Testing

/// The mutations of `audit.md` §10 that change or replace what was signed, with both verifiers.
@Suite struct TamperedHeadTests {
    private let log = TamperLog.whole

    @Test("every byte of heads, newest head, keys, list and export")
    func smallFiles() throws {
        // Entries play no part in these files, so a small log will do.
        let base = SampleLog(count: 20, headSizes: [10, 20]).bundle()
        for (path, row, title) in [
            ("heads", 4, "every byte of all heads and cosignatures"),
            ("checkpoint", 4, "every byte of the newest head's file"),
            ("keys", 7, "every byte of the bundle's keys"),
            ("files", 11, "every byte of the export's list of files"),
            ("export", 11, "every byte of the export's note"),
        ] {
            let content = base[path] ?? []
            var mutations: [Mutation] = []
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
            try TamperLog.check(mutations, row: row, title, base: base)
        }
        // The newest head stands in two files; here both are changed alike.
        let newest = (base["checkpoint"] ?? []).indices.map { offset in
            var altered = base["checkpoint"] ?? []
            altered[offset] ^= 1
            let heads = (base["heads"] ?? []).dropLast(altered.count + 1)
            return Mutation(
                "newest head byte \(offset)",
                ["checkpoint": altered, "heads": heads + altered + bytes("\n")], base: base)
        }
        try TamperLog.check(
            newest, row: 4, "every byte of the newest head, in both files", base: base)
    }

    @Test("a head or a cosignature left out is seen by the export's note only")
    func headsLeftOut() throws {
        var mutations: [Mutation] = []
        for place in log.log.heads.indices.dropLast() {
            var heads = log.log.heads
            heads.remove(at: place)
            mutations.append(
                log.with(
                    "without head \(place)", ["heads": LogBundle.headsFile(heads)],
                    line: "evidence seq=0 check=export"))
        }
        try log.check(mutations, row: 11, "each head left out of an export")
        var heads = log.log.heads
        heads.swapAt(1, 2)
        let order = [
            log.with(
                "heads in another order", ["heads": LogBundle.headsFile(heads)],
                line: "evidence seq=256 check=head"),
            log.with(
                "newest head twice",
                ["heads": LogBundle.headsFile(log.log.heads + log.log.heads.suffix(1))],
                line: "evidence seq=\(TamperLog.count) check=head"),
        ]
        try log.check(order, row: 4, "heads in another order, or twice")
    }

    @Test("whatever of the site's earlier origin stands in the log of its second one is found")
    func earlierOrigin() throws {
        let sizes = TamperLog.headSizes
        var earlier = log.log
        earlier.entries = Self.earlierEntries
        let others = sizes.map { size -> SignedHead in
            guard
                let head = LogHead(
                    origin: TamperLog.earlier.key.name, size: UInt64(size),
                    root: SampleLog.head(earlier.entries[..<size]).head.root)
            else { preconditionFailure("this is a head") }
            return SignedHead(head, signer: TamperLog.earlier)
        }
        var heads: [Mutation] = []
        for place in sizes.indices {
            var mixed = log.log.heads
            mixed[place] = others[place]
            let covered = place == 0 ? 0 : sizes[place - 1]
            heads.append(
                log.with(
                    "earlier head \(place)", ["heads": LogBundle.headsFile(mixed)],
                    line: "evidence seq=\(covered) check=head"))
        }
        try log.check(heads, row: 4, "a head of the site's earlier origin for each head")
        let entries = log.places.map { place in
            var entries = log.log.entries
            entries[place] = Self.earlierEntries[place]
            return log.with(
                "earlier entry \(place)", entries: entries,
                line: "evidence seq=\(log.covered(place)) check=root")
        }
        try log.check(entries, row: 2, "an entry of the earlier origin for each entry")
    }

    /// The entries of the log before.
    private static let earlierEntries = (0..<TamperLog.count).map {
        SampleLog.entry($0, kind: .session)
    }

    @Test("each entry rewritten and signed anew with the real key is caught by a witness's head")
    func resigned() throws {
        let held = log.log.heads[log.log.heads.count - 1]
        let mutations = log.places.map { place in
            var entries = log.log.entries
            entries[place] = SampleLog.entry(place, kind: .stop)
            var mutation = log.resigned(entries)
            mutation.name = "resigned \(place)"
            mutation.line = "evidence seq=0 check=root"
            return mutation
        }
        // By itself such a bundle agrees: that is why auditors and witnesses keep heads.
        for mutation in mutations.prefix(3) {
            #expect(try LogVerifier().verify { mutation.files[$0] ?? nil }.exitCode == 0)
        }
        var policy = LogVerifier.Policy()
        policy.heads = [held]
        try SecondVerifier.withFile(held.encoded) { path in
            try log.check(
                mutations, row: 6, "each entry rewritten, signed with the real key, a head brought",
                policy, options: ["--head", path])
        }
    }

    @Test("a history whose audit key was replaced is caught by the key of the node card")
    func replacedKey() throws {
        var dice = SeededGenerator(seed: 12)
        let mutations = (0..<(TamperReport.isFull ? 128 : 16)).map { _ in
            let place = Int.random(in: log.log.entries.indices, using: &dice)
            var entries = log.log.entries
            entries[place] = SampleLog.entry(place, kind: .stop)
            var mutation = log.resigned(entries, by: SampleLog.otherLog)
            mutation.name = "replaced \(place)"
            mutation.line = "evidence seq=0 check=signature"
            return mutation
        }
        var policy = LogVerifier.Policy()
        policy.keys = SampleLog.keys
        try SecondVerifier.withFile(SampleLog.keys.encoded) { path in
            try log.check(
                mutations, row: 7, "entry rewritten, audit key replaced, key of the card brought",
                policy, options: ["--keys", path])
        }
    }

    @Test("of two contradictory heads each log's bundle contradicts the other's")
    func twoHistories() throws {
        var dice = SeededGenerator(seed: 13)
        var report = TamperReport(
            row: 8, "two heads that contradict each other, either held against the other's log",
            verifiers: "both")
        for _ in 0..<(TamperReport.isFull ? 64 : 8) {
            let place = Int.random(in: log.log.entries.indices, using: &dice)
            var other = log.log
            for later in place..<TamperLog.count {
                other.entries[later] = SampleLog.entry(later, kind: .stop)
            }
            other.sign(sizes: TamperLog.headSizes, witnesses: [])
            for (files, head) in [(log.bundle, other.heads), (other.bundle(), log.log.heads)] {
                let brought = head[head.count - 1]
                var policy = LogVerifier.Policy()
                policy.heads = [brought]
                let verdict = try LogVerifier(policy: policy).verify { files[$0] }
                let second = try SecondVerifier.withFile(brought.encoded) { path in
                    try SecondVerifier.check(
                        base: files, changes: [[:]], options: ["--head", path])
                }
                #expect([verdict.line] == second && verdict.exitCode == 1, "from \(place)")
                report.add(line: verdict.line)
            }
        }
        try report.write()
    }

    @Test("an archive that was rewritten and signed anew does not lead to what is left of the log")
    func rewrittenArchive() throws {
        let pruned = TamperLog.pruned
        let held = log.log.heads[log.log.heads.count - 2]
        let upper = try #require(TileID(level: 1, index: 0, inTreeOf: UInt64(TamperLog.count)))
        let kept = try #require(TreeHash.list(pruned.bundle[upper.path] ?? []))
        var tiles = TamperReport(
            row: 11, "each pruned entry rewritten in the archive: its tile", verifiers: "product")
        let mutations = try log.places.filter { $0 < pruned.minimum }.map { place in
            var entries = log.log.entries
            entries[place] = SampleLog.entry(place, kind: .stop)
            var mutation = log.resigned(entries)
            mutation.line = "evidence seq=0 check=root"
            let tile = TileID(level: 0, index: UInt64(place / 256))
            let file = mutation.files[tile.path] ?? nil
            let hashes = try #require(TreeHash.list(file ?? []))
            let isCaught = MerkleTiles.root(ofTile: hashes) != kept[place / 256]
            #expect(isCaught)
            tiles.add(isCaught ? "upper tile" : nil)
            return mutation
        }
        try tiles.write()
        var policy = LogVerifier.Policy()
        policy.heads = [held]
        try SecondVerifier.withFile(held.encoded) { path in
            try log.check(
                mutations, row: 11,
                "each pruned entry rewritten in the archive, signed, a head brought",
                policy, options: ["--head", path])
        }
    }
}
