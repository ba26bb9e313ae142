public import CareRecord
import Foundation
import GRDB
import Signing

/// A blob that an accepted event refers to and whose bytes are not all here yet.
public struct MissingBlob: Sendable, Hashable {
    /// SHA-256 over the whole, 32 bytes.
    public var sha256: [UInt8]
    /// Its length, in bytes.
    public var length: UInt64
    /// A stream whose event refers to it.
    public var stream: StreamID
    /// How many bytes have come of it, from the peer that is asked.
    public var offset: UInt64
}

/// What became of a piece of a blob.
public enum BlobProgress: Sendable, Hashable {
    /// It is kept, and more is to come.
    case more(MissingBlob)
    /// The blob is whole.
    case whole
    /// The bytes are not those of the blob; whatever the peer sent of it is gone.
    case wrong
}

extension SiteStore {
    /// Blobs on their way whose stream a peer has announced, ascending by hash and length.
    ///
    /// - Parameter place: only those past this one; `nil` to begin.
    public func missingBlobs(
        from site: SiteID, after place: MissingBlob? = nil, countMax: Int
    ) async throws -> [MissingBlob] {
        try await read("list missing blobs") { db in
            let peer = try PeerRows.active(site, db)
            return try Row.fetchAll(
                try db.cachedStatement(
                    sql: """
                        SELECT blob.sha256, blob.length, min(stream.name), (
                            SELECT coalesce(sum(length(blob_piece.content)), 0) FROM blob_piece
                            WHERE blob_piece.blob = blob.id AND blob_piece.peer = ?1)
                        FROM blob JOIN blob_use ON blob_use.blob = blob.id
                        JOIN stream ON stream.id = blob_use.stream AND stream.sealed IS NULL
                        JOIN announced ON announced.peer = ?1 AND announced.stream = stream.name
                        WHERE blob.content IS NULL AND (blob.sha256, blob.length) > (?2, ?3)
                        GROUP BY blob.sha256, blob.length
                        ORDER BY blob.sha256, blob.length LIMIT ?4
                        """),
                arguments: [
                    peer.id, Data(place?.sha256 ?? []), Int64(place?.length ?? 0), countMax,
                ]
            ).compactMap { row in
                let (hash, length, name, offset): (Data, Int64, Data, Int64) = (
                    row[0], row[1], row[2], row[3]
                )
                return StreamID(bytes: name).map {
                    MissingBlob(
                        sha256: Array(hash), length: UInt64(length), stream: $0,
                        offset: UInt64(offset))
                }
            }
        }
    }

    /// Keeps the next piece of a blob; once all have come and are the ones that were named, the
    /// blob is here. A restart goes on where it was.
    ///
    /// - Parameter piece: from `blob.offset` on.
    public func keepBlobPiece(
        _ piece: [UInt8], of blob: MissingBlob, from site: SiteID
    ) async throws -> BlobProgress {
        let room = blob.length - min(blob.offset, blob.length)
        guard !piece.isEmpty, UInt64(piece.count) <= room else { return .wrong }
        guard UInt64(piece.count) < room else {
            return try await finish(blob, with: piece, from: site)
        }
        let isKept = try await committer.commit { db, _ in
            try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO blob_piece (peer, blob, start, content)
                    SELECT ?1, id, ?4, ?5 FROM blob
                    WHERE sha256 = ?2 AND length = ?3 AND content IS NULL
                    """
            ).execute(arguments: [
                try PeerRows.active(site, db).id, Data(blob.sha256), Int64(blob.length),
                Int64(blob.offset), Data(piece),
            ])
            return db.changesCount > 0
        }
        // Another peer was faster, or nothing names it any more.
        guard isKept else { return .whole }
        var next = blob
        next.offset += UInt64(piece.count)
        return .more(next)
    }

    /// Puts the pieces of a blob together with the last one: no crash leaves all of them and no blob.
    private func finish(
        _ blob: MissingBlob, with last: [UInt8], from site: SiteID
    ) async throws -> BlobProgress {
        let key: StatementArguments = [Data(blob.sha256), Int64(blob.length)]
        let earlier = try await read("put a blob together") { db -> [UInt8]? in
            let row = try Int64.fetchOne(
                db,
                sql: "SELECT id FROM blob WHERE sha256 = ? AND length = ? AND content IS NULL",
                arguments: key)
            guard let row else { return nil }
            return try Data.fetchAll(
                db,
                sql: "SELECT content FROM blob_piece WHERE blob = ? AND peer = ? ORDER BY start",
                arguments: [row, try PeerRows.active(site, db).id]
            ).flatMap { Array($0) }
        }
        // Another peer was faster, or nothing names it any more.
        guard let earlier else { return .whole }
        let content = earlier + last
        let name = BlobName(content: content)
        let isRight = Array(name.sha256) == blob.sha256 && name.length == blob.length
        try await committer.commit { db, _ in
            if isRight { return try BlobRows.store(content, named: name, db) }
            try db.execute(
                sql: """
                    DELETE FROM blob_piece WHERE peer = ?
                      AND blob IN (SELECT id FROM blob WHERE sha256 = ? AND length = ?)
                    """, arguments: [try PeerRows.active(site, db).id] + key)
        }
        return isRight ? .whole : .wrong
    }

    /// A piece of a blob, and its whole length, if the peer may have the stream that it asks by.
    ///
    /// - Parameter session: 16 bytes, the session that it is asked in.
    public func blobPiece(
        _ sha256: [UInt8], offset: UInt64, bytesMax: Int, stream: StreamID, for site: SiteID,
        session: [UInt8]
    ) async throws -> (piece: [UInt8], length: UInt64)? {
        guard let start = Int64(exactly: offset) else { return nil }
        let now = now()
        let found = try await read("read a blob") { db -> BlobPiece? in
            let peer = try PeerRows.active(site, db)
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT substr(blob.content, ?1 + 1, ?2), blob.length, share.policy, share.until
                    FROM blob JOIN blob_use ON blob_use.blob = blob.id
                    JOIN stream ON stream.id = blob_use.stream AND stream.name = ?3
                    JOIN share ON share.stream = stream.id AND share.peer = ?4
                    WHERE blob.sha256 = ?5 AND blob.content IS NOT NULL LIMIT 1
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
                for basis in try ShareRows.bases(peer: peer.id, stream, db) {
                    try state.record(
                        DisclosureFacts.blob(
                            sha256, of: stream, piece: found.bytes.count, offset: offset,
                            basis: basis, to: peer, session: session), db)
                }
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
