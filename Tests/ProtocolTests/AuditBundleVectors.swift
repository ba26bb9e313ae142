import AuditTrail
import Signing
import Testing

@Suite("Vectors of exported audit logs")
struct AuditBundleVectors {
    @Test("every bundle is checked as its vector says")
    func bundles() throws {
        try VectorFile.check(Self.file, named: "audit-bundles") { input in
            var policy = LogVerifier.Policy()
            if input["keys"] != .null { policy.keys = try LogKeys(encoded: input["keys"].bytes) }
            for head in input["heads"].items {
                policy.heads.append(try SignedHead(encoded: head.bytes))
            }
            policy.witnessesMin = input["witnessesMin"].number ?? 0
            let files = input["files"]
            let verdict = try LogVerifier(policy: policy).verify { path in
                files[path] == .null ? nil : files[path].bytes
            }
            return ["line": .text(verdict.line)]
        }
    }

    /// The entries and heads of a small log, and what its files are made of.
    private struct Log {
        var entries = (0..<3).map { AuditSample.entry($0) }
        var notes: [SignedNote] = []
        let newest: LogHead
        var keys =
            (["log \(AuditSample.log.key.text)\n"]
            + AuditSample.witnesses.map { "witness \($0.key.text)\n" }).joined()

        init() {
            var head = AuditSample.head(entries)
            head.add(
                AuditSample.witnesses.map { $0.cosign(head.note.text, seconds: 1_780_000_000) },
                of: AuditSample.witnesses.map(\.key))
            notes = [AuditSample.head(entries.prefix(1)).note, head.note]
            newest = head.head
        }

        func files(
            _ change: (inout [String: [UInt8]]) -> Void = { _ in }, list: Bool = true
        ) -> [String: [UInt8]] {
            let tile = TileID(level: 0, index: 0, width: entries.count)
            var files = [
                tile.path: LogBundle.tileFile(entries.map { TreeHash.leaf(of: $0) }),
                tile.entriesPath: LogBundle.entriesFile(entries),
                LogBundle.headsPath: notes.flatMap { $0.encoded + Array("\n".utf8) },
                LogBundle.checkpointPath: notes.last?.encoded ?? [],
                LogBundle.keysPath: Array(keys.utf8),
            ]
            if list { change(&files) }
            var listing = BundleListing()
            for (path, content) in files.sorted(by: { $0.key < $1.key }) {
                listing.add(path, content)
            }
            files[LogBundle.filesPath] = listing.encoded
            let text = LogBundle.exportText(files: listing.encoded, head: newest)
            files[LogBundle.exportPath] =
                SignedNote(text: text, signatures: [AuditSample.log.sign(text)]).encoded
            if !list { change(&files) }
            return files
        }
    }

    private static func vector(
        _ name: String, _ what: String, _ files: [String: [UInt8]], _ line: String,
        keys: String? = nil, heads: [SignedHead] = [], witnessesMin: Int = 0
    ) -> Vector {
        Vector(
            name, what,
            input: [
                "files": .object(files.mapValues { .hex($0) }),
                "keys": .optional(keys) { .hex($0.utf8) },
                "heads": .list(heads.map { .hex($0.encoded) }),
                "witnessesMin": .number(witnessesMin),
            ], expect: ["line": .text(line)])
    }

    private static var file: VectorFile {
        VectorFile(
            name: "audit-bundles", specification: "audit-log-v1.md §8, §9",
            about:
                "The files of a bundle, and what the auditor brings; the first line of the verdict.",
            vectors: brought + altered + rewritten + unlisted)
    }

    private static let entriesPath = TileID(level: 0, index: 0, width: 3).entriesPath
    private static let tilePath = TileID(level: 0, index: 0, width: 3).path

    private static var brought: [Vector] {
        let log = Log()
        let intact = "intact entries=3 minimum=0 heads=2 witnesses=2"
        let longer = AuditSample.head(log.entries + [AuditSample.entry(3)])
        var other = log.entries
        other[1] = AuditSample.entry(1, kind: "stop")
        let otherKeys = "log \(AuditSample.otherLog.key.text)\n"
        return [
            vector("intact", "nothing is wrong", log.files(), intact, witnessesMin: 2),
            vector(
                "brought", "keys and a head of the auditor", log.files(), intact, keys: log.keys,
                heads: [AuditSample.head(log.entries.prefix(2))]),
            vector(
                "quorum", "three witnesses demanded", log.files(), "unchecked witnesses=2",
                witnessesMin: 3),
            vector(
                "key-replaced", "not the key of the node card", log.files(),
                "evidence seq=0 check=signature", keys: otherKeys),
            vector(
                "cut", "the auditor saw a larger head", log.files(), "evidence seq=3 check=size",
                heads: [longer]),
            vector(
                "contradiction", "the auditor saw another root", log.files(),
                "evidence seq=1 check=root",
                heads: [AuditSample.head(other.prefix(2))]),
            vector(
                "foreign-head", "a head that the log did not sign", log.files(),
                "unchecked foreign-head",
                heads: [AuditSample.head(log.entries, by: AuditSample.otherLog)]),
        ]
    }

