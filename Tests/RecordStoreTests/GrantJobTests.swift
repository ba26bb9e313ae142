import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import TestSupport
import Testing
import WireFormat

/// The jobs that follow grants and withdrawals, over more streams than one step takes.
@Suite struct GrantJobTests {
    private static let shares = "SELECT count(*) FROM share"

    private static func order(_ peer: TestSite) -> GrantOrder {
        GrantOrder(
            peerName: peer.name, compartments: [.general], purpose: "TREAT", scope: .registered)
    }

    /// A site with many streams and an agreement that nothing was decided under yet.
    private static func begun(_ streams: Int) async throws -> (TestSite, TestSite) {
        let (practice, hospital) = try await Exchange.pair()
        try practice.makeStreams(streams)
        let result = try await practice.store.grant(order(hospital), actor: TestSite.actor)
        #expect(result.streamsToDecide == streams)
        return (practice, hospital)
    }

    private static func progress(_ site: TestSite) async throws -> AgreementRecord.Progress? {
        try await site.store.agreements(peerName: nil).last?.progress
    }

    @Test("a grant is decided in bounded steps, and its progress is exact after each")
    func steps() async throws {
        let (practice, hospital) = try await Self.begun(5_200)
        var done = 0
        var steps = 0
        while let progress = try await Self.progress(practice) {
            #expect(progress.total == 5_200)
            #expect(progress.done == done)
            #expect(progress.startedMilliseconds == practice.clock.now)
            #expect(try await practice.store.stepSharing())
            let joined = try practice.number(Self.shares)
            #expect(joined > done || steps > 0)
            #expect(joined - done <= 2_000)
            done = joined
            steps += 1
        }
        #expect(done == 5_200)
        #expect(steps >= 3)
        #expect(try await practice.store.stepSharing() == false)
        #expect(try await practice.store.agreements(peerName: nil).map(\.streams) == [5_200])
        #expect(try practice.number("SELECT count(DISTINCT version) FROM share") >= 3)
        #expect(try await Exchange(practice, to: hospital).announce())
        #expect(
            try await hospital.streams("SELECT stream FROM announced")
                == practice.shared(with: hospital))
    }

    @Test("a job goes on where it was after the store was opened again")
    func reopened() async throws {
        let (practice, hospital) = try await Self.begun(5_200)
        #expect(try await practice.store.stepSharing())
        let decided = try practice.number(Self.shares)
        #expect(decided > 0)
        #expect(decided < 5_200)
        let again = try practice.copyOfOpenFiles()
        #expect(try await Self.progress(again)?.done == decided)
        try await again.finishSharing()
        #expect(try again.number(Self.shares) == 5_200)
        #expect(
            try await again.store.greeting(for: hospital.site).shareDigest
                == again.recomputedShareDigest())
    }

    @Test("streams that appear during a job are decided at once, and do not move its end")
    func newStreams() async throws {
        let (practice, hospital) = try await Self.begun(2_500)
        #expect(try await practice.store.stepSharing())
        let before = try practice.number(Self.shares)
        try await practice.importFile(TestBundles.patient("p"))
        #expect(try practice.number(Self.shares) == before + 1)
        #expect(try await Self.progress(practice)?.total == 2_500)
        try await practice.finishSharing()
        #expect(try practice.number(Self.shares) == 2_501)
        #expect(try await Self.progress(practice) == nil)
        #expect(try await practice.shared(with: hospital).count == 2_501)
    }

    @Test("a withdrawal during a job binds for what is decided later as well")
    func withdrawalDuringJob() async throws {
        let (practice, hospital) = try await Self.begun(3_000)
        #expect(try await practice.store.stepSharing())
        let before = try practice.number(Self.shares)
        #expect(try await practice.withdrawOnly(from: hospital) == before)
        try await practice.finishSharing()
        #expect(try practice.number(Self.shares) == 0)
        let record = try await practice.lastWithdrawal()
        #expect(record.isDone)
        #expect(record.streams == before)
        #expect(try await Self.progress(practice) == nil)
        #expect(try await practice.store.agreements(peerName: nil).map(\.isWithdrawn) == [true])
    }

    @Test("rows of a withdrawal are removed in bounded steps, a notice each, also when reopened")
    func withdrawalInSteps() async throws {
        let (practice, hospital) = try await Self.begun(4_500)
        try await practice.finishSharing()
        try await practice.withdrawOnly(from: hospital)
        #expect(try await practice.store.stepSharing())
        #expect(try practice.number(Self.shares) == 2_500)
        #expect(try await practice.lastWithdrawal().streams == 2_000)
        #expect(try await practice.lastWithdrawal().isDone == false)
        let again = try practice.copyOfOpenFiles()
        // A grant that comes now permits all of them again; nothing of it waits for the steps.
        #expect(try await again.store.stepSharing())
        #expect(try again.number(Self.shares) == 500)
        #expect(try await again.store.stepSharing())
        #expect(try again.number(Self.shares) == 0)
        #expect(try await again.lastWithdrawal().isDone)
        let open = try await again.store.openNotices(for: hospital.site, countMax: 9).notices
        #expect(open.map(\.notice.streams.count) == [2_000, 2_000, 500])
        #expect(Set(open.flatMap(\.notice.streams)).count == 4_500)
    }

    @Test("a long share set is announced in parts, and may change between two of them")
    func parts() async throws {
        let count = SyncLimits.announcedStreamsMax + 1_500
        let (practice, hospital) = try await Self.begun(count)
        try await practice.finishSharing()
        let first = try await practice.store.announcement(to: hospital.site, fromVersion: 0)
        #expect(first.added.count <= SyncLimits.announcedStreamsMax)
        #expect(first.added.count > SyncLimits.announcedStreamsMax - 200)
        #expect(first.digest == [])
        #expect(try await hospital.store.receive(first, from: practice.site) == nil)
        // One stream of the first part goes, one comes, one goes and comes back.
        let gone = try #require(first.added.first?.patient)
        let back = try #require(first.added.last?.patient)
        try await practice.withdraw(from: hospital, patient: gone)
        try await practice.withdraw(from: hospital, patient: back)
        try await practice.importFile(TestBundles.patient("p"))
        var order = Self.order(hospital)
        order.scope = .list
        order.patients = [back]
        try await practice.grant(order)
        var version = first.toVersion
        var parts = 1
        while true {
            let part = try await practice.store.announcement(
                to: hospital.site, fromVersion: version)
            #expect(part.fromVersion == version)
            #expect(try await hospital.store.receive(part, from: practice.site) == nil)
            version = part.toVersion
            parts += 1
            guard part.digest.isEmpty else { break }
        }
        #expect(parts == 2)
        let held = try hospital.streams("SELECT stream FROM announced")
        #expect(held.count == count)
        #expect(
            held
                == (try practice.streams(
                    "SELECT stream.name FROM share JOIN stream ON stream.id = share.stream")))
        #expect(!held.contains { $0.patient == gone })
        #expect(held.contains { $0.patient == back })
    }

    @Test("a set that went wrong is refused at its digest and announced whole again")
    func wrongDigest() async throws {
        let (practice, hospital) = try await Self.begun(300)
        try await practice.finishSharing()
        let exchange = Exchange(practice, to: hospital)
        #expect(try await exchange.announce())
        let version = try await practice.store.greeting(for: hospital.site).shareVersion
        // A row is lost; sums are kept beside the rows, so only its removal shows it.
        let lost = try #require(try hospital.streams("SELECT stream FROM announced").first)
        try hospital.execute(
            "DELETE FROM announced WHERE stream = (SELECT min(stream) FROM announced)")
        try await practice.withdraw(from: hospital, patient: lost.patient)
        let change = try await practice.store.announcement(
            to: hospital.site, fromVersion: version)
        #expect(change.removed == [lost])
        #expect(try await hospital.store.receive(change, from: practice.site) == .rewound)
        #expect(try hospital.number("SELECT count(*) FROM announced") == 299)
        #expect(try await exchange.announce())
        #expect(
            try await hospital.streams("SELECT stream FROM announced")
                == practice.shared(with: hospital))
    }

    @Test(
        "the sum of a share set is the one of its rows after anything that changes it",
        arguments: 1...8 as ClosedRange<UInt64>)
    func sums(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let (practice, hospital) = try await Exchange.pair()
        try practice.makeStreams(Int.random(in: 0...150, using: &random))
        var steps = ShareSteps(practice: practice, hospital: hospital)
        var version: UInt64 = 0
        for _ in 0..<40 {
            try await steps.take(using: &random)
            let digest = try await practice.store.greeting(for: hospital.site).shareDigest
            #expect(try digest == practice.recomputedShareDigest())
            guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
            // The peer follows by differences, and by nothing else.
            let change = try await practice.store.announcement(
                to: hospital.site, fromVersion: version)
            #expect(try await hospital.store.receive(change, from: practice.site) == nil)
            version = change.toVersion
            #expect(
                try hospital.streams("SELECT stream FROM announced")
                    == practice.streams(
                        "SELECT stream.name FROM share JOIN stream ON stream.id = share.stream"))
        }
        let copy = try practice.copyOfOpenFiles()
        #expect(
            try await copy.store.greeting(for: hospital.site).shareDigest
                == copy.recomputedShareDigest())
        try await practice.finishSharing()
        try await steps.checkRows()
    }
}

