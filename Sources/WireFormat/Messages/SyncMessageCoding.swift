import CareRecord
import Foundation
import Signing
import SwiftProtobuf

extension WireMessage {
    init(_ message: SyncMessage) {
        self.init()
        switch message {
        case .hello(let hello): self.hello = WireHello(hello)
        case .announce(let announce): self.announce = WireAnnounce(announce)
        case .cards(let cards): self.cards = .with { $0.cards = cards.map(WireSignedNodeCard.init) }
        case .deliver(let deliver): self.deliver = WireDeliver(deliver)
        case .answer(let answer): self.answer = WireAnswer(answer)
        case .wait(let wait):
            self.wait = .with {
                $0.milliseconds = wait.milliseconds
                $0.directSites = wait.directSites.map { Data($0.bytes) }
                $0.number = wait.number
            }
        case .blobRequest(let request):
            blobRequest = .with {
                $0.sha256 = Data(request.sha256)
                $0.offset = request.offset
                $0.stream = Data(request.stream.bytes)
            }
        case .blobChunk(let chunk):
            blobChunk = .with {
                $0.sha256 = Data(chunk.sha256)
                $0.offset = chunk.offset
                $0.totalBytes = chunk.totalBytes
                $0.content = Data(chunk.content)
            }
        case .notice(let signed): notice = WireSignedWithdrawalNotice(signed)
        case .noticeAnswer(let answer): noticeAnswer = WireNoticeAnswer(answer)
        case .fetch(let fetch): self.fetch = WireFetch(fetch)
        case .vectors(let vectors): self.vectors = WireStreamVectors(vectors)
        case .standing(let standing): self.standing = WireStanding(standing)
        case .ask(let ask): self.ask = WireAsk(ask)
        case .askAnswer(let answer): askAnswer = WireAskAnswer(answer)
        case .cosign(let cosign): self.cosign = WireCosign(cosign)
        case .cosignAnswer(let answer): cosignAnswer = WireCosignAnswer(answer)
        case .refusal(let reason): refusal = .with { $0.reason = reason.rawValue }
        case .unknown: break
        }
    }

    func syncMessage() throws(DecodingFailure) -> SyncMessage {
        switch body {
        case .hello(let wire): .hello(try wire.hello())
        case .announce(let wire): .announce(try wire.announce())
        case .cards(let wire): .cards(try Self.cards(wire))
        case .deliver(let wire): .deliver(try wire.deliver())
        case .answer(let wire): .answer(try wire.answer())
        case .wait(let wire): .wait(try wire.wait())
        case .blobRequest(let wire): .blobRequest(try wire.request())
        case .blobChunk(let wire): .blobChunk(try wire.chunk())
        case .notice(let wire): .notice(try SignedWithdrawalNotice(wire))
        case .noticeAnswer(let wire): .noticeAnswer(try wire.noticeAnswer())
        case .fetch(let wire): .fetch(try wire.fetch())
        case .vectors(let wire): .vectors(try wire.vectors())
        case .standing(let wire): .standing(try wire.standing())
        case .ask(let wire): .ask(try wire.ask())
        case .askAnswer(let wire): .askAnswer(try wire.askAnswer())
        case .cosign(let wire): .cosign(try wire.cosign())
        case .cosignAnswer(let wire): .cosignAnswer(try wire.cosignAnswer())
        case .refusal(let wire): .refusal(SyncRefusal(rawValue: wire.reason) ?? .other)
        case nil: .unknown
        }
    }

    private static func cards(_ wire: WireCards) throws(DecodingFailure) -> [SignedNodeCard] {
        guard wire.cards.count <= SyncLimits.cardsMax else { throw .tooLong }
        var cards: [SignedNodeCard] = []
        for card in wire.cards {
            cards.append(try SignedNodeCard(card))
        }
        return cards
    }
}

extension WireHello {
    init(_ hello: Hello) {
        self.init()
        protocolMin = hello.protocolMin
        protocolMax = hello.protocolMax
        replica = hello.replica.wireData
        feed = Data(hello.feed.bytes)
        feedHead = hello.feedHead
        feedHeadEvent = Data(hello.feedHeadEvent?.bytes ?? [])
        shareVersion = hello.shareVersion
        shareDigest = Data(hello.shareDigest)
        time = hello.time.bits
        if let held = hello.echo {
            echo = .with {
                $0.feed = Data(held.feed.bytes)
                $0.position = held.position
                $0.event = Data(held.event?.bytes ?? [])
                $0.shareVersion = held.shareVersion
            }
        }
        sessionToken = Data(hello.sessionToken)
        directSites = hello.directSites.map { Data($0.bytes) }
        codecs = hello.codecs
    }

