import AuditTrail
import GRDB
import Signing

/// The log in its rows, for a verifier: what an export would make its files from, of one snapshot.
struct AuditRowSource: LogSource {
    private let db: Database
    private let keys: LogKeys
    private let notes: [[UInt8]]
    /// The leaves of the tile of level 0 that was asked for last.
    private var leaves: [TreeHash] = []
    /// Where the entries are that say what is in force, of those that were read; ascending.
    private(set) var inForce: [UInt64] = []

    /// - Parameter keys: those that an export would hand out.
    init(keys: LogKeys, _ db: Database) throws {
        self.db = db
        self.keys = keys
        notes = try AuditRows.notes(db)
    }

    /// Whether there is a newest head that can be read.
    var hasHead: Bool { AuditFiles.head(of: notes) != nil }

    func content(of path: String) throws -> [UInt8] {
        switch path {
        case LogBundle.keysPath: return keys.encoded
        case LogBundle.headsPath: return AuditFiles.headsFile(notes)
        case LogBundle.checkpointPath:
            if let newest = notes.last { return newest }
        default: break
        }
        throw LogFinding(.files, at: 0)
    }

    func firstEntries(inTreeOf size: UInt64) throws -> TileID? {
        try AuditRows.first(in: 0..<size, db).flatMap { first in
            TileID(level: 0, index: first / UInt64(TileID.widthMax), inTreeOf: size)
        }
    }

    func openEntries(of tile: TileID) throws -> Bool {
        try AuditRows.first(in: Self.entries(of: tile), db) != nil
    }

    mutating func hashes(of tile: TileID) throws -> [TreeHash]? {
        let hashes = try AuditFiles.hashes(of: tile, db)
        if tile.level == 0 { leaves = hashes }
        return hashes.isEmpty ? nil : hashes
    }

    mutating func forEachEntry(
        of tile: TileID, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        // A range of places has no more entries than it is long.
        let entries = try AuditEntryCursor(Self.entries(of: tile), db)
        var unread = leaves[...]
        while let (sequence, bytes) = try entries.next() {
            try body(bytes)
            // A full tile is stored beside the leaves of its entries; no export has these.
            guard let leaf = unread.popFirst(), entries.storesLeaf(leaf) else {
                throw LogFinding(.leaf, at: sequence)
            }
            if EntryBytes(bytes).maySayWhatIsInForce { inForce.append(sequence) }
        }
        return true
    }

    private static func entries(of tile: TileID) -> Range<UInt64> {
        let first = tile.firstLeaf(at: 0)
        return first..<first + UInt64(tile.width)
    }
}
