import AuditTrail
import CareRecord
import Signing

/// A log of synthetic entries with its heads, and the files of its bundle.
struct SampleLog {
    static let origin = "north.example/accord/audit/0000000000000010"
    static let log = signer(origin, .log)
    static let otherLog = signer(origin, .log, "another log key")
    static let witnesses = ["south.example/accord/witness", "west.example/accord/witness"].map {
        signer($0, .witness)
    }
    static let keys = keys(log: log)

    var entries: [[UInt8]]
    var heads: [SignedHead]

    /// A signer that anybody can make again.
    static func signer(_ name: String, _ job: NoteKey.Job, _ seed: String? = nil) -> NoteSigner {
        let bytes = Digest.sha256(Array("accord tests, \(seed ?? name)".utf8))
        guard let secret = EventKey(rawBytes: bytes),
            let signer = NoteSigner(name: name, job: job, secret: secret)
        else { preconditionFailure("no signer for \(name)") }
        return signer
    }

    static func keys(log: NoteSigner) -> LogKeys {
        guard let keys = LogKeys(log: [log.key], witnesses: witnesses.map(\.key)) else {
            preconditionFailure("these are keys")
        }
        return keys
    }

    /// An entry as the store makes it.
    static func entry(_ sequence: Int, kind: AuditKind = .discloseOut, pruned: Int? = nil)
        -> [UInt8]
    {
        let encoder = AuditEntryEncoder(
            software: "accord 0.0", boot: "b", pseudonymKey: [UInt8](repeating: 1, count: 32))
        var fact = AuditFact(kind: kind, actor: AuditActor(id: "node", role: "system"))
        if let pruned {
            fact.data = AuditData(
                compartments: [], types: [], events: pruned,
                digest: [UInt8](repeating: 9, count: 32))
        }
        return encoder.encode(
            fact,
            at: AuditEntryEncoder.Place(
                sequence: UInt64(sequence), timeMilliseconds: 1_780_000_000_000 + Int64(sequence),
                clock: .synchronised,
                salt: Array(Digest.sha256(Array("salt \(sequence)".utf8)).prefix(16))))
    }

    /// A log with heads at some sizes; both witnesses cosign every second one and the newest.
    init(count: Int, headSizes: [Int], pruned: Int? = nil) {
        entries = (0..<count).map { Self.entry($0) }
        if let pruned { entries[count - 1] = Self.entry(count - 1, kind: .prune, pruned: pruned) }
        heads = []
        sign(sizes: headSizes)
    }

    /// Signs the entries as they are at some sizes.
    mutating func sign(
        sizes: [Int], by signer: NoteSigner = log, witnesses: [NoteSigner] = witnesses
    ) {
        heads = sizes.enumerated().map { place, size in
            var head = Self.head(entries[..<size], signer: signer)
            guard place % 2 == 0 || place == sizes.count - 1 else { return head }
            head.add(
                witnesses.map { $0.cosign(head.note.text, seconds: 1_780_000_000 + UInt64(size)) },
                of: witnesses.map(\.key))
            return head
        }
    }

    /// A signed head over some entries.
    static func head(_ entries: ArraySlice<[UInt8]>, signer: NoteSigner = log) -> SignedHead {
        var edge = MerkleEdge()
        for entry in entries { _ = edge.append(.leaf(of: entry)) }
        guard let head = LogHead(origin: origin, size: edge.size, root: edge.root) else {
            preconditionFailure("this is a head")
        }
        return SignedHead(head, signer: signer)
    }

    /// The files of entries and tiles, of the entries from `minimum` on.
    func tree(minimum: Int = 0) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let tiles = TileStore(entries)
        for tile in TileID.all(inTreeOf: UInt64(entries.count)) {
            let first = Int(tile.firstLeaf(at: 0))
            guard tile.level > 0 || first >= minimum else { continue }
            files[tile.path] = LogBundle.tileFile((try? tiles.read(tile)) ?? [])
            guard tile.level == 0 else { continue }
            files[tile.entriesPath] = LogBundle.entriesFile(entries[first..<first + tile.width])
        }
        return files
    }

    /// Every file of the bundle.
    func bundle(minimum: Int = 0, signer: NoteSigner = log) -> [String: [UInt8]] {
        var files = tree(minimum: minimum)
        files[LogBundle.keysPath] = Self.keys(log: signer).encoded
        files[LogBundle.headsPath] = LogBundle.headsFile(heads)
        files[LogBundle.checkpointPath] = heads[heads.count - 1].encoded
        return Self.listed(files, head: heads[heads.count - 1].head, signer: signer)
    }

    /// Adds the list of files, as anyone can, and the export's note, for which a key is needed.
    static func listed(
        _ files: [String: [UInt8]], head: LogHead? = nil, signer: NoteSigner? = nil
    ) -> [String: [UInt8]] {
        var files = files
        var listing = BundleListing()
        for (path, content) in files.sorted(by: { $0.key < $1.key })
        where path != LogBundle.filesPath && path != LogBundle.exportPath {
            listing.add(path, content)
        }
        files[LogBundle.filesPath] = listing.encoded
        if let head, let signer {
            let text = LogBundle.exportText(files: listing.encoded, head: head)
            files[LogBundle.exportPath] =
                SignedNote(text: text, signatures: [signer.sign(text)]).encoded
        }
        return files
    }
}
