import AuditTrail
import ProgramSupport
import Signing
import Testing

/// A log of the tamper suite with its untouched bundle: of a site's second origin, cosigned by two
/// witnesses.
///
/// A tamperer lists the files of a bundle anew, as anyone can; the note over the list takes the
/// log's key.
struct TamperLog: CustomTestStringConvertible {
    static let count = TamperReport.entries
    static let headSizes =
        [1, 100, 256] + (count > 768 ? [700] : []) + [count - 1, count]
    static let whole = TamperLog(minimum: 0)
    static let pruned = TamperLog(minimum: count > 768 ? 512 : 256)
    static let all = [whole, pruned]

    /// The audit key under the name of the origin before.
    static let earlier = SampleLog.signer(
        "north.example/accord/audit/000000000000000f", .log, SampleLog.origin)

    let minimum: Int
    let log: SampleLog
    let bundle: [String: [UInt8]]
    private let leaves: [TreeHash]

    private init(minimum: Int) {
        self.minimum = minimum
        var log = SampleLog(
            count: Self.count, headSizes: [], pruned: minimum > 0 ? minimum : nil)
        log.entries[0] = SampleLog.entry(0, kind: .origin)
        log.sign(sizes: Self.headSizes)
        self.log = log
        bundle = log.bundle(minimum: minimum)
        leaves = log.entries.map { .leaf(of: $0) }
    }

    var testDescription: String { minimum == 0 ? "whole" : "pruned below \(minimum)" }

    /// Where its entries are that are changed: all of them, or with few entries each sixth, and
    /// those beside ends of tiles and of the log.
    var places: [Int] {
        (minimum..<Self.count).filter { place in
            TamperReport.isFull || place % 6 == 0 || (place + 2) % 256 < 4
                || place >= Self.count - 2
        }
    }

    /// The end of a name in the report.
    var kind: String { minimum == 0 ? "" : ", pruned log" }

    /// The size of the last head that is compared and does not cover an entry.
    func covered(_ place: Int) -> Int {
        Self.headSizes.last { $0 <= place && ($0 >= minimum || $0 % 256 == 0) } ?? 0
    }

    /// Where a verifier misses the entries of a tile of which the file has another name.
    func missing(_ place: Int) -> Int {
        let first = place / 256 * 256
        return first == minimum ? 0 : first
    }

    /// The tile that an entry's leaf is in.
    static func tile(_ place: Int) -> TileID {
        TileID(
            level: 0, index: UInt64(place / 256), width: min(256, count - place / 256 * 256))
    }

    /// A bundle with other entries, and their tiles, behind the old heads, keys and export.
    func with(_ name: String, entries: [[UInt8]], line: String? = nil) -> Mutation {
        let tree = tree(of: entries)
        var change: [String: [UInt8]?] = [:]
        for (path, content) in tree where bundle[path] != content { change[path] = content }
        for path in bundle.keys where path.hasPrefix("tile/") && tree[path] == nil {
            change[path] = [UInt8]?.none
        }
        return Mutation(name, change, line: line, base: bundle)
    }

    /// The files of entries and tiles; what is the same as in the untouched log is not made again.
    private func tree(of entries: [[UInt8]]) -> [String: [UInt8]] {
        let isSame = entries.indices.map { $0 < Self.count && entries[$0] == log.entries[$0] }
        let tiles = TileStore(
            leaves: entries.indices.map { isSame[$0] ? leaves[$0] : .leaf(of: entries[$0]) })
        var files: [String: [UInt8]] = [:]
        for tile in TileID.all(inTreeOf: UInt64(entries.count)) {
            let first = Int(tile.firstLeaf(at: 0))
            guard tile.level > 0 || first >= minimum else { continue }
            files[tile.path] = LogBundle.tileFile((try? tiles.read(tile)) ?? [])
            guard tile.level == 0 else { continue }
            let range = first..<first + tile.width
            let old = range.allSatisfy { isSame[$0] } ? bundle[tile.entriesPath] : nil
            files[tile.entriesPath] = old ?? LogBundle.entriesFile(entries[range])
        }
        return files
    }

    /// A bundle of other entries, signed anew throughout.
    func resigned(_ entries: [[UInt8]], by signer: NoteSigner = SampleLog.log) -> Mutation {
        var log = log
        log.entries = entries
        log.sign(sizes: [entries.count], by: signer, witnesses: [])
        let files = log.bundle(minimum: minimum, signer: signer)
        return Mutation(files: files.mapValues { $0 })
    }

    /// A bundle with some other files.
    func with(_ name: String, _ files: [String: [UInt8]?], line: String? = nil) -> Mutation {
        Mutation(name, files, line: line, base: bundle)
    }

    /// Holds the verdicts of both verifiers against each other, and counts them for the report.
    func check(
        _ mutations: [Mutation], row: Int, _ title: String,
        _ policy: LogVerifier.Policy = LogVerifier.Policy(), options: [String] = []
    ) throws {
        try Self.check(
            mutations, row: row, title + kind, base: bundle, policy, options: options)
    }

    static func check(
        _ mutations: [Mutation], row: Int, _ title: String, base: [String: [UInt8]],
        _ policy: LogVerifier.Policy = LogVerifier.Policy(), options: [String] = []
    ) throws {
        let second = try SecondVerifier.check(
            base: base, changes: mutations.map(\.files), options: options)
        try #require(second.count == mutations.count)
        var report = TamperReport(row: row, title, verifiers: "both")
        for (mutation, other) in zip(mutations, second) {
            let verdict = try LogVerifier(policy: policy).verify { path in
                mutation.files[path] ?? base[path]
            }
            #expect(verdict.line == other, "\(mutation.name)")
            #expect(verdict.exitCode == 1, "\(mutation.name)")
            if let line = mutation.line { #expect(verdict.line == line, "\(mutation.name)") }
            report.add(line: verdict.line)
        }
        try report.write()
    }
}

/// A bundle that differs from the untouched one.
struct Mutation {
    var name = ""
    let files: [String: [UInt8]?]
    /// What both verifiers must say; `nil`: whatever both say, as long as it is evidence.
    var line: String?

    init(files: [String: [UInt8]?]) { self.files = files }

    /// The files of a bundle with a list of their own, unless that is what was changed.
    init(
        _ name: String, _ change: [String: [UInt8]?], line: String? = nil, base: [String: [UInt8]]
    ) {
        self.name = name
        self.line = line
        var files = change
        if change[LogBundle.filesPath] == nil {
            files[LogBundle.filesPath] = Self.listed(change, base: base)
        }
        self.files = files
    }

    /// The list of files, in which only those that changed are hashed again.
    private static func listed(
        _ change: [String: [UInt8]?], base: [String: [UInt8]]
    ) -> [UInt8] {
        let old = (base[LogBundle.filesPath] ?? []).split(separator: UInt8(ascii: "\n"))
        var lines = old.map { ArraySlice($0) }.filter { line in
            change[String(decoding: line.dropFirst(66), as: UTF8.self)] == nil
        }
        for (path, content) in change where path != LogBundle.exportPath {
            guard let content else { continue }
            let digest = Hexadecimal.text(Digest.sha256(content))
            lines.append(bytes("\(digest)  \(path)")[...])
        }
        lines.sort { $0.dropFirst(66).lexicographicallyPrecedes($1.dropFirst(66)) }
        return lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    }
}