    private static var altered: [Vector] {
        let log = Log()
        func flip(_ path: String, _ offset: Int) -> [String: [UInt8]] {
            log.files { files in files[path]?[offset] ^= 1 }
        }
        let second = 2 + log.entries[0].count
        var signatures = log
        let other = AuditSample.head([AuditSample.entry(0, kind: "stop")]).head
        signatures.notes[0] = SignedNote(text: other.text, signatures: log.notes[0].signatures)
        var cosignatures = log
        let wrong = AuditSample.witnesses[1].cosign(other.text, seconds: 1_780_000_000)
        cosignatures.notes[1] = SignedNote(
            text: log.notes[1].text, signatures: log.notes[1].signatures.dropLast() + [wrong])
        return [
            vector(
                "entry", "a byte of entry 1", flip(entriesPath, second + 50),
                "evidence seq=1 check=leaf"),
            vector(
                "entry-seq", "the number of entry 1", flip(entriesPath, second + 9),
                "evidence seq=1 check=seq"),
            vector(
                "entry-length", "the length of entry 1", flip(entriesPath, second),
                "evidence seq=1 check=entries"),
            vector("leaf", "a hash of the tile", flip(tilePath, 40), "evidence seq=1 check=leaf"),
            vector(
                "head-root", "a head with another root under its signature", signatures.files(),
                "evidence seq=0 check=signature"),
            vector(
                "cosignature", "a cosignature over another text", cosignatures.files(),
                "evidence seq=1 check=cosignature"),
            vector(
                "checkpoint", "not the last of the heads", flip(LogBundle.checkpointPath, 3),
                "evidence seq=1 check=head"),
            vector("keys", "a key", flip(LogBundle.keysPath, 8), "evidence seq=0 check=keys"),
            vector(
                "left-over", "a byte behind the last entry",
                log.files { $0[entriesPath]?.append(0) }, "evidence seq=3 check=entries"),
            vector(
                "tile-cut", "a tile too short", log.files { $0[tilePath]?.removeLast() },
                "evidence seq=0 check=tile"),
        ]
    }

    private static var rewritten: [Vector] {
        let log = Log()
        var other = log
        other.entries[2] = AuditSample.entry(2, kind: "stop")
        var swapped = log
        swapped.entries.swapAt(1, 2)
        var cut = log
        cut.entries.removeLast()
        var order = log
        order.notes.swapAt(0, 1)
        return [
            vector(
                "rewritten", "entry 2 and its leaf are others", other.files(),
                "evidence seq=1 check=root"),
            vector(
                "swapped", "two entries changed places", swapped.files(), "evidence seq=1 check=seq"
            ),
            vector("tail-cut", "the last entry is gone", cut.files(), "evidence seq=0 check=size"),
            vector("order", "heads in another order", order.files(), "evidence seq=3 check=head"),
        ]
    }

    private static var unlisted: [Vector] {
        let log = Log()
        func after(_ change: (inout [String: [UInt8]]) -> Void) -> [String: [UInt8]] {
            log.files(change, list: false)
        }
        return [
            vector(
                "missing", "a listed file is not there", after { $0[tilePath] = nil },
                "unchecked missing=\(tilePath)"),
            vector(
                "missing-files", "no list", after { $0[LogBundle.filesPath] = nil },
                "unchecked missing=files"),
            vector(
                "missing-export", "no note over the list", after { $0[LogBundle.exportPath] = nil },
                "unchecked missing=export"),
            vector(
                "listed-otherwise", "keys that are not as listed",
                after { $0[LogBundle.keysPath]? = Array("log \(AuditSample.log.key.text)\n".utf8) },
                "evidence seq=0 check=files"),
            vector(
                "export", "a byte of the note over the list",
                after { $0[LogBundle.exportPath]?[80] ^= 1 }, "evidence seq=0 check=export"),
            vector(
                "list", "the list ends without a newline",
                after { _ = $0[LogBundle.filesPath]?.removeLast() }, "evidence seq=0 check=files"),
        ]
    }
}
