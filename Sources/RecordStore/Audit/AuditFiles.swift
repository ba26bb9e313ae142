import AuditTrail
import GRDB
import Signing

/// The files of the log as an export has them (`audit-log-v1.md` §8), as of its newest signed head.
///
/// They are made from the rows as these are: what is wrong with rows is for a verifier to find.
struct AuditFiles {
    /// The paths of files that the list of files names, in the order of an export.
    let paths: [String]
    /// The first entry that was there when the export began.
    let minimum: UInt64
    /// The newest head, if it can be read.
    let head: LogHead?

    private let keys: [UInt8]
    private let notes: [[UInt8]]

    /// - Parameter keys: those that the export hands out.
    init(keys: LogKeys, _ db: Database) throws {
        self.keys = keys.encoded
        notes = try AuditRows.notes(db)
        minimum = try AuditRows.minimum(db)
        head = Self.head(of: notes)
        let size = try head?.size ?? AuditRows.size(db)
        let tiles = TileID.all(inTreeOf: size)
        paths =
            tiles.filter { $0.level == 0 }.map(\.entriesPath) + tiles.map(\.path) + [
                LogBundle.headsPath, LogBundle.checkpointPath, LogBundle.keysPath,
            ]
    }

    /// The content of a file; `nil` if no row is there to make it from.
    func content(of path: String, _ db: Database) throws -> [UInt8]? {
        switch path {
        case LogBundle.keysPath: return keys
        case LogBundle.checkpointPath: return notes.last
        case LogBundle.headsPath:
            return Self.headsFile(notes)
        default: break
        }
        switch TileID.resource(at: path) {
        case .entries(let tile):
            let first = tile.firstLeaf(at: 0)
            let entries = try AuditRows.entries(first..<first + UInt64(tile.width), db)
            guard entries.allSatisfy({ $0.count <= AuditEntryEncoder.entryBytesMax }) else {
                throw StoreFailure(.damaged, "export the audit entries from \(first)")
            }
            return entries.isEmpty ? nil : LogBundle.entriesFile(entries)
        case .hashes(let tile):
            let hashes = try Self.hashes(of: tile, db)
            return hashes.isEmpty ? nil : LogBundle.tileFile(hashes)
        case nil: return nil
        }
    }

    /// The hashes of a tile; none if it is not there.
    static func hashes(of tile: TileID, _ db: Database) throws -> [TreeHash] {
        do {
            return try AuditRows.hashes(of: tile, db)
        } catch TileFailure.missing {
            return []
        }
    }

    /// The file of all heads.
    static func headsFile(_ notes: [[UInt8]]) -> [UInt8] {
        notes.flatMap { $0 + [UInt8(ascii: "\n")] }
    }

    /// The newest head; `nil` if there is none that can be read.
    static func head(of notes: [[UInt8]]) -> LogHead? {
        guard let newest = notes.last else { return nil }
        do {
            return try SignedHead(encoded: newest).head
        } catch {
            return nil
        }
    }
}

extension LogBundle {
    /// The note over a list of files and the newest head.
    static func exportNote(
        files: [UInt8], head: LogHead, form: Form, signer: NoteSigner
    ) -> [UInt8] {
        let text = exportText(files: files, head: head, form: form)
        return SignedNote(text: text, signatures: [signer.sign(text)]).encoded
    }
}
