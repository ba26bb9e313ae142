public import CareRecord
import Foundation
import GRDB
import Signing

/// A blob that an accepted event refers to and whose bytes are not here yet.
public struct MissingBlob: Sendable, Hashable {
    /// SHA-256 over the whole, 32 bytes.
    public var sha256: [UInt8]
    /// Its length, in bytes.
    public var length: UInt64
    /// The stream whose event refers to it.
    public var stream: StreamID
}

extension SiteStore {
    /// Blobs on their way whose stream a peer has announced, ascending by hash.
    public func missingBlobs(from site: SiteID, countMax: Int) async throws -> [MissingBlob] {
        try await read("list missing blobs") { db in
            let peer = try PeerRows.active(site, db)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT blob.sha256, blob.length, stream.name FROM blob
                    JOIN stream ON stream.id = blob.stream
                    JOIN announced ON announced.peer = ? AND announced.stream = stream.name
                    WHERE blob.content IS NULL ORDER BY blob.sha256 LIMIT ?
                    """, arguments: [peer.id, countMax]
            ).compactMap { row in
                let hash: Data = row[0]
                let length: Int64 = row[1]
                let name: Data = row[2]
                return StreamID(bytes: name).map {
                    MissingBlob(sha256: Array(hash), length: UInt64(length), stream: $0)
                }
            }
        }
    }

    /// Keeps the bytes of a blob; `false` if they are not the ones that were named.
    public func storeBlob(_ content: [UInt8], named sha256: [UInt8]) async throws -> Bool {
        guard Digest.sha256(content) == sha256 else { return false }
        try await committer.commit { db, _ in
            try db.execute(
                sql: "UPDATE blob SET content = ? WHERE sha256 = ? AND content IS NULL",
                arguments: [Data(content), Data(sha256)])
        }
        return true
    }

    /// A piece of a blob, and its whole length, if the peer may have the stream that it asks by.
    public func blobPiece(
        _ sha256: [UInt8], offset: UInt64, bytesMax: Int, stream: StreamID, for site: SiteID
    ) async throws -> (piece: [UInt8], length: UInt64)? {
        guard let start = Int64(exactly: offset) else { return nil }
        let now = now()
        let found = try await read("read a blob") { db -> BlobPiece? in
            let peer = try PeerRows.active(site, db)
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT substr(blob.content, ?1 + 1, ?2), blob.length, share.policy, share.until
                    FROM blob
                    JOIN stream ON stream.id = blob.stream AND stream.name = ?3
                    JOIN share ON share.stream = stream.id AND share.peer = ?4
                    WHERE blob.sha256 = ?5 AND blob.content IS NOT NULL
                    """,
                arguments: [start, bytesMax, Data(stream.bytes), peer.id, Data(sha256)])
            guard let row,
                try ShareValidity(peer: peer.id, now: now, db)
                    .counts(policy: row[2], until: row[3], stream: stream)
            else { return nil }
            let piece: Data = row[0]
            let length: Int64 = row[1]
            return BlobPiece(bytes: Array(piece), length: UInt64(length))
        }
        if let found {
            // The entry of each piece stands before the piece leaves.
            let isPermitted = try await committer.commit { db, state in
                let peer = try PeerRows.active(site, db)
                guard try ShareRows.counts(peer: peer.id, stream, now: state.now(), db) else {
                    return false
                }
                let basis = try ShareRows.basis(peer: peer.id, stream, db)
                try state.record(
                    DisclosureFacts.blob(
                        sha256, of: stream, piece: found.bytes.count, offset: offset,
                        basis: basis, to: peer), db)
                return true
            }
            guard isPermitted else { return nil }
        }
        return found.map { ($0.bytes, $0.length) }
    }
}

private struct BlobPiece: Sendable {
    let bytes: [UInt8]
    let length: UInt64
}
