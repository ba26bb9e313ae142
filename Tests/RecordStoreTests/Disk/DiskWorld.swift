import AuditTrail
import CareRecord
import Foundation
import RecordStore
import Signing
import SimulationSupport
import TestSupport
import Testing
import WireFormat

/// A practice on a simulated disk, and everything that a hospital will send it: made once, so that
/// every history starts from a copy of the same template with the same deliveries.
final class DiskWorld: Sendable {
    /// The practice, enrolled with the hospital; its store is closed.
    let practice: TestSite
    /// The practice's disk.
    let template: SimulatedDisk
    let hospital: TestSite
    let announcements: [Announce]
    let deliveries: [IncomingDelivery]
    let notices: [SignedWithdrawalNotice]
    let asks: [Ask]
    /// The card of a writer whose event comes before it.
    let lateCard: SignedNodeCard

    init() async throws {
        template = SimulatedDisk(seed: 1)
        let practice = try TestSite("practice", on: template)
        let hospital = try TestSite("hospital", on: SimulatedDisk(seed: 2))
        let stranger = try TestSite("stranger", on: SimulatedDisk(seed: 3))
        try await practice.enrol(hospital)
        try await hospital.enrol(practice)
        let person = HospitalPatient(author: hospital, stranger: stranger)
        announcements = [
            Self.announce(person.streams, version: 1), Self.announce([person.identity], version: 2),
        ]
        let feed = try await hospital.store.greeting(for: practice.site).feed
        deliveries = person.deliveries.enumerated().map { number, envelopes in
            IncomingDelivery(
                peer: hospital.site, session: "00112233445566778899aabbccddeeff",
                number: UInt64(number + 1), feed: feed, throughPosition: UInt64(number + 1) * 3,
                events: envelopes.map { HospitalPatient.examine($0, author: hospital) })
        }
        let mode: [WithdrawalNotice.Mode] = [.seal, .erase]
        notices = mode.map { mode in
            SealTests.notice(
                of: [mode == .seal ? person.general : person.mental], to: practice,
                signer: hospital, mode: mode)
        }
        asks = (0..<4).map(Self.ask)
        lateCard = stranger.card
        // A tile of the audit log's tree becomes full in the middle of what a test does.
        let looks = AuditFact(kind: .search, actor: TestSite.actor)
        try await practice.store.record([AuditFact](repeating: looks, count: 250))
        try practice.store.checkpoint()
        try practice.store.close()
        self.practice = practice
        self.hospital = hospital
    }

    /// The practice, opened on a disk that was copied from its own.
    func open(_ disk: SimulatedDisk) throws -> TestSite {
        try TestSite(reopening: practice, on: disk)
    }

    private static func announce(_ streams: [StreamID], version: UInt64) -> Announce {
        var sum = ShareSetSum()
        for stream in streams { sum.insert(stream.bytes) }
        return Announce(
            fromVersion: 0, toVersion: version, added: streams.sorted(), removed: [],
            digest: sum.digest)
    }

    private static func ask(_ number: Int) -> Ask {
        var generator = SeededGenerator(seed: UInt64(number))
        return Ask(
            id: .random(using: &generator),
            identifiers: [.init(system: "urn:test:id", value: "N\(number)")], family: nil,
            given: nil, birthDate: nil, purpose: "ETREAT", requester: "Dr Night", reason: "test")
    }
}

/// One patient of the hospital as it arrives: in order and out of order, damaged, forked, by a
/// writer who is not known yet, with a time that cannot be, and erased.
struct HospitalPatient {
    let identity: StreamID
    let general: StreamID
    let mental: StreamID
    let deliveries: [[EventEnvelope]]

    var streams: [StreamID] { [identity, general, mental] }

    init(author: TestSite, stranger: TestSite) {
        let patient = TestID.patient()
        identity = .patient(patient, .identity)
        general = .patient(patient, .general)
        mental = .patient(patient, .mentalHealth)
        let entity = TestID.entity()
        let registered = author.seal(
            author.header(
                identity, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))]),
            values: [Array(TestBundles.patient("h").utf8)])
        let first = author.seal(
            author.header(general, counter: 1, changes: [.whole("Observation", entity)]),
            values: [HostilePeerTests.observation])
        let chain = Self.chain(of: author, in: mental)
        var late = author.header(
            general, counter: 2, previous: first.event.id,
            changes: [
                .whole(
                    "Observation", entity, .assign,
                    supersedes: [
                        ChangeReference(dot: first.event.header.dot, index: 0)
                    ])
            ])
        late.time = HybridTime(milliseconds: 1_900_000_000_000, counter: 0)
        let second = author.seal(late, values: [Array(#"{"resourceType":"Observation"}"#.utf8)])
        let forked = HostilePeerTests.event(
            author, general, counter: 2, previous: first.event.id, salt: 8)
        let unreadable = HostilePeerTests.event(
            author, general, counter: 3, previous: second.event.id,
            value: Array(#"{"a":1,"a":2}"#.utf8))
        var damaged = HostilePeerTests.event(
            author, general, counter: 4, previous: unreadable.event.id
        ).envelope
        damaged.signature = [UInt8](repeating: 0, count: 64)
        var erase = Change.whole("Observation", entity, .erase)
        erase.names = [ChangeName(stream: general, dot: first.event.header.dot, index: 0)]
        let erasing = author.seal(
            author.header(identity, counter: 2, previous: registered.event.id, changes: [erase]),
            values: [[]])
        deliveries = [
            [registered.envelope, first.envelope], [chain[1].envelope], [chain[0].envelope],
            [second.envelope], [damaged, unreadable.envelope],
            [HostilePeerTests.event(stranger, general).envelope], [forked.envelope],
            [erasing.envelope],
        ]
    }

    private static func chain(of author: TestSite, in stream: StreamID) -> [SealedEvent] {
        var generator = SeededGenerator(seed: 4)
        let chain = ChainID.random(using: &generator)
        var previous: EventID?
        return (0..<2).map { index in
            var header = author.header(
                stream, counter: UInt64(index + 1), previous: previous,
                changes: [.whole("Observation", TestID.entity())])
            header.chain = ChainPosition(id: chain, index: UInt32(index), count: 2)
            let event = author.seal(header, values: [HostilePeerTests.observation])
            previous = event.event.id
            return event
        }
    }

    /// Opens an envelope as the practice does, which knows the hospital's key only.
    static func examine(_ envelope: EventEnvelope, author: TestSite) -> IncomingEvent {
        let opened = EventOpener(coder: FrameCoder()).open(envelope) { replica in
            replica == author.replica ? author.key.publicKey : nil
        }
        return IncomingEvent(opened, envelope: envelope)
    }
}