/// Random changes of one share set.
private struct ShareSteps {
    let practice: TestSite
    let hospital: TestSite
    private var patients = 0
    private var encounters = 0

    init(practice: TestSite, hospital: TestSite) {
        self.practice = practice
        self.hospital = hospital
    }

    mutating func take(using random: inout SeededGenerator) async throws {
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: try await grant(using: &random)
        case 2: try await withdraw(using: &random)
        case 3: practice.clock.advance(days: Int64.random(in: 1...20, using: &random))
        case 4, 5:
            patients += 1
            try await practice.importFile(TestBundles.chart("p\(patients)"))
        case 6, 7: try await encounter(using: &random)
        default: _ = try await practice.store.stepSharing()
        }
    }

    private func grant(using random: inout SeededGenerator) async throws {
        let compartments = [Compartment.general, .mentalHealth].filter { _ in
            Bool.random(using: &random)
        }
        let scopes: [SharingAgreement.Scope] = [.registered, .relationship, .list, .all]
        var order = GrantOrder(
            peerName: hospital.name, compartments: compartments.isEmpty ? [.general] : compartments,
            purpose: "TREAT", scope: scopes.randomElement(using: &random) ?? .all)
        order.organisations = [.init(system: "urn:test:org", value: "H1")]
        order.onWithdrawal = Bool.random(using: &random) ? .erase : .seal
        if order.scope == .list {
            order.patients = try known().filter { _ in Bool.random(using: &random) }
        }
        _ = try await practice.store.grant(order, actor: TestSite.actor)
    }

    private func withdraw(using random: inout SeededGenerator) async throws {
        let extents: [[Compartment]] = [[], [.general], [.identity], [.mentalHealth]]
        let patient = Bool.random(using: &random) ? try known().randomElement(using: &random) : nil
        try await practice.withdrawOnly(
            from: hospital, extents.randomElement(using: &random) ?? [], patient: patient)
    }

    private mutating func encounter(using random: inout SeededGenerator) async throws {
        guard patients > 0 else { return }
        let patient = "Patient/p\(Int.random(in: 1...patients, using: &random))"
        // Some encounters are replaced, and so are no evidence any more.
        let number = Int.random(in: 0...8, using: &random)
        let isOver = Bool.random(using: &random)
        let day = Int.random(in: 10...28, using: &random)
        let provider = Bool.random(using: &random) ? "H1" : "X1"
        encounters += 1
        try await practice.importFile(
            TestBundles.encounter(
                "e\(number)-\(patient.suffix(2))", of: patient, by: provider,
                status: isOver ? "finished" : "in-progress", end: isOver ? "2026-05-\(day)" : nil),
            again: true)
    }

    private func known() throws -> [PatientID] {
        try practice.blobs("SELECT DISTINCT patient FROM stream WHERE patient IS NOT NULL")
            .compactMap { PatientID(bytes: $0) }.sorted()
    }

    /// Once every job is done, the rows are what the decision function says of each stream.
    func checkRows() async throws {
        for patient in try known() {
            let streams = try await practice.store.explainShare(
                peerName: hospital.name, patient: patient, actor: TestSite.actor)
            for item in streams {
                let isPermitted =
                    if case .permitted = item.explanation.outcome { true } else { false }
                #expect(item.progress.isInShareSet == isPermitted)
            }
        }
    }
}
