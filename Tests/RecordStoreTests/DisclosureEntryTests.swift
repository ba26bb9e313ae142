import AuditTrail
import CareRecord
import Consent
import Foundation
import RecordStore
import Testing
import WireFormat

/// Nothing leaves and nothing comes in that the audit log does not say.
@Suite struct DisclosureEntryTests {
    private static func entries(_ kind: String, of site: TestSite) throws -> [String] {
        try site.blobs("SELECT entry FROM audit ORDER BY seq")
            .map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.contains(#""kind":"\#(kind)""#) }
    }

    @Test("an event that waited for its author's card has its entry once it is applied")
    func waitedForCard() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let third = try TestSite("third")
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        let event = third.seal(
            third.header(stream, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))]),
            values: [Array(TestBundles.patient("p").utf8)])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream])
        #expect(try await exchange.give([event.envelope]) == [.pending(.card(third.replica))])
        #expect(try Self.entries("disclose-in", of: hospital).isEmpty)
        #expect(try await hospital.store.receive(cards: [third.card], from: practice.site).isEmpty)
        #expect(try await hospital.store.counts().patients == 1)
        #expect(try Self.entries("disclose-in", of: hospital).count == 1)
    }

    @Test("one delivery under two agreements has an entry for each, with its own purpose")
    func twoAgreements() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(
            GrantOrder(
                peerName: "hospital", compartments: [.general], purpose: "TREAT",
                scope: .registered))
        try await practice.grant(
            GrantOrder(
                peerName: "hospital", compartments: [.mentalHealth], purpose: "HRESCH",
                scope: .registered))
        try await practice.importFile(
            TestBundles.collection([
                TestBundles.patient("p"), TestBundles.observation("a", of: "Patient/p"),
                TestBundles.observation("b", of: "Patient/p", labels: ["PSY"]),
            ]))
        try await Exchange(practice, to: hospital).run()
        let entries = try Self.entries("disclose-out", of: practice)
        let treatment = entries.filter { $0.contains("TREAT") && $0.contains("agreement 1") }
        let research = entries.filter { $0.contains("HRESCH") && $0.contains("agreement 2") }
        #expect(treatment.count == 1)
        #expect(treatment.first?.contains("mental-health") == false)
        // Identity goes with both, so research has an entry of it, too.
        #expect(research.map { $0.contains("mental-health") } == [true, false])
        #expect(research.map { $0.contains(#""delivery":"#) } == [true, false])
        // The receiver knows of no agreement: it has one entry, and both sides the same digest.
        let received = try Self.entries("disclose-in", of: hospital)
        #expect(received.count == 1)
        // A delivery does not say what for.
        #expect(!received.contains { $0.contains("purpose") })
        let joined = entries.filter { $0.contains(#""delivery":"#) }
        #expect(Set((joined + received).map(Self.digest)).count == 1)
    }

    @Test("what two agreements permit for two purposes has an entry for each")
    func twoPurposes() async throws {
        let (practice, hospital) = try await Exchange.pair()
        for purpose in ["TREAT", "HRESCH", "TREAT", "HRESCH"] {
            try await practice.grant(
                GrantOrder(
                    peerName: "hospital", compartments: [.general], purpose: purpose,
                    scope: .registered))
        }
        try await practice.importFile(
            TestBundles.collection([
                TestBundles.patient("p"), TestBundles.observation("a", of: "Patient/p"),
            ]))
        try await Exchange(practice, to: hospital).run()
        let entries = try Self.entries("disclose-out", of: practice)
        #expect(entries.map { $0.contains(#""purpose":"TREAT""#) } == [true, false])
        #expect(entries.map { $0.contains(#""purpose":"HRESCH""#) } == [false, true])
        #expect(entries.map { $0.contains(#""basis":"agreement 1""#) } == [true, false])
        #expect(entries.map { $0.contains(#""basis":"agreement 2""#) } == [false, true])
        #expect(entries.map { $0.contains(#""delivery":"#) } == [true, false])
        #expect(Set(entries.map(Self.digest)).count == 1)
        // Both logs agree on the delivery, whose events count once.
        let here = try #require(
            try await practice.store.sharedEntries(with: hospital.site, countMax: 100))
        let there = try #require(
            try await hospital.store.sharedEntries(with: practice.site, countMax: 100))
        let joined = JoinComparison(own: here, peers: there, boundary: .max)
        #expect(joined.findings.isEmpty)
        #expect(joined.agreed == 1)
    }

    @Test("an agreement for another purpose counts from the next delivery on")
    func purposeComesLater() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(
            GrantOrder(
                peerName: "hospital", compartments: [.general], purpose: "TREAT",
                scope: .registered))
        try await practice.importFile(
            TestBundles.collection([
                TestBundles.patient("p"), TestBundles.observation("a", of: "Patient/p"),
            ]))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        try await practice.grant(
            GrantOrder(
                peerName: "hospital", compartments: [.general], purpose: "HRESCH",
                scope: .registered))
        try await practice.importFile(
            TestBundles.collection([
                TestBundles.patient("p"), TestBundles.observation("b", of: "Patient/p"),
            ]))
        try await exchange.run()
        let entries = try Self.entries("disclose-out", of: practice)
        #expect(entries.count { $0.contains(#""purpose":"TREAT""#) } == 2)
        #expect(entries.count { $0.contains(#""purpose":"HRESCH""#) } == 1)
        #expect(entries.last?.contains("HRESCH") == true)
    }

    private static func digest(_ entry: String) -> Substring {
        entry.components(separatedBy: #""digest":""#).last?.prefix(64) ?? ""
    }

    @Test("what a delivery brought and was not kept, or has to wait for its author, is counted")
    func notKept() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let third = try TestSite("third")
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        let unknown = third.seal(
            third.header(stream, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))]),
            values: [Array(TestBundles.patient("p").utf8)])
        let elsewhere = StreamID.patient(TestID.patient(), .identity)
        let hidden = practice.seal(
            practice.header(elsewhere, counter: 1, changes: [.whole("Basic", TestID.entity())]),
            values: [Array("{}".utf8)])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream])
        let outcomes = try await exchange.give([unknown.envelope, hidden.envelope], number: 7)
        #expect(outcomes == [.pending(.card(third.replica)), .refused(.notAnnounced)])
        for kind in ["refuse", "quarantine"] {
            let entry = try #require(try Self.entries(kind, of: hospital).last)
            #expect(entry.contains(#""data":{"events":1}"#))
            #expect(entry.contains(#""session":"\#(exchange.session)","delivery":7"#))
        }
    }

    @Test("each piece of a blob has its entry before it leaves, wherever it begins")
    func piecesOfBlobs() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.longObservation("o", of: "Patient/p", "x"))
        try await Exchange(practice, to: hospital).run()
        let blob = try #require(
            try await hospital.store.missingBlobs(from: practice.site, countMax: 1).first)
        let before = try Self.entries("disclose-out", of: practice).count
        for offset in [1, 0, 9] as [UInt64] {
            let piece = try await practice.store.blobPiece(
                blob.sha256, offset: offset, bytesMax: 10, stream: blob.stream, for: hospital.site,
                session: [UInt8](repeating: 1, count: 16))
            #expect(piece?.piece.count == 10)
        }
        let entries = try Self.entries("disclose-out", of: practice).dropFirst(before)
        #expect(entries.count == 3)
        #expect(entries.allSatisfy { $0.contains("TREAT") && $0.contains("agreement 1") })
    }

    @Test("writers that an event which has to wait depends on leave no row behind")
    func namesWithoutEnd() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        let stream = StreamID.patient(try await practice.onlyPatient(), .identity)
        let writers = try hospital.number("SELECT count(*) FROM replica")
        for number in 2...5 as ClosedRange<UInt64> {
            var header = practice.header(
                stream, counter: number + 10, previous: EventID(bytes: Self.id(number)),
                changes: [.whole("Basic", TestID.entity())])
            header.dependencies = [
                IdentifiedDot(
                    dot: Dot(
                        replica: Replica(
                            site: SiteID(Bits128(high: number, low: 9)),
                            incarnation: Incarnation(number)), counter: 1),
                    event: try #require(EventID(bytes: Self.id(number))))
            ]
            let outcomes = try await exchange.give([
                practice.seal(header, values: [Array("{}".utf8)]).envelope
            ])
            guard case .pending? = outcomes.first else {
                Issue.record("\(outcomes)")
                return
            }
        }
        #expect(try hospital.number("SELECT count(*) FROM replica") == writers)
    }

    private static func id(_ number: UInt64) -> [UInt8] {
        [UInt8](repeating: UInt8(number), count: 32)
    }
}
