import CareRecord
import Consent
import Testing

@Suite struct DisclosureExplanationTests {
    struct Row: Sendable {
        let name: String
        var stream = StreamID.patient(Fixture.patient, .general)
        var home = Fixture.own
        var relationships: [CareRelationship] = []
        let agreements: [SharingAgreement]
        var withdrawals: [Withdrawal] = []
        let outcome: DisclosureExplanation.Outcome
    }

    private static func withdrawal(
        _ number: Int64, version: UInt64, compartments: [Compartment] = [],
        peer: SiteID = Fixture.peer
    ) -> Withdrawal {
        Withdrawal(
            number: number, peer: peer, compartments: compartments, policyVersion: version)
    }

    static let table: [Row] = [
        Row(name: "nothing was agreed", agreements: [], outcome: .noAgreement),
        Row(
            name: "an agreement with another peer",
            agreements: [
                SharingAgreement(
                    number: 1, peer: Fixture.third, compartments: [.general], purpose: "TREAT",
                    scope: .all)
            ], outcome: .noAgreement),
        Row(
            name: "one of two permits",
            agreements: [
                Fixture.agreement(.list, number: 1), Fixture.agreement(.registered, number: 2),
            ],
            outcome: .permitted(agreement: 2, basis: .registeredHere, untilMilliseconds: nil)),
        Row(
            name: "no end is better than an end",
            relationships: [Fixture.relationship(.encounter, endsIn: 9)],
            agreements: [
                Fixture.agreement(.relationship, number: 1), Fixture.agreement(.all, number: 2),
            ], outcome: .permitted(agreement: 2, basis: .everyPatient, untilMilliseconds: nil)),
        Row(
            name: "a later end is better",
            relationships: [
                Fixture.relationship(.listed, endsIn: 4), Fixture.relationship(.asked, endsIn: 5),
            ],
            agreements: [
                Fixture.agreement(.list, number: 1), Fixture.agreement(.onRequest, number: 2),
            ],
            outcome: .permitted(
                agreement: 2, basis: .relationship(.asked, isAttested: false),
                untilMilliseconds: Fixture.now + 5)),
        Row(
            name: "equal permissions, the lower number",
            agreements: [
                Fixture.agreement(.all, number: 7), Fixture.agreement(.registered, number: 3),
            ],
            outcome: .permitted(agreement: 3, basis: .registeredHere, untilMilliseconds: nil)),
        Row(
            name: "withdrawn since",
            agreements: [
                Fixture.agreement(.list, number: 1), Fixture.agreement(.all, number: 2),
            ], withdrawals: [withdrawal(4, version: 1), withdrawal(5, version: 2)],
            outcome: .withdrawn(agreement: 2, withdrawal: 5)),
        Row(
            name: "granted again after the withdrawal",
            agreements: [
                Fixture.agreement(.all, number: 1),
                Fixture.agreement(.registered, number: 2, policyVersion: 3),
            ], withdrawals: [withdrawal(4, version: 2)],
            outcome: .permitted(agreement: 2, basis: .registeredHere, untilMilliseconds: nil)),
        Row(
            name: "what was withdrawn is something else, or another's",
            agreements: [Fixture.agreement(.all)],
            withdrawals: [
                withdrawal(4, version: 2, compartments: [.mentalHealth]),
                withdrawal(5, version: 2, peer: Fixture.third),
            ], outcome: .permitted(agreement: 1, basis: .everyPatient, untilMilliseconds: nil)),
        Row(
            name: "the nearest refusal",
            relationships: [Fixture.relationship(.encounter, endsIn: -1)],
            agreements: [
                Fixture.agreement(.all, number: 1, compartments: [.socialCare]),
                Fixture.agreement(.list, number: 2),
                Fixture.agreement(.relationship, number: 3),
                Fixture.agreement(.onRequest, number: 4),
            ], outcome: .refused(agreement: 3, decision: .relationshipEnded)),
        Row(
            name: "equal refusals, the lower number", home: Fixture.third,
            agreements: [
                Fixture.agreement(.registered, number: 6),
                Fixture.agreement(.registered, number: 5),
            ], outcome: .refused(agreement: 5, decision: .otherPatient)),
        Row(
            name: "what never leaves", stream: .local(Fixture.own),
            agreements: [Fixture.agreement(.all)],
            outcome: .refused(agreement: 1, decision: .notForwardable)),
    ]

