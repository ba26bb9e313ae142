import AuditTrail
import ControlProtocol
import Foundation
import Testing

@Suite("control values about the audit log")
struct AuditRoundTripTests {
    @Test("say the same after they travelled")
    func roundTrips() throws {
        try RoundTrip.expectSame(AuditTail(count: 3))
        try RoundTrip.expectSame(AuditCheck(since: "head", witnessesMin: 1, asksWitnesses: true))
        try RoundTrip.expectSame(AuditCheck(peer: "p"))
        try RoundTrip.expectSame(JoinReport(peer: "p", outcome: .shortened, reason: "r"))
        try RoundTrip.expectSame(
            AskedWitness(peer: "p", outcome: .contradicts, size: 4, contradictions: [2]))
        try RoundTrip.expectSame(
            AuditVerdict(line: "l", exitCode: 1, witnesses: ["w"], headsPassedOver: 2))
        try RoundTrip.expectSame(AuditReference(sequence: 4))
        try RoundTrip.expectSame(AuditNote(text: "t"))
        try RoundTrip.expectSame(AuditComparison(old: "o", new: "n"))
        for form in AuditExportOrder.Form.allCases {
            try RoundTrip.expectSame(AuditExportOrder(form: form))
        }
        try RoundTrip.expectSame(AuditExportLine(path: "p", content: [0, 255]))
        try RoundTrip.expectSame(AuditHoldOrder(reason: "r", untilMilliseconds: 1))
        try RoundTrip.expectSame(AuditHoldOrder.release)
        let part = AuditPrunedPart(
            minimum: 512, prunedMilliseconds: 1_780_000_000_000, digest: "ab")
        try RoundTrip.expectSame(AuditExportLine(pruned: part))
        try RoundTrip.expectSame(AuditVerdict(line: "l", exitCode: 0, pruned: part))
        try RoundTrip.expectSame(AuditPruning(beforeMilliseconds: -1, archive: "a"))
        try RoundTrip.expectSame(AuditPruned(minimum: 512, dropped: 256))
        try RoundTrip.expectSame(part.entry)
        #expect(
            part.text
                == "pruned before seq 512; the archive of 2026-05-28 with digest ab holds it")
        #expect(part.entry.seq == 511 && part.entry.kind == "pruned")
        try RoundTrip.expectSame(AuditHoldState())
        try RoundTrip.expectSame(
            AuditHoldState(
                hold: AuditHold(reason: "r", sinceMilliseconds: 1, untilMilliseconds: 2)))
        try RoundTrip.expectSame(
            AuditExportLine(
                failure: ControlFailure(code: .notReady, message: "m", next: "n")))
    }

    @Test("a witness that could not be asked, or holds nothing, is a warning, unless all are")
    func weighed() {
        let intact = AuditVerdict(line: "intact", exitCode: 0)
        let silent = AskedWitness(peer: "a", outcome: .unreachable)
        let agreeing = AskedWitness(peer: "b", outcome: .agrees)
        #expect(intact.weighed(against: [silent, agreeing]).exitCode == 0)
        #expect(intact.weighed(against: [silent]).line == AuditVerdict.nobodyHolds)
        #expect(intact.weighed(against: [silent]).exitCode == 2)
        #expect(intact.weighed(against: []).exitCode == 2)
        let empty = AskedWitness(peer: "d", outcome: .nothing)
        #expect(intact.weighed(against: [empty, silent]).line == AuditVerdict.nobodyHolds)
        #expect(intact.weighed(against: [empty, agreeing]).exitCode == 0)
        let replaced = intact.weighed(
            against: [agreeing, AskedWitness(peer: "c", outcome: .otherKey)])
        #expect(replaced.exitCode == 1 && replaced.isOtherKey)
        let evidence = AuditVerdict(line: "evidence seq=3 check=root", exitCode: 1)
        #expect(evidence.weighed(against: [silent]).line == evidence.line)
    }

    @Test("an entry has the members of the log's format, and keeps them")
    func entry() throws {
        let text = """
            {"seq":7,"time":-1,"clock":"stepped","kind":"disclose-out","outcome":"failed",\
            "reason":"r","actor":{"id":"i","name":"n","role":"r","organisation":"o",\
            "sign_in":"mutual-tls"},"device":"d","from":{"site":"s","tls_key":"k"},\
            "to":{"site":"t","name":"n","address":"a","replica":"x"},"patient":"p",\
            "data":{"compartments":"general","types":{"Observation":2},"events":2,"digest":"d"},\
            "purpose":"TREAT","basis":"b","session":"00","delivery":1,"request":"11",\
            "software":"v","boot":"b","salt":"00"}
            """
        let entry = try ControlCoding.decode(AuditLogEntry.self, from: text.utf8)
        #expect(entry.actor.signIn == "mutual-tls")
        #expect(entry.from?.tlsKey == "k")
        let again =
            try JSONSerialization.jsonObject(
                with: Data(try ControlCoding.encode(entry))) as? NSDictionary
        let before = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
        #expect(again == before)
    }

    @Test("a question is about kinds that the log has", arguments: AuditQuestion.allCases)
    func kinds(question: AuditQuestion) throws {
        #expect(!question.kinds.isEmpty)
        #expect(question.kinds.allSatisfy { AuditKind(rawValue: $0) != nil })
        #expect(Set(question.kinds).count == question.kinds.count)
        let search = AuditSearch(question: question, patient: "p", before: 0, count: 1)
        try RoundTrip.expectSame(search)
        try search.check()
        #expect(throws: ControlFailure.self) {
            try AuditSearch(question: question, before: -1, count: 1).check()
        }
        #expect(throws: ControlFailure.self) {
            try AuditSearch(question: question, count: 0).check()
        }
    }

    @Test("every route says which entries it writes", arguments: ControlRoute.allCases)
    func routes(route: ControlRoute) {
        #expect(route.auditKinds.allSatisfy { AuditKind(rawValue: $0) != nil })
        let reports: Set<ControlRoute> = [
            .status, .listPeers, .showPeer, .listShares, .listWithdrawals, .listQuarantine,
            .showQuarantine, .compareAudit, .auditHead, .auditWitnesses,
        ]
        #expect(route.auditKinds.isEmpty == reports.contains(route))
    }

    @Test("a report of witnesses comes back as it was")
    func witnesses() throws {
        try RoundTrip.expectSame(
            WitnessReport(
                signedSize: 1, witnessedSize: 2, quorum: 3,
                cosigners: [
                    .init(peer: "a", size: 4),
                    .init(
                        peer: "b", size: 5, cosignedMilliseconds: 6, status: 7, fallenSize: 8,
                        contradictions: [9]),
                ],
                witnessed: [
                    .init(
                        peer: "c", origin: "d", size: 10, begunMilliseconds: 11,
                        cosignedMilliseconds: 12, evidence: [13], key: "log d")
                ], keys: "log e\n"))
    }

    @Test("a log is unwitnessed if no quorum has cosigned it, or none lately")
    func unwitnessed() {
        var status = AuditStatus(
            entries: 10, unsignedEntries: 0, witnesses: 2, witnessed: 1, unwitnessedEntries: 3,
            unwitnessedSeconds: 600, isContradicted: false)
        #expect(!status.isUnwitnessed)
        status.unwitnessedSeconds = 601
        #expect(status.isUnwitnessed)
        status.unwitnessedSeconds = nil
        #expect(!status.isUnwitnessed)
        status.witnessed = 0
        #expect(status.isUnwitnessed)
    }

    @Test("a tail is bounded", arguments: [0, -1, 10_001])
    func bounds(count: Int) throws {
        try AuditTail(count: 10_000).check()
        #expect(throws: ControlFailure.self) { try AuditTail(count: count).check() }
    }
}
