import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import TestSupport
import Testing
import WireFormat

/// Random work at a site that shares with one peer, in random order with the steps of its sending.
struct RandomTraffic {
    private let practice: TestSite
    private let hospital: TestSite
    private let exchange: Exchange
    private var random: SeededGenerator
    private var patients = 0
    private var resources = 0
    private var deliveries: UInt64 = 0
    /// A page of the feed that was read, and is still to be sent.
    private var page: (rows: [OutgoingRow], through: UInt64, shareVersion: UInt64)?

    init(seed: UInt64) async throws {
        random = SeededGenerator(seed: seed)
        (practice, hospital) = try await Exchange.pair()
        exchange = Exchange(practice, to: hospital)
        try await grant()
    }

    /// One thing that may happen.
    mutating func step() async throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0, 1: try await register()
        case 2, 3: try await write()
        case 4: try await writeUrgently()
        case 5: try await encounter()
        case 6: try await grant()
        case 7: try await withdraw()
        case 8: practice.clock.advance(days: Int64.random(in: 1...20, using: &random))
        case 9, 10: _ = try await practice.store.stepSharing()
        case 11, 12, 13: try await readPage()
        case 14, 15: try await sendPage()
        case 16, 17: try await sendOwed()
        case 18: try await compareVectors()
        default: try await fetch()
        }
    }

    /// Sends all that is left, and compares.
    mutating func finish() async throws {
        page = nil
        try await practice.finishSharing()
        try await exchange.run()
        #expect(try practice.number("SELECT count(*) FROM owed") == 0)
        let shared = try await practice.shared(with: hospital)
        for stream in shared {
            let vector = try await practice.store.vector(of: stream)
            #expect(try await hospital.store.vector(of: stream) == vector)
        }
        let digest = try await practice.store.greeting(for: hospital.site).shareDigest
        #expect(try practice.recomputedShareDigest() == digest)
        #expect(try await practice.store.backlog(for: hospital.site).events == 0)
    }

    private mutating func register() async throws {
        patients += 1
        try await practice.importFile(TestBundles.patient("p\(patients)"))
    }

    private mutating func anybody() -> String? {
        patients > 0 ? "Patient/p\(Int.random(in: 1...patients, using: &random))" : nil
    }

    private mutating func write() async throws {
        guard let patient = anybody() else { return }
        resources += 1
        let labels = Bool.random(using: &random) ? ["PSY"] : []
        try await practice.importFile(
            TestBundles.observation("o\(resources)", of: patient, labels: labels))
    }

    private mutating func writeUrgently() async throws {
        guard let patient = anybody() else { return }
        resources += 1
        try await practice.importFile(TestBundles.allergy("a\(resources)", of: patient))
    }

    private mutating func encounter() async throws {
        guard let patient = anybody() else { return }
        resources += 1
        let isOver = Bool.random(using: &random)
        try await practice.importFile(
            TestBundles.encounter(
                "e\(resources)", of: patient, by: "H1", status: isOver ? "finished" : "arrived",
                end: isOver ? "2026-05-\(Int.random(in: 10...28, using: &random))" : nil))
    }

    private mutating func grant() async throws {
        let scopes: [SharingAgreement.Scope] = [.registered, .relationship, .relationship]
        let scope = scopes.randomElement(using: &random) ?? .all
        var order = GrantOrder(
            peerName: hospital.name,
            compartments: Bool.random(using: &random) ? [.general] : [.general, .mentalHealth],
            purpose: "TREAT", scope: scope)
        order.organisations = [.init(system: "urn:test:org", value: "H1")]
        _ = try await practice.store.grant(order, actor: TestSite.actor)
    }

    private mutating func withdraw() async throws {
        let known = try practice.blobs(
            "SELECT DISTINCT patient FROM stream WHERE patient IS NOT NULL ORDER BY patient")
        let patient = known.randomElement(using: &random).flatMap { PatientID(bytes: $0) }
        let extents: [[Compartment]] = [[], [.general], [.mentalHealth]]
        try await practice.withdrawOnly(
            from: hospital, extents.randomElement(using: &random) ?? [],
            patient: Int.random(in: 0..<4, using: &random) == 0 ? nil : patient)
    }

    private mutating func readPage() async throws {
        let cursor = try await practice.store.greeting(for: hospital.site).cursor
        page = try await practice.store.feedRows(
            for: hospital.site, after: cursor, rowsMax: Int.random(in: 1...8, using: &random))
    }

    /// Sends the page that was read a while ago, or puts events of it off.
    private mutating func sendPage() async throws {
        guard let page else { return }
        self.page = nil
        let cursor = try await practice.store.greeting(for: hospital.site).cursor
        guard page.rows.allSatisfy({ $0.position > cursor }) else { return }
        let rows = page.rows.filter { $0.isPermitted && !$0.cameFromPeer && !$0.isOwed }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let orders = rows.map { row in
                OwedOrder(
                    stream: row.stream, after: row.position - 1, through: row.position,
                    lane: .current, dueMilliseconds: practice.clock.now,
                    isHeldBack: Bool.random(using: &random))
            }
            try await practice.store.owe(orders, to: hospital.site)
        default:
            guard try await deliver(rows) else { return }
        }
        if Bool.random(using: &random) { try await writeUrgently() }
        if Int.random(in: 0..<5, using: &random) == 0 { try await encounter() }
        try await practice.store.moveCursor(
            of: hospital.site, to: page.through, shareVersion: page.shareVersion)
    }

    private mutating func sendOwed() async throws {
        let lane = Lane.allCases.randomElement(using: &random) ?? .current
        let owed = try await practice.store.owedEvents(
            for: hospital.site, lane: lane, after: nil, dueByMilliseconds: .max,
            rowsMax: Int.random(in: 1...6, using: &random))
        let rows = owed.events.map(\.row)
        guard try await deliver(rows.filter { $0.isPermitted && !$0.cameFromPeer }) else { return }
        // An answer may be lost, and an urgent event may arrive before it does.
        guard Int.random(in: 0..<5, using: &random) > 0 else { return }
        if Int.random(in: 0..<3, using: &random) == 0 { try await writeUrgently() }
        try await practice.store.settleOwed(
            rows.map { ($0.stream, $0.position, owed.shareVersion) }, of: hospital.site)
    }

    /// Delivers rows that were read before; `false` if a permit is gone meanwhile.
    private mutating func deliver(_ rows: [OutgoingRow]) async throws -> Bool {
        guard !rows.isEmpty else { return true }
        try await exchange.announce()
        deliveries += 1
        let envelopes = try await exchange.envelopes(
            at: rows.map(\.position), number: deliveries)
        for stream in Set(rows.map(\.stream)) where envelopes != nil {
            #expect(try await isPermitted(stream), "sent without a permit")
        }
        guard let envelopes else { return false }
        let outcomes = try await exchange.give(envelopes, number: deliveries)
        for outcome in outcomes {
            if case .refused = outcome { Issue.record("refused: \(outcome)") }
        }
        return true
    }

    /// What the decision function says of a stream now, whatever rows there are.
    private func isPermitted(_ stream: StreamID) async throws -> Bool {
        guard let patient = stream.patient else { return true }
        let explained = try await practice.store.explainShare(
            peerName: hospital.name, patient: patient, actor: TestSite.actor)
        guard
            case .permitted? = explained.first(where: { $0.stream == stream })?.explanation.outcome
        else { return false }
        return true
    }

    private mutating func compareVectors() async throws {
        try await exchange.announce()
        let shared = try await practice.shared(with: hospital)
        guard let stream = shared.randomElement(using: &random) else { return }
        let vectors = try await hospital.store.vectors(of: [stream], for: practice.site)
        guard !vectors.isEmpty else { return }
        try await practice.store.settle(vectors, heldBy: hospital.site)
    }

    private mutating func fetch() async throws {
        let shared = try await practice.shared(with: hospital)
        guard let stream = shared.randomElement(using: &random) else { return }
        let first = UInt64.random(in: 1...3, using: &random)
        try await practice.store.owe(
            Fetch(stream: stream, replica: practice.replica, counters: first...first + 2),
            to: hospital.site)
    }
}
