import CareRecord
import Consent
import Testing

@Suite struct WithdrawalTests {
    struct Row: Sendable {
        let compartments: [Compartment]
        let patient: PatientID?
        let matched: [StreamID]
    }

    static let link = StreamID.link(Fixture.patient, Fixture.other)
    static let streams: [StreamID] = [
        .patient(Fixture.patient, .identity), .patient(Fixture.patient, .general),
        .patient(Fixture.patient, .mentalHealth), .patient(Fixture.patient, .unknown(99)),
        .patient(Fixture.other, .general), link, .directory(Fixture.own),
        .unknown(kind: 50, subject: []),
    ]

    static let table: [Row] = [
        Row(compartments: [], patient: nil, matched: streams),
        Row(
            compartments: [], patient: Fixture.patient,
            matched: Array(streams[0...3]) + [link]),
        Row(
            compartments: [], patient: Fixture.other,
            matched: [.patient(Fixture.other, .general), link]),
        Row(
            compartments: [.general], patient: nil,
            matched: [.patient(Fixture.patient, .general), .patient(Fixture.other, .general)]),
        Row(
            compartments: [.mentalHealth, .general], patient: Fixture.patient,
            matched: [
                .patient(Fixture.patient, .general), .patient(Fixture.patient, .mentalHealth),
            ]),
        Row(
            compartments: [.identity], patient: Fixture.patient,
            matched: [.patient(Fixture.patient, .identity)]),
        Row(
            compartments: Array(Compartment.known.dropFirst()), patient: Fixture.patient,
            matched: [
                .patient(Fixture.patient, .general), .patient(Fixture.patient, .mentalHealth),
            ]),
    ]

    @Test("a withdrawal matches the table's streams and no other", arguments: table.indices)
    func matches(number: Int) {
        let row = Self.table[number]
        let withdrawal = Withdrawal(
            number: 1, peer: Fixture.peer, compartments: row.compartments, patient: row.patient,
            policyVersion: 1)
        #expect(Self.streams.filter { withdrawal.matches($0) } == row.matched)
    }

    @Test("a row counts only if its grant is newer than every withdrawal that matches")
    func versions() {
        let stream = StreamID.patient(Fixture.patient, .general)
        let withdrawals = [
            Withdrawal(number: 1, peer: Fixture.peer, compartments: [.general], policyVersion: 5),
            Withdrawal(number: 2, peer: Fixture.peer, patient: Fixture.patient, policyVersion: 3),
            Withdrawal(number: 3, peer: Fixture.peer, patient: Fixture.other, policyVersion: 9),
        ]
        for (version, expected) in [(0, false), (4, false), (5, false), (6, true)] {
            for list in [withdrawals, withdrawals.reversed()] {
                let counts = DisclosureDecision.counts(
                    grantPolicyVersion: UInt64(version), untilMilliseconds: nil,
                    withdrawals: list, stream: stream, nowMilliseconds: Fixture.now)
                #expect(counts == expected)
            }
        }
    }

    @Test("a row lapses at its end, whatever else is so")
    func lapse() {
        for (end, expected) in [(nil, true), (1, true), (0, false), (-1, false)] as [(Int64?, Bool)]
        {
            let counts = DisclosureDecision.counts(
                grantPolicyVersion: 1, untilMilliseconds: end.map { Fixture.now + $0 },
                withdrawals: [], stream: .directory(Fixture.own), nowMilliseconds: Fixture.now)
            #expect(counts == expected)
        }
    }
}
