import RecordStore
package import WireFormat

/// How far one peer was asked for blobs: one piece after the other, one blob after the other, those
/// that it cannot give passed over until the next round.
package struct BlobErrand: Sendable {
    /// The blob whose next piece is asked for.
    var asked: MissingBlob?
    /// The last blob that was looked at in this round; `nil` as it begins.
    var place: MissingBlob?
    /// Whether anything came in this round.
    var hasProgress = false
    /// How many rounds in a row there was something to ask for and nothing came.
    private(set) var fruitlessRounds = 0

    /// How long to wait with the next round, in milliseconds: longer and longer while nothing comes,
    /// at most a minute.
    package var restMilliseconds: UInt64 {
        fruitlessRounds == 0 ? 0 : min(60_000, 500 << UInt64(min(fruitlessRounds, 7)))
    }

    /// A round is over.
    mutating func endRound() {
        if place != nil { fruitlessRounds = hasProgress ? 0 : fruitlessRounds + 1 }
        place = nil
        hasProgress = false
    }

    /// Nothing was asked for yet.
    package init() {}
}

extension PeerStore {
    /// The messages of a response that are answered: of questions for blobs the first only, so that
    /// the next request has room.
    package static func answerable(_ messages: [SyncMessage]) -> [SyncMessage] {
        var hasQuestion = false
        return messages.filter { message in
            guard case .blobRequest = message else { return true }
            defer { hasQuestion = true }
            return !hasQuestion
        }
    }

    /// A piece of a blob that the peer asks for.
    ///
    /// - Parameters:
    ///   - bytesMax: how much of it at most.
    ///   - session: 16 bytes, the session that it is asked in.
    package func answer(
        _ request: BlobRequest, bytesMax: Int, session: [UInt8]
    ) async throws -> BlobChunk {
        let found = try await store.blobPiece(
            request.sha256, offset: request.offset, bytesMax: bytesMax, stream: request.stream,
            for: peer, session: session)
        return BlobChunk(
            sha256: request.sha256, offset: request.offset, totalBytes: found?.length ?? 0,
            content: found?.piece ?? [])
    }

    /// The next piece to ask the peer for; no request once a round is over.
    package func nextBlobRequest(
        _ errand: BlobErrand
    ) async throws -> (errand: BlobErrand, request: SyncMessage?) {
        var errand = errand
        if errand.asked == nil {
            errand.asked = try await store.missingBlobs(
                from: peer, after: errand.place, countMax: 1
            ).first
        }
        guard let blob = errand.asked else {
            errand.endRound()
            return (errand, nil)
        }
        let request = BlobRequest(sha256: blob.sha256, offset: blob.offset, stream: blob.stream)
        return (errand, .blobRequest(request))
    }

    /// Takes what came in answer to the request.
    ///
    /// - Parameter chunk: `nil` for another answer.
    /// - Returns: whether it was part of the blob or no part at all; `false` if the peer's bytes
    ///   were not those that were named.
    package func take(
        _ chunk: BlobChunk?, _ errand: BlobErrand
    ) async throws -> (errand: BlobErrand, isHonest: Bool) {
        var errand = errand
        guard let blob = errand.asked else { return (errand, true) }
        errand.asked = nil
        errand.place = blob
        guard let chunk, chunk.sha256 == blob.sha256, chunk.offset == blob.offset,
            chunk.totalBytes == blob.length, !chunk.content.isEmpty
        else { return (errand, true) }
        switch try await store.keepBlobPiece(chunk.content, of: blob, from: peer) {
        case .more(let rest):
            errand.asked = rest
            errand.hasProgress = true
        case .whole: errand.hasProgress = true
        case .wrong: return (errand, false)
        }
        return (errand, true)
    }
}
