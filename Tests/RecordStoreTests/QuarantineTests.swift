import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// What was kept and could not be applied.
@Suite struct QuarantineTests {
    private static let secret = "Qzjxunreadable"

    private static func items(
        _ site: TestSite, includesClosed: Bool = false
    ) async throws -> [QuarantineRecord] {
        try await site.store.quarantine(
            peerName: nil, includesClosed: includesClosed, countMax: 100)
    }

    /// Sets an envelope aside at a site, as an older release might have done.
    private static func setAside(_ envelope: EventEnvelope, at site: TestSite) throws {
        let hex = envelope.encoded().map { String(format: "%02x", $0) }.joined()
        try site.execute(
            """
            INSERT INTO quarantine (peer, received, reason, bytes, digest, content)
            VALUES (1, 1, 'bad-signature', \(hex.count / 2), randomblob(32), x'\(hex)')
            """)
    }

    @Test("items are listed and shown with their event, and never with content")
    func listed() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        hospital.clock.advance(hours: 1)
        let value = Array("{\"\(Self.secret)\":1,\"\(Self.secret)\":2}".utf8)
        let event = HostilePeerTests.event(practice, stream, value: value)
        var bad = HostilePeerTests.event(
            practice, stream, counter: 2, previous: event.event.id, value: value
        ).envelope
        bad.signature = [UInt8](repeating: 0, count: 64)
        try await exchange.give([event.envelope, bad])
        let items = try await Self.items(hospital)
        #expect(items.map(\.reason).sorted() == ["bad-signature", "unreadable-value"])
        #expect(items.allSatisfy { $0.peerName == "practice" })
        #expect(items.allSatisfy { $0.receivedMilliseconds == hospital.clock.now })
        let unreadable = try #require(items.first { $0.reason == "unreadable-value" })
        #expect(unreadable.event?.id == event.event.id)
        #expect(unreadable.event?.dot == event.event.header.dot)
        #expect(unreadable.event?.stream == stream)
        #expect(try await hospital.store.quarantined(unreadable.number) == unreadable)
        #expect(!"\(items)".contains(Self.secret))
        for name in ["practice", "nobody"] {
            let found = try await hospital.store.quarantine(
                peerName: name, includesClosed: false, countMax: 1)
            #expect(found.count == (name == "practice" ? 1 : 0))
        }
        let count = try await hospital.store.retryQuarantine(nil, actor: TestSite.actor)
        #expect(count.tried == 2)
        #expect(count.applied == 0)
        #expect(try await Self.items(hospital) == items)
        #expect(
            try hospital.number("SELECT count(*) FROM audit WHERE instr(entry, '\(Self.secret)')")
                == 0)
        await #expect(throws: StoreFailure.self) {
            _ = try await hospital.store.quarantined(99)
        }
        await #expect(throws: StoreFailure.self) {
            _ = try await hospital.store.retryQuarantine(99, actor: TestSite.actor)
        }
    }

    @Test("an envelope is applied by a retry once its author's card and its stream are known")
    func card() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let author = try TestSite("author")
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        let first = HostilePeerTests.event(author, stream)
        let second = HostilePeerTests.event(author, stream, counter: 2, previous: first.event.id)
        try Self.setAside(first.envelope, at: hospital)
        let number = try #require(try await Self.items(hospital).first?.number)
        func retry() async throws -> Int {
            try await hospital.store.retryQuarantine(number, actor: TestSite.actor).applied
        }
        #expect(try await retry() == 0)
        _ = try await hospital.store.receive(cards: [author.card], from: practice.site)
        #expect(try await retry() == 0)
        try await exchange.announceByHand([stream])
        // What builds on it waits, and moves with it.
        #expect(
            try await exchange.give([second.envelope])
                == [.pending(.event(first.event.header.dot))])
        #expect(try await retry() == 1)
        #expect(try await hospital.store.counts().events == 2)
        #expect(try await hospital.store.counts().pending == 0)
        #expect(try await Self.items(hospital, includesClosed: true) == [])
        await #expect(throws: StoreFailure.self) { _ = try await retry() }
    }

    @Test("no retry brings an event into a local stream")
    func localStream() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let local = StreamID.local(hospital.site)
        try await Exchange(practice, to: hospital).announceByHand([local])
        try Self.setAside(HostilePeerTests.event(practice, local).envelope, at: hospital)
        let count = try await hospital.store.retryQuarantine(nil, actor: TestSite.actor)
        #expect(count.applied == 0)
        #expect(try await hospital.store.counts().events == 0)
    }

    /// Makes it as if no value of the site's one patient had been readable.
    private static func forgetValues(_ site: TestSite) throws {
        try site.execute("DELETE FROM patient_term")
        try site.execute("DELETE FROM evidence")
        try site.execute(
            """
            INSERT INTO quarantine (peer, received, reason, position, bytes)
            SELECT 1, 1, 'unreadable-value', position, 0 FROM entity ORDER BY position
            """)
    }

    private static func sharedOn() async throws -> (TestSite, TestSite, TestSite) {
        let (practice, hospital, home) = try await Exchange.row()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/p", by: "N1"))
        try await Exchange(practice, to: hospital).run()
        try forgetValues(hospital)
        var order = GrantOrder(
            peerName: home.name, compartments: [.general], purpose: "TREAT", scope: .relationship)
        order.organisations = [.init(system: "urn:test:org", value: "N1")]
        try await hospital.grant(order)
        #expect(try await hospital.shared(with: home) == [])
        return (practice, hospital, home)
    }

    @Test("a value that can be read now is found by, and entitles, like any other")
    func readable() async throws {
        let (_, hospital, home) = try await Self.sharedOn()
        let count = try await hospital.store.retryQuarantine(nil, actor: TestSite.actor)
        #expect(count.tried == 2)
        #expect(count.applied == 2)
        #expect(try await hospital.shared(with: home).count == 2)
        _ = try await hospital.onlyPatient()
        #expect(try await Self.items(hospital) == [])
    }

    @Test("a retry shows nothing of what was withdrawn meanwhile")
    func sealed() async throws {
        let (practice, hospital, home) = try await Self.sharedOn()
        try await practice.withdraw(from: hospital)
        try await Exchange(practice, to: hospital).runWithNotices()
        let count = try await hospital.store.retryQuarantine(nil, actor: TestSite.actor)
        #expect(count.applied == 0)
        #expect(try hospital.number("SELECT count(*) FROM patient_term") == 0)
        #expect(try await hospital.shared(with: home) == [])
    }

    @Test("a retry of a value that was superseded meanwhile entitles nobody")
    func superseded() async throws {
        let (practice, hospital, home) = try await Self.sharedOn()
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/p", by: "X1"))
        try await Exchange(practice, to: hospital).run()
        _ = try await hospital.store.retryQuarantine(nil, actor: TestSite.actor)
        #expect(try await hospital.shared(with: home) == [])
    }

    @Test("what was closed no longer counts against its sender, and is still there")
    func closed() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        try hospital.execute(
            """
            WITH RECURSIVE n (i) AS (
              SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(StoreLimits.itemsPerPeerMax))
            INSERT INTO quarantine (peer, received, reason, bytes, digest, content)
            SELECT 1, 1, 'bad-signature', 10, randomblob(32), x'00' FROM n
            """)
        var bad = HostilePeerTests.event(practice, stream).envelope
        bad.signature = [UInt8](repeating: 0, count: 64)
        #expect(try await exchange.give([bad]) == [.full])
        let first = try #require(try await Self.items(hospital).first)
        hospital.clock.advance(hours: 1)
        let closed = try await hospital.store.closeQuarantine(
            first.number, reason: "seen", actor: TestSite.actor)
        let time = hospital.clock.now
        #expect(closed.closedMilliseconds == time)
        #expect(try await exchange.give([bad], number: 2) == [.refused(.badEnvelope)])
        #expect(try await exchange.give([bad], number: 3) == [.full])
        #expect(try await Self.items(hospital).contains { $0.number == first.number } == false)
        #expect(try await Self.items(hospital, includesClosed: true).first == closed)
        hospital.clock.advance(hours: 1)
        let again = try await hospital.store.closeQuarantine(
            first.number, reason: "again", actor: TestSite.actor)
        #expect(again.closedMilliseconds == time)
        #expect(
            try await hospital.store.counts().quarantined == StoreLimits.itemsPerPeerMax)
    }
}
