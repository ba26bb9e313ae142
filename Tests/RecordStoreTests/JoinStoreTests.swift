import AuditTrail
import CareRecord
import Consent
import Foundation
import Signing
import Testing
import WireFormat

@testable import RecordStore

/// Two stores whose audit logs are held against each other.
@Suite struct JoinStoreTests {
    /// Compares a site's log with a peer's, page by page, as a node does.
    static func join(_ site: TestSite, with peer: TestSite) async throws -> JoinComparison {
        let boundary = site.store.auditStanding.edge.size
        let pages = try await pages(of: peer, for: site)
        let theirs = JoinHalf(
            first: pages.last?.first ?? 0, entries: pages.flatMap { $0.items.map(\.entry) })
        let own = try await site.store.sharedEntries(with: peer.site, countMax: 10_000)
        return JoinComparison(own: try #require(own), peers: theirs, boundary: boundary)
    }

    static func pages(of peer: TestSite, for site: TestSite) async throws -> [JoinPage] {
        var request = JoinRequest(cosigned: 0)
        var pages: [JoinPage] = []
        while true {
            let page = try #require(try await peer.store.joinPage(request, for: site.site))
            let read = try JoinPage(encoded: page.encoded)
            try read.check(against: request)
            pages.append(read)
            let size = page.growth.head.head.size
            guard page.next < size else { return pages }
            request = JoinRequest(cosigned: 0, size: size, from: page.next)
        }
    }

    /// Writes the sender's entry about a session whose events were all answered.
    static func answer(_ events: Int, of exchange: Exchange) async throws {
        let id = try #require(Hexadecimal.bytes(Array(exchange.session.utf8)))
        let store = exchange.sender.store
        try await store.beginSession(
            id, with: exchange.receiver.site, isOurs: true, theirShareVersion: 0)
        var counts = SessionCounts()
        (counts.sent, counts.answered) = (events, events)
        try await store.noteSession(
            id, with: exchange.receiver.site, counts, ending: SessionEnding("stopped"))
    }

    /// A practice that shares what it has under two agreements.
    static func sharing() async throws -> (TestSite, TestSite) {
        let (practice, hospital) = try await Exchange.pair()
        for (compartment, purpose) in [(Compartment.general, "TREAT"), (.mentalHealth, "HRESCH")] {
            let compartments = [compartment]
            try await practice.grant(
                GrantOrder(
                    peerName: "hospital", compartments: compartments, purpose: purpose,
                    scope: .registered))
        }
        let resources = [
            TestBundles.patient("p"), TestBundles.observation("a", of: "Patient/p"),
            TestBundles.observation("b", of: "Patient/p", labels: ["PSY"]),
        ]
        try await practice.importFile(TestBundles.collection(resources))
        return (practice, hospital)
    }

    @Test("a peer that compares logs over and over fills neither the log nor the list of its heads")
    func repeated() async throws {
        let (practice, hospital) = try await Self.sharing()
        _ = try await Self.pages(of: hospital, for: practice)
        let (entries, heads) = (
            hospital.store.auditStanding.edge.size, try await hospital.store.auditHeads().count
        )
        for _ in 0..<5 { _ = try await Self.pages(of: hospital, for: practice) }
        #expect(hospital.store.auditStanding.edge.size == entries)
        #expect(try await hospital.store.auditHeads().count == heads)
        hospital.clock.advance(milliseconds: 60_000)
        _ = try await Self.pages(of: hospital, for: practice)
        #expect(hospital.store.auditStanding.edge.size == entries + 1)
        #expect(try await hospital.entries(with: "\"pages\"") == 1)
    }

    @Test(
        "logs of an exchange agree from both sides, and with nothing between them there is nothing")
    func agree() async throws {
        let (practice, hospital) = try await Self.sharing()
        #expect(try await Self.join(practice, with: hospital).agreed == 0)
        let exchange = Exchange(practice, to: hospital)
        let outcomes = try await exchange.run()
        #expect(outcomes.count > 1)
        try await Self.answer(outcomes.count, of: exchange)
        for (site, peer) in [(practice, hospital), (hospital, practice)] {
            let found = try await Self.join(site, with: peer)
            #expect(found.agreed == 1 && found.findings.isEmpty)
            #expect(found.unanswered == 0 && found.later == 0 && found.inPart == 0)
        }
        #expect(try await hospital.entries(with: #""reason":"audit log: join""#) == 1)
    }

    @Test("an entry that the receiver left out is found once the delivery was answered")
    func leftOutByReceiver() async throws {
        let (practice, hospital) = try await Self.sharing()
        let kept = try hospital.copyOfOpenFiles()
        let exchange = Exchange(practice, to: kept)
        let outcomes = try await exchange.run()
        let lost = try await Self.join(practice, with: hospital)
        #expect(lost.unanswered == 1 && lost.findings.isEmpty)
        try await Self.answer(outcomes.count, of: exchange)
        let found = try await Self.join(practice, with: hospital)
        #expect(found.findings.map(\.fault) == [.missingThere])
        let entry = try await practice.store.auditEntries(
            try #require(found.firstHere)..<(found.firstHere ?? 0) + 1)
        #expect(String(decoding: entry[0], as: UTF8.self).contains("disclose-out"))
        let seen = try await Self.join(hospital, with: practice)
        #expect(seen.findings.map(\.fault) == [.missingHere])
        #expect(seen.firstThere == found.firstHere && seen.firstHere == nil)
    }

    @Test("an entry that the sender left out is found at once")
    func leftOutBySender() async throws {
        let (practice, hospital) = try await Self.sharing()
        let honest = try practice.copyOfOpenFiles()
        try await Exchange(honest, to: hospital).run()
        let found = try await Self.join(hospital, with: practice)
        #expect(found.findings.map(\.fault) == [.missingThere])
        #expect(found.firstHere != nil)
        let seen = try await Self.join(practice, with: hospital)
        #expect(seen.findings.map(\.fault) == [.missingHere])
    }

    @Test("a delivery of which the logs tell otherwise differs")
    func differing() async throws {
        let (practice, hospital) = try await Self.sharing()
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        let positions = try await exchange.permitted()
        let envelopes = try #require(try await exchange.envelopes(at: positions))
        try await exchange.give(Array(envelopes.dropLast()))
        for (site, peer) in [(practice, hospital), (hospital, practice)] {
            let found = try await Self.join(site, with: peer)
            #expect(found.findings.map(\.fault) == [.differing])
            #expect(found.firstHere != nil && found.firstThere != nil)
        }
    }

    @Test("a long log comes in pages, to each peer its own entries and nothing else of them")
    func pages() async throws {
        let (practice, hospital) = try await Self.sharing()
        let clinic = try TestSite("clinic")
        try await practice.enrol(clinic)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        let first = Array(try await exchange.permitted().prefix(1))
        for number in 1...300 as ClosedRange<UInt64> {
            _ = try await exchange.envelopes(at: first, number: number)
        }
        let pages = try await Self.pages(of: practice, for: hospital)
        #expect(pages.map(\.items.count) == [256, 44])
        let text = String(decoding: pages.flatMap(\.encoded), as: UTF8.self)
        let pseudonym = practice.store.auditPseudonym(of: try await practice.onlyPatient())
        for secret in [pseudonym, "agreement", "TREAT", "salt", hospital.site.description] {
            #expect(!text.contains(secret))
        }
        #expect(try await Self.pages(of: practice, for: clinic).flatMap(\.items).isEmpty)
        #expect(try await Self.join(hospital, with: practice).unanswered == 300)
        let unknown = JoinRequest(cosigned: 0, size: 7, from: 0)
        #expect(try await practice.store.joinPage(unknown, for: hospital.site) == nil)
        await #expect(throws: StoreFailure.self) {
            try await practice.store.joinPage(JoinRequest(cosigned: 0), for: TestSite("x").site)
        }
        #expect(
            try await practice.store.sharedEntries(with: hospital.site, countMax: 299) == nil)
    }

