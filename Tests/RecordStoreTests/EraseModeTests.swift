import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// Withdrawals that order their receiver to destroy what it holds.
@Suite struct EraseModeTests {
    private static func order(
        _ peer: TestSite, _ mode: SharingAgreement.WithdrawalMode = .erase
    ) -> GrantOrder {
        var order = GrantOrder(
            peerName: peer.name, compartments: [.general, .mentalHealth], purpose: "TREAT",
            scope: .registered)
        order.onWithdrawal = mode
        return order
    }

    @Test("erased values are in no file, own ones stay, and a new grant fetches them again")
    func eraseAndFetch() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(Self.order(hospital))
        try await practice.importFile(TestBundles.chart())
        let family = "Qzjxkvwpfamily"
        try await practice.importFile(TestBundles.patient("p", family: family))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        let patient = try await hospital.onlyPatient()
        let whole = try await hospital.store.contentDigest()
        try await hospital.importFile(
            TestBundles.observation("own", of: "Patient/\(patient)", value: 9))
        let withOwn = try await hospital.store.contentDigest()
        let foreign = try hospital.blobs(
            "SELECT content FROM frame JOIN event ON event.seq = frame.id >> 5 "
                + "WHERE event.source IS NOT NULL")
        #expect(foreign.count == 5)
        try hospital.store.checkpoint()
        #expect(try hospital.rawFiles().range(of: Data(family.lowercased().utf8)) != nil)
        try await practice.withdraw(from: hospital)
        #expect(try await exchange.runWithNotices() == [.done])
        let frames = "SELECT count(*) FROM frame"
        #expect(try hospital.number(frames) == 1)
        #expect(
            try await hospital.store.resources(of: patient, actor: TestSite.actor).map(\.type)
                == ["Observation"])
        // Not even in a page that is free now.
        try hospital.store.checkpoint()
        let raw = try hospital.rawFiles()
        #expect(raw.range(of: Data(family.lowercased().utf8)) == nil)
        for frame in foreign where frame.count > 24 {
            #expect(raw.range(of: Data(frame.suffix(24))) == nil)
        }
        #expect(try await hospital.store.wanted(from: practice.site, countMax: 9) == [])
        try await practice.grant(Self.order(hospital))
        try await exchange.announce()
        // Until the values are back there is nothing to show, and no look-up fails.
        #expect(try await hospital.store.counts().resources == 1)
        let fetches = try await exchange.carryFetches()
        #expect(fetches == 4)
        let outcomes = try await exchange.run()
        #expect(outcomes.count == 5)
        #expect(outcomes.allSatisfy { $0 == .duplicate })
        #expect(try hospital.number("SELECT count(*) FROM event WHERE flags & 4") == 0)
        #expect(try hospital.number("SELECT count(*) FROM wanted") == 0)
        #expect(try await hospital.store.contentDigest() == withOwn)
        #expect(try await practice.store.contentDigest() == whole)
        #expect(try await hospital.onlyPatient() == patient)
    }

    @Test("a blob that an own event names outlives the erasure of its stream")
    func ownBlob() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(Self.order(hospital))
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.longObservation("a", of: "Patient/p", "x"))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        let patient = try await hospital.onlyPatient()
        let missing = try await hospital.store.missingBlobs(from: practice.site, countMax: 9)
        for blob in missing {
            let piece = try await practice.store.blobPiece(
                blob.sha256, offset: 0, bytesMax: 1 << 20, stream: blob.stream, for: hospital.site,
                session: [UInt8](repeating: 1, count: 16))
            let content = try #require(piece).piece
            #expect(
                try await hospital.store.keepBlobPiece(content, of: blob, from: practice.site)
                    == .whole)
        }
        try await hospital.importFile(
            TestBundles.longObservation("own", of: "Patient/\(patient)", "y"))
        #expect(try hospital.number("SELECT count(*) FROM blob WHERE content IS NOT NULL") == 2)
        try await practice.withdraw(from: hospital)
        #expect(try await exchange.runWithNotices() == [.done])
        #expect(try hospital.number("SELECT count(*) FROM blob WHERE content IS NOT NULL") == 1)
        let own = try await hospital.store.resources(of: patient, actor: TestSite.actor)
        #expect(own.flatMap(\.heads).allSatisfy { $0.text?.contains("yyyy") == true })
    }

    @Test(
        "what waits is erased with its stream, and comes again with it", arguments: [true, false])
    func waiting(isAnyAccepted: Bool) async throws {
        let (practice, hospital) = try await Exchange.pair()
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        let create = Change.whole("Patient", EntityID(patient.bits))
        let value = Array(TestBundles.patient("p", family: "Qzjxkvwp").utf8)
        func event(_ counter: UInt64, after previous: EventID? = nil) -> SealedEvent {
            practice.seal(
                practice.header(stream, counter: counter, previous: previous, changes: [create]),
                values: [value])
        }
        let first = event(1)
        let second = event(2, after: first.event.id)
        let third = event(3, after: second.event.id)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream])
        let early = isAnyAccepted ? [first, third] : [third]
        #expect(try await exchange.give(early.map(\.envelope)).count == early.count)
        #expect(try await hospital.store.counts().pending == 1)
        try await exchange.announceByHand([], version: 2)
        let notice = SealTests.notice(of: [stream], to: hospital, signer: practice, mode: .erase)
        #expect(try await hospital.store.obey(notice, from: practice.site) == .done)
        #expect(try await hospital.store.counts().pending == 0)
        try hospital.store.checkpoint()
        let tail = try #require(third.envelope.frames.first?.suffix(24))
        #expect(try hospital.rawFiles().range(of: Data(tail)) == nil)
        try await exchange.announceByHand([stream], version: 3)
        let all = [first, second, third].map(\.envelope)
        #expect(try await exchange.give(all).contains(.accepted))
        #expect(try await hospital.store.counts().events == 3)
        #expect(try await hospital.store.wanted(from: practice.site, countMax: 9) == [])
    }

    @Test("a peer that lost the values of what it brought itself gets them back when it asks")
    func broughtByTheAsker() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let author = try TestSite("author")
        try await hospital.grant(Self.order(practice))
        let stream = StreamID.patient(TestID.patient(), .general)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream])
        _ = try await hospital.store.receive(cards: [author.card], from: practice.site)
        let event = HostilePeerTests.event(author, stream)
        #expect(try await exchange.give([event.envelope]) == [.accepted])
        func sent(_ lane: Lane) async throws -> [Bool] {
            try await hospital.store.owedEvents(
                for: practice.site, lane: lane, after: nil, dueByMilliseconds: .max, rowsMax: 9
            ).events.map { !$0.row.cameFromPeer }
        }
        #expect(try await sent(.current) == [])
        try await hospital.grant(
            GrantOrder(
                peerName: practice.name, compartments: [.general], purpose: "TREAT", scope: .all))
        try await hospital.store.owe(
            Fetch(stream: stream, replica: author.replica, counters: 1...1), to: practice.site)
        #expect(try await sent(.current) == [true])
    }

    @Test("the second event of a fork keeps its proof and loses its values")
    func fork() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let stream = StreamID.patient(TestID.patient(), .general)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream])
        let text = Array(#"{"resourceType":"Observation","status":"qzjxkvwpstatus"}"#.utf8)
        let first = HostilePeerTests.event(practice, stream)
        let second = HostilePeerTests.event(practice, stream, value: text)
        #expect(try await exchange.give([first.envelope, second.envelope]).count == 2)
        #expect(try hospital.number("SELECT count(*) FROM fork") == 1)
        try await exchange.announceByHand([], version: 2)
        let notice = SealTests.notice(of: [stream], to: hospital, signer: practice, mode: .erase)
        #expect(try await hospital.store.obey(notice, from: practice.site) == .done)
        let kept = try hospital.blobs("SELECT envelope FROM fork")
        let envelope = try EventEnvelope(encoded: try #require(kept.first))
        #expect(envelope.headerFrame == second.envelope.headerFrame)
        #expect(envelope.signature == second.envelope.signature)
        let erased = try EventOpener(coder: FrameCoder()).reopen(envelope).event
        #expect(erased.id == second.event.id)
        #expect(erased.values.allSatisfy { if case .erased = $0 { true } else { false } })
        try hospital.store.checkpoint()
        let tail = try #require(second.envelope.frames.first?.suffix(24))
        #expect(try hospital.rawFiles().range(of: Data(tail)) == nil)
    }

    /// A hospital whose values were erased is granted them anew, and shares them with a home before
    /// they are back: from whom they come, and to whom they go on.
    private static func erasedAndShared() async throws -> (exchange: Exchange, onward: Exchange) {
        let (practice, hospital, home) = try await Exchange.row()
        _ = try await home.store.receive(cards: [practice.card], from: hospital.site)
        try await practice.grant(Self.order(hospital))
        try await practice.importFile(TestBundles.chart())
        let exchange = Exchange(practice, to: hospital)
        let onward = Exchange(hospital, to: home)
        try await exchange.run()
        try await practice.withdraw(from: hospital)
        #expect(try await exchange.runWithNotices() == [.done])
        try await practice.grant(Self.order(hospital))
        try await exchange.announce()
        try await hospital.grant(home, [.general, .mentalHealth], scope: .all)
        #expect(try await onward.run() == [])
        return (exchange, onward)
    }

    @Test("values that come back go on to whoever was granted the stream while they were away")
    func sentOnOnceRestored() async throws {
        let (exchange, onward) = try await Self.erasedAndShared()
        let (hospital, home) = (onward.sender, onward.receiver)
        try await exchange.carryFetches()
        try await exchange.run()
        #expect(try hospital.number("SELECT count(*) FROM event WHERE flags & 4") == 0)
        try await onward.run()
        #expect(try await home.store.counts().events == hospital.store.counts().events)
        #expect(try await home.store.contentDigest() == hospital.store.contentDigest())
        #expect(try hospital.number("SELECT count(*) FROM owed") == 0)
    }

    @Test("what was passed over while it was erased is sent though that is settled afterwards")
    func settledLate() async throws {
        let (exchange, onward) = try await Self.erasedAndShared()
        let (hospital, home) = (onward.sender, onward.receiver)
        // A page is read, then the values come, then what was read is settled.
        let marks = try await hospital.store.marks(of: home.site)
        let streams = try await hospital.shared(with: home)
        try await exchange.carryFetches()
        try await exchange.run()
        try await hospital.store.settleOwed(
            streams.map { ($0, marks.cursor, marks.shareVersion) }, of: home.site)
        try await onward.run()
        #expect(try await home.store.counts().events == hospital.store.counts().events)
        #expect(try await home.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("what its author erased meanwhile comes back without its value, and can be sent on")
    func erasedMeanwhile() async throws {
        let (practice, hospital, home) = try await Exchange.row()
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        let orders = StreamID.patient(patient, .general)
        let first = practice.seal(
            practice.header(
                stream, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))]),
            values: [Array(TestBundles.patient("p").utf8)])
        var erase = Change.whole("Patient", EntityID(patient.bits), .erase)
        erase.names = [ChangeName(stream: stream, dot: first.event.header.dot, index: 0)]
        let second = practice.seal(
            practice.header(orders, counter: 1, changes: [erase]), values: [[]])
        let erased = first.erasing([0], coder: FrameCoder()).envelope
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream, orders])
        #expect(try await exchange.give([first.envelope]) == [.accepted])
        try await exchange.announceByHand([])
        let notice = SealTests.notice(
            of: [stream, orders], to: hospital, signer: practice, mode: .erase)
        #expect(try await hospital.store.obey(notice, from: practice.site) == .done)
        #expect(try hospital.number("SELECT count(*) FROM frame") == 0)
        try await exchange.announceByHand([stream, orders])
        // Without the order a leaf is no value: the value stays wanted.
        #expect(try await exchange.give([erased], number: 2) == [.duplicate])
        #expect(try hospital.number("SELECT count(*) FROM event WHERE flags & 4") == 1)
        #expect(try await hospital.store.wanted(from: practice.site, countMax: 9).count == 1)
        #expect(try await exchange.give([second.envelope], number: 3) == [.accepted])
        #expect(try await exchange.give([erased], number: 4) == [.duplicate])
        #expect(try hospital.number("SELECT count(*) FROM event WHERE flags & 4") == 0)
        let held = try await hospital.store.resource(EntityID(patient.bits), type: "Patient")
        #expect(held.first?.heads.first?.content == .erased)
        #expect(try hospital.number("SELECT count(*) FROM wanted WHERE asked = 0") == 0)
        // Another site gets it in this form.
        _ = try await home.store.receive(cards: [practice.card], from: hospital.site)
        try await hospital.grant(home, scope: .all)
        try await Exchange(hospital, to: home).run()
        #expect(try await home.store.contentDigest() == hospital.store.contentDigest())
        #expect(try await home.store.counts().pending == 0)
    }

    @Test("a value that arrives after the order to erase it is destroyed all the same")
    func orderFirst() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        let orders = StreamID.patient(patient, .general)
        let first = practice.seal(
            practice.header(
                stream, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))]),
            values: [Array(TestBundles.patient("p").utf8)])
        var erase = Change.whole("Patient", EntityID(patient.bits), .erase)
        erase.names = [ChangeName(stream: stream, dot: first.event.header.dot, index: 0)]
        let second = practice.seal(
            practice.header(orders, counter: 1, changes: [erase]), values: [[]])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream, orders])
        #expect(
            try await exchange.give([second.envelope, first.envelope]) == [.accepted, .accepted])
        let held = try await hospital.store.resource(EntityID(patient.bits), type: "Patient")
        #expect(held.first?.heads.first?.content == .erased)
        #expect(
            try await hospital.store.findPatients("ada", countMax: 5, actor: TestSite.actor) == [])
    }

    @Test("an order to erase does not bind for what another site wrote")
    func foreignOrder() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        let stream = StreamID.patient(patient, .identity)
        var erase = Change.whole("Patient", EntityID(patient.bits), .erase)
        erase.names = [
            ChangeName(
                stream: stream, dot: Dot(replica: practice.replica, counter: 1), index: 0)
        ]
        let order = hospital.seal(
            hospital.header(stream, counter: 1, changes: [erase]), values: [[]])
        let exchange = Exchange(hospital, to: practice)
        try await exchange.announceByHand([stream])
        #expect(try await exchange.give([order.envelope]) == [.accepted])
        let found = try await practice.store.findPatients(
            "ada", countMax: 5, actor: TestSite.actor)
        #expect(found.count == 1)
    }

    @Test("what is erased here is not sent on before it is whole again")
    func notSentOn() async throws {
        let (practice, hospital, home) = try await Exchange.row()
        try await practice.grant(Self.order(hospital))
        try await practice.importFile(TestBundles.chart())
        try await hospital.grant(home, [.general, .mentalHealth], scope: .all)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        _ = try await home.store.receive(cards: [practice.card], from: hospital.site)
        try await practice.withdraw(from: hospital)
        try await exchange.runWithNotices()
        try await practice.grant(Self.order(hospital))
        try await exchange.announce()
        let onward = Exchange(hospital, to: home)
        #expect(try await onward.permitted() == [])
        #expect(try await onward.envelopes(at: [1]) == nil)
        try await exchange.run()
        let outcomes = try await onward.run()
        #expect(outcomes == [.accepted, .accepted, .accepted, .accepted])
        #expect(try await home.store.contentDigest() == practice.store.contentDigest())
    }
}
