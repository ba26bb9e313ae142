import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import SyncShell
import Testing
import WireFormat

/// Values that are too long for an event, on their way.
@Suite struct BlobTests {
    /// Asks for blobs until a round is over; how many requests that took.
    @discardableResult
    private static func fetch(
        from holder: TestSite, to asker: TestSite, bytesMax: Int = 1 << 20,
        change: (BlobChunk) -> BlobChunk = { $0 }
    ) async throws -> (requests: Int, errand: BlobErrand) {
        let ours = PeerStore(asker.store, peer: holder.site)
        let theirs = PeerStore(holder.store, peer: asker.site)
        var errand = BlobErrand()
        var requests = 0
        while true {
            let next = try await ours.nextBlobRequest(errand)
            errand = next.errand
            guard case .blobRequest(let request)? = next.request else { return (requests, errand) }
            requests += 1
            let chunk = try await theirs.answer(
                request, bytesMax: bytesMax, session: [UInt8](repeating: 1, count: 16))
            errand = try await ours.take(change(chunk), errand).errand
        }
    }

    private static func pairWithBlob() async throws -> (TestSite, TestSite) {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(
            hospital, [.general, .mentalHealth], scope: .registered)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.longObservation("o", of: "Patient/p", "x"))
        try await Exchange(practice, to: hospital).run()
        return (practice, hospital)
    }

    private static let held = "SELECT count(*) FROM blob WHERE content IS NOT NULL"

    @Test("a blob comes piece by piece, and another session goes on where one ended")
    func pieces() async throws {
        let (practice, hospital) = try await Self.pairWithBlob()
        let blob = try #require(
            try await hospital.store.missingBlobs(from: practice.site, countMax: 1).first)
        let half = Int(blob.length / 2)
        let theirs = PeerStore(practice.store, peer: hospital.site)
        let request = BlobRequest(sha256: blob.sha256, offset: 0, stream: blob.stream)
        let chunk = try await theirs.answer(
            request, bytesMax: half, session: [UInt8](repeating: 1, count: 16))
        #expect(chunk.content.count == half)
        _ = try await hospital.store.keepBlobPiece(chunk.content, of: blob, from: practice.site)
        let rest = try await hospital.store.missingBlobs(from: practice.site, countMax: 1)
        #expect(rest.map(\.offset) == [UInt64(half)])
        let (requests, errand) = try await Self.fetch(
            from: practice, to: hospital, bytesMax: half / 2 + 1)
        #expect(requests == 2)
        #expect(errand.restMilliseconds == 0)
        #expect(try hospital.number(Self.held) == 1)
        #expect(try hospital.number("SELECT count(*) FROM blob_piece") == 0)
        #expect(try await hospital.store.contentDigest() == practice.store.contentDigest())
    }

    @Test("a liar's bytes are not kept, and do not spoil those of another peer")
    func liar() async throws {
        let (practice, hospital) = try await Self.pairWithBlob()
        let (requests, errand) = try await Self.fetch(
            from: practice, to: hospital, bytesMax: 100_000
        ) { chunk in
            var chunk = chunk
            chunk.content[0] ^= 1
            return chunk
        }
        #expect(requests > 2)
        #expect(errand.restMilliseconds == 0)
        #expect(try hospital.number(Self.held) == 0)
        #expect(try hospital.number("SELECT count(*) FROM blob_piece") == 0)
        try await Self.fetch(from: practice, to: hospital)
        #expect(try hospital.number(Self.held) == 1)
    }

    @Test("what a peer cannot give is passed over, and a round without anything is known as such")
    func cannotGive() async throws {
        let (practice, hospital) = try await Self.pairWithBlob()
        try await practice.importFile(TestBundles.longObservation("b", of: "Patient/p", "y"))
        try await Exchange(practice, to: hospital).run()
        try practice.execute("UPDATE blob SET content = NULL WHERE id = 1")
        let first = try await Self.fetch(from: practice, to: hospital)
        #expect(first.requests == 2)
        #expect(first.errand.restMilliseconds == 0)
        #expect(try hospital.number(Self.held) == 1)
        let second = try await Self.fetch(from: practice, to: hospital)
        #expect(second.requests == 1)
        #expect(second.errand.restMilliseconds == 1_000)
    }

    /// An event whose value is the name of a blob.
    private static func event(
        _ site: TestSite, _ stream: StreamID, naming content: [UInt8]
    ) -> SealedEvent {
        let length = UInt64(content.count)
        let name =
            Digest.sha256(content)
            + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * UInt64($0))) }
        var create = Change.whole("Observation", TestID.entity())
        create.valueForm = .blob
        return site.seal(site.header(stream, counter: 1, changes: [create]), values: [name])
    }

    @Test("bytes that two streams name come by the permit of either, and go with the last of them")
    func twoStreams() async throws {
        let (practice, hospital, home) = try await Exchange.row()
        let patient = TestID.patient()
        let streams = [Compartment.general, .mentalHealth].map { StreamID.patient(patient, $0) }
        let content = [UInt8](repeating: 0x20, count: 300_000)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand(streams)
        let events = streams.map { Self.event(practice, $0, naming: content).envelope }
        #expect(try await exchange.give(events) == [.accepted, .accepted])
        let blob = try #require(
            try await hospital.store.missingBlobs(from: practice.site, countMax: 9).first)
        #expect(
            try await hospital.store.keepBlobPiece(content, of: blob, from: practice.site)
                == .whole)
        _ = try await home.store.receive(cards: [practice.card], from: hospital.site)
        try await hospital.grant(home, [.mentalHealth], scope: .all)
        try await Exchange(hospital, to: home).run()
        #expect(try await Self.fetch(from: hospital, to: home).requests == 1)
        #expect(try home.number(Self.held) == 1)
        for (number, left) in [(0, 1), (1, 0)] {
            let rest = Array(streams.dropFirst(number + 1))
            try await exchange.announceByHand(rest, version: UInt64(number + 2))
            let notice = SealTests.notice(
                of: [streams[number]], to: hospital, signer: practice, mode: .erase)
            #expect(try await hospital.store.obey(notice, from: practice.site) == .done)
            #expect(try hospital.number(Self.held) == left)
        }
    }

    @Test("an order to erase destroys the blob that the value named, and what has come of it")
    func erased() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let stream = StreamID.patient(TestID.patient(), .general)
        let content = [UInt8](repeating: 0x20, count: 300_000)
        let event = Self.event(practice, stream, naming: content)
        var erase = Change.whole("Observation", TestID.entity(), .erase)
        erase.names = [ChangeName(stream: stream, dot: event.event.header.dot, index: 0)]
        let order = practice.seal(
            practice.header(stream, counter: 2, previous: event.event.id, changes: [erase]),
            values: [[]])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream])
        #expect(try await exchange.give([event.envelope]) == [.accepted])
        let blob = try #require(
            try await hospital.store.missingBlobs(from: practice.site, countMax: 1).first)
        let part = Array(content.prefix(200_000))
        let progress = try await hospital.store.keepBlobPiece(part, of: blob, from: practice.site)
        guard case .more(let rest) = progress else {
            Issue.record("a piece is not the whole")
            return
        }
        #expect(try await exchange.give([order.envelope], number: 2) == [.accepted])
        for table in ["blob", "blob_use", "blob_piece"] {
            #expect(try hospital.number("SELECT count(*) FROM \(table)") == 0)
        }
        let late = Array(content.dropFirst(200_000))
        _ = try await hospital.store.keepBlobPiece(late, of: rest, from: practice.site)
        #expect(try hospital.number("SELECT count(*) FROM blob_piece") == 0)
    }

    @Test("a blob of an erased stream is not fetched from another peer that announces the stream")
    func sealed() async throws {
        let (practice, hospital) = try await Self.pairWithBlob()
        #expect(try await hospital.store.missingBlobs(from: practice.site, countMax: 1).count == 1)
        try hospital.execute("UPDATE stream SET sealed = 1")
        #expect(try await hospital.store.missingBlobs(from: practice.site, countMax: 1) == [])
    }

    @Test("of the questions for blobs in a response one is answered")
    func oneQuestion() {
        let question = SyncMessage.blobRequest(
            BlobRequest(
                sha256: [UInt8](repeating: 1, count: 32), offset: 0,
                stream: .patient(TestID.patient(), .general)))
        let messages = [question, .refusal(.paused), question, question]
        #expect(PeerStore.answerable(messages) == [question, .refusal(.paused)])
    }
}