    /// Prunes the oldest entries as if the peer had cosigned the log.
    private static func prune(_ site: TestSite) async throws {
        site.clock.advance(days: 1)
        try await site.store.signAuditLog()
        var export = try await site.store.exportAuditLog(actor: TestSite.actor)
        var file: [UInt8] = []
        while let (path, content) = try await export.next() {
            if path == "export" { file = content }
        }
        try site.execute("DELETE FROM cosigner")
        try site.execute(
            """
            INSERT INTO cosigner (peer, size, base, status, answered)
            SELECT id, 100000, 100000, 200, 0 FROM peer
            """)
        let order = AuditPruneOrder(
            beforeMilliseconds: site.clock.now, archive: try BundleExport(encoded: file), quorum: 1)
        let outcome = try await site.store.pruneAuditLog(order, actor: TestSite.actor)
        #expect(outcome == .pruned(minimum: 256, dropped: 256, mayGoOn: false))
    }

    @Test("of a pruned log are compared the sessions that began behind its first entry")
    func pruned() async throws {
        let (practice, hospital) = try await Self.sharing()
        var exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        // Behind the patient's own event, which both agreements permit: one entry each time.
        let first = Array(try await exchange.permitted().dropFirst().prefix(1))
        for session in 1...4 {
            exchange.session = String(repeating: "0\(session)", count: 16)
            for number in 1...100 as ClosedRange<UInt64> {
                let envelopes = try #require(
                    try await exchange.envelopes(at: first, number: number))
                try await exchange.give(envelopes, number: number)
            }
        }
        #expect(try await Self.join(practice, with: hospital).agreed == 400)
        for (pruned, leftOut) in [(practice, 3), (hospital, 1)] {
            try await Self.prune(pruned)
            for (site, peer) in [(practice, hospital), (hospital, practice)] {
                let found = try await Self.join(site, with: peer)
                #expect(found.findings.isEmpty && found.agreed == 100)
                #expect(found.leftOut == leftOut)
            }
        }
        // What was never told of is found in a pruned log, too.
        try await exchange.give(
            try #require(try await exchange.envelopes(at: first, number: 101)), number: 102)
        let found = try await Self.join(practice, with: hospital)
        #expect(found.findings.map(\.fault) == [.missingHere])
    }

    @Test("rows that somebody changed are passed over, and end nothing")
    func damaged() async throws {
        let (practice, hospital) = try await Self.sharing()
        try await Exchange(practice, to: hospital).run()
        try hospital.execute(
            "UPDATE audit SET entry = CAST(replace(CAST(entry AS TEXT), '}', '') AS BLOB)")
        let found = try await Self.join(hospital, with: practice)
        #expect(found.agreed == 0)
        _ = try await Self.join(practice, with: hospital)
    }
}