    func hello() throws(DecodingFailure) -> Hello {
        guard let feed = FeedID(bytes: feed), shareDigest.count == 32, sessionToken.count == 16
        else {
            throw .badLength
        }
        guard codecs.count <= SyncLimits.listItemsMax else { throw .tooLong }
        guard zip(codecs, codecs.dropFirst()).allSatisfy({ $0 < $1 }) else { throw .badOrder }
        try WireCoding.checkPositions(feedHead, shareVersion, echo.position, echo.shareVersion)
        var held: Hello.Echo?
        if hasEcho {
            guard let feed = FeedID(bytes: echo.feed) else { throw .badLength }
            held = Hello.Echo(
                feed: feed, position: echo.position,
                event: try WireCoding.optionalEventID(echo.event), shareVersion: echo.shareVersion)
        }
        return Hello(
            protocolMin: protocolMin, protocolMax: protocolMax, replica: try Replica(wire: replica),
            feed: feed, feedHead: feedHead,
            feedHeadEvent: try WireCoding.optionalEventID(feedHeadEvent),
            shareVersion: shareVersion, shareDigest: Array(shareDigest),
            time: HybridTime(bits: time), echo: held, sessionToken: Array(sessionToken),
            directSites: try WireCoding.sites(directSites), codecs: codecs)
    }
}

extension WireAnnounce {
    init(_ announce: Announce) {
        self.init()
        fromVersion = announce.fromVersion
        toVersion = announce.toVersion
        added = announce.added.map { Data($0.bytes) }
        removed = announce.removed.map { Data($0.bytes) }
        digest = Data(announce.digest)
    }

    func announce() throws(DecodingFailure) -> Announce {
        guard digest.isEmpty || digest.count == 32 else { throw .badLength }
        try WireCoding.checkPositions(fromVersion, toVersion)
        guard fromVersion <= toVersion else { throw .badOrder }
        let joined = try WireCoding.streams(added, max: SyncLimits.announcedStreamsMax)
        let left = try WireCoding.streams(removed, max: SyncLimits.announcedStreamsMax)
        guard Set(added).isDisjoint(with: removed) else { throw .badOrder }
        return Announce(
            fromVersion: fromVersion, toVersion: toVersion, added: joined, removed: left,
            digest: Array(digest))
    }
}

extension WireWait {
    func wait() throws(DecodingFailure) -> Wait {
        guard milliseconds <= SyncLimits.waitMillisecondsMax else { throw .tooLong }
        guard number >= 1 else { throw .badOrder }
        try WireCoding.checkPositions(number)
        return Wait(
            milliseconds: milliseconds, directSites: try WireCoding.sites(directSites),
            number: number)
    }
}

extension WireBlobRequest {
    func request() throws(DecodingFailure) -> BlobRequest {
        guard let stream = StreamID(bytes: stream) else { throw .badStream }
        guard sha256.count == 32 else { throw .badLength }
        try WireCoding.checkPositions(offset)
        return BlobRequest(sha256: Array(sha256), offset: offset, stream: stream)
    }
}

extension WireBlobChunk {
    func chunk() throws(DecodingFailure) -> BlobChunk {
        guard sha256.count == 32 else { throw .badLength }
        guard content.count <= SyncLimits.blobChunkBytesMax else { throw .tooLong }
        try WireCoding.checkPositions(offset, totalBytes)
        return BlobChunk(
            sha256: Array(sha256), offset: offset, totalBytes: totalBytes, content: Array(content))
    }
}

extension WireCoding {
    /// Reads a bounded list of site ids.
    static func sites(_ list: [Data]) throws(DecodingFailure) -> [SiteID] {
        guard list.count <= SyncLimits.listItemsMax else { throw .tooLong }
        var sites: [SiteID] = []
        for bytes in list {
            guard let site = SiteID(bytes: bytes) else { throw .badLength }
            sites.append(site)
        }
        try checkAscending(list)
        return sites
    }

    /// Reads a bounded list of stream names that ascend.
    static func streams(_ names: [Data], max: Int) throws(DecodingFailure) -> [StreamID] {
        guard names.count <= max else { throw .tooLong }
        var streams: [StreamID] = []
        streams.reserveCapacity(names.count)
        for name in names {
            guard let stream = StreamID(bytes: name) else { throw .badStream }
            streams.append(stream)
        }
        try checkAscending(names)
        return streams
    }

    /// Checks that names of streams, sites or replicas ascend and that none stands there twice.
    static func checkAscending(_ list: [Data]) throws(DecodingFailure) {
        for (left, right) in zip(list, list.dropFirst()) {
            guard left.lexicographicallyPrecedes(right) else { throw .badOrder }
        }
    }

    /// Checks that positions, versions, numbers and offsets fit into 63 bits, as stores keep them.
    static func checkPositions(_ positions: UInt64...) throws(DecodingFailure) {
        guard positions.allSatisfy({ $0 <= SyncLimits.positionMax }) else { throw .tooLong }
    }
}