    @Test("an explanation names the best agreement", arguments: table.indices)
    func explains(number: Int) {
        let row = Self.table[number]
        let turned = Row(
            name: row.name, stream: row.stream, home: row.home,
            relationships: row.relationships.reversed(), agreements: row.agreements.reversed(),
            withdrawals: row.withdrawals.reversed(), outcome: row.outcome)
        let explanations = [row, turned].map { row in
            DisclosureExplanation.explain(
                StreamFacts(
                    stream: row.stream, home: row.home, relationships: row.relationships),
                to: Fixture.peer, agreements: row.agreements, withdrawals: row.withdrawals,
                ownSite: Fixture.own, nowMilliseconds: Fixture.now)
        }
        #expect(explanations[0].outcome == row.outcome, "\(row.name)")
        #expect(explanations[0] == explanations[1], "\(row.name)")
        let numbers = explanations[0].considered.map(\.agreement)
        #expect(numbers == numbers.sorted())
    }

    @Test("each other purpose that permits is named once, by its oldest agreement that counts")
    func otherPurposes() {
        func agreement(
            _ number: Int64, _ purpose: String, _ scope: SharingAgreement.Scope = .all,
            version: UInt64 = 2
        ) -> SharingAgreement {
            var agreement = Fixture.agreement(scope, number: number, policyVersion: version)
            agreement.purpose = purpose
            return agreement
        }
        func others(_ agreements: [SharingAgreement]) -> [Int64] {
            DisclosureExplanation.explain(
                StreamFacts(
                    stream: .patient(Fixture.patient, .general), home: Fixture.own,
                    relationships: []),
                to: Fixture.peer, agreements: agreements.reversed(),
                withdrawals: [Self.withdrawal(1, version: 1)], ownSite: Fixture.own,
                nowMilliseconds: Fixture.now
            ).forOtherPurposes
        }
        let treatment = agreement(1, "TREAT")
        #expect(others([treatment]) == [])
        #expect(others([treatment, agreement(2, "TREAT")]) == [])
        let research = [agreement(2, "HRESCH"), agreement(3, "HRESCH")]
        #expect(others([treatment] + research + [agreement(4, "HPAYMT")]) == [2, 4])
        // One that does not permit, or was withdrawn, permits it for no purpose.
        #expect(others([treatment, agreement(2, "HRESCH", .list)]) == [])
        #expect(others([treatment, agreement(2, "HRESCH", version: 1)]) == [])
        #expect(others([agreement(1, "TREAT", .list), agreement(2, "HRESCH")]) == [])
        #expect(others([agreement(1, "TREAT", .list)]) == [])
    }

    @Test("an explanation permits exactly what some agreement's row would")
    func agrees() {
        for row in Self.table {
            let facts = StreamFacts(
                stream: row.stream, home: row.home, relationships: row.relationships)
            let isPermitted = row.agreements.contains { agreement in
                guard agreement.peer == Fixture.peer,
                    case .permitted(_, let until) = DisclosureDecision.decide(
                        facts, under: agreement, ownSite: Fixture.own,
                        nowMilliseconds: Fixture.now)
                else { return false }
                return DisclosureDecision.counts(
                    grantPolicyVersion: agreement.policyVersion, untilMilliseconds: until,
                    withdrawals: row.withdrawals.filter { $0.peer == Fixture.peer },
                    stream: row.stream, nowMilliseconds: Fixture.now)
            }
            var explained = false
            if case .permitted = row.outcome { explained = true }
            #expect(isPermitted == explained, "\(row.name)")
        }
    }
}
