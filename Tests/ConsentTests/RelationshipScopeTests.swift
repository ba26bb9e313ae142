import CareRecord
import Consent
import Testing

@Suite struct RelationshipScopeTests {
    struct Row: Sendable {
        let name: String
        let relationships: [CareRelationship]
        /// What `relationship`, `list` and `on-request` say.
        let expected: [String]
    }

    static let table: [Row] = [
        Row(
            name: "nothing is known", relationships: [],
            expected: ["no-relationship", "not-listed", "not-asked"]),
        Row(
            name: "an encounter is open", relationships: [Fixture.relationship(.encounter)],
            expected: ["encounter", "not-listed", "not-asked"]),
        Row(
            name: "an encounter ends in a millisecond",
            relationships: [Fixture.relationship(.encounter, endsIn: 1)],
            expected: ["encounter", "not-listed", "not-asked"]),
        Row(
            name: "an encounter ends now",
            relationships: [Fixture.relationship(.encounter, endsIn: 0)],
            expected: ["relationship-ended", "not-listed", "not-asked"]),
        Row(
            name: "the patient is listed", relationships: [Fixture.relationship(.listed)],
            expected: ["listed", "listed", "not-asked"]),
        Row(
            name: "the list's entry has ended",
            relationships: [Fixture.relationship(.listed, endsIn: -1)],
            expected: ["relationship-ended", "relationship-ended", "not-asked"]),
        Row(
            name: "an ask was answered",
            relationships: [Fixture.relationship(.asked, endsIn: 259_200_000)],
            expected: ["no-relationship", "not-listed", "asked"]),
        Row(
            name: "an ask lapsed", relationships: [Fixture.relationship(.asked, endsIn: -1)],
            expected: ["no-relationship", "not-listed", "relationship-ended"]),
        Row(
            name: "the peer wrote it itself",
            relationships: [Fixture.relationship(.careTeamMember, author: Fixture.peer)],
            expected: ["only-own-evidence", "not-listed", "not-asked"]),
        Row(
            name: "the peer wrote list and answer itself",
            relationships: [
                Fixture.relationship(.listed, author: Fixture.peer),
                Fixture.relationship(.asked, author: Fixture.peer),
            ],
            expected: ["only-own-evidence", "only-own-evidence", "only-own-evidence"]),
        Row(
            name: "the peer's own has ended as well",
            relationships: [
                Fixture.relationship(.episode, endsIn: -5, author: Fixture.peer),
                Fixture.relationship(.encounter, endsIn: -9),
            ],
            expected: ["relationship-ended", "not-listed", "not-asked"]),
        Row(
            name: "a third site wrote it",
            relationships: [
                Fixture.relationship(.planCustodian, author: Fixture.third),
                Fixture.relationship(.careTeamMember, author: Fixture.peer),
            ],
            expected: ["plan-custodian", "not-listed", "not-asked"]),
        Row(
            name: "own evidence lasts longer but is no evidence",
            relationships: [
                Fixture.relationship(.encounter, endsIn: 50),
                Fixture.relationship(.careTeamMember, author: Fixture.peer),
                Fixture.relationship(.episode, endsIn: 40),
            ],
            expected: ["encounter", "not-listed", "not-asked"]),
        Row(
            name: "every kind but asked is a relationship",
            relationships: CareRelationship.Kind.allCases.reversed().map {
                Fixture.relationship($0)
            },
            expected: ["registered-practice", "listed", "asked"]),
    ]

    @Test("a scope takes the relationships that it names", arguments: table.indices)
    func scopes(number: Int) {
        let row = Self.table[number]
        let scopes: [SharingAgreement.Scope] = [.relationship, .list, .onRequest]
        for home in [Fixture.own, Fixture.third] {
            for (scope, expected) in zip(scopes, row.expected) {
                for relationships in [row.relationships, row.relationships.reversed()] {
                    let decision = Fixture.decide(
                        .patient(Fixture.patient, .general), home: home, relationships,
                        under: Fixture.agreement(scope))
                    #expect(decision.name == expected, "\(row.name), \(scope)")
                }
            }
        }
    }

    @Test("a permission lasts as long as the relationship that lasts longest")
    func until() {
        let agreement = Fixture.agreement(.relationship)
        let stream = StreamID.patient(Fixture.patient, .mentalHealth)
        let ending = [
            Fixture.relationship(.episode, endsIn: 10), Fixture.relationship(.link, endsIn: 30),
            Fixture.relationship(.encounter, endsIn: 20),
        ]
        #expect(
            Fixture.decide(stream, ending, under: agreement)
                == .permitted(
                    basis: .relationship(.link, isAttested: false),
                    untilMilliseconds: Fixture.now + 30))
        let open = ending + [Fixture.relationship(.registeredPractice)]
        #expect(
            Fixture.decide(stream, open, under: agreement)
                == .permitted(
                    basis: .relationship(.registeredPractice, isAttested: false),
                    untilMilliseconds: nil))
    }

    @Test("an attested agreement takes the peer's own evidence for identity and general only")
    func attested() {
        let agreement = Fixture.agreement(
            .relationship, isAttested: true, compartments: Compartment.known)
        let own = [Fixture.relationship(.encounter, endsIn: 9, author: Fixture.peer)]
        for compartment in Compartment.known {
            let decision = Fixture.decide(
                .patient(Fixture.patient, compartment), own, under: agreement)
            if compartment == .identity || compartment == .general {
                #expect(
                    decision
                        == .permitted(
                            basis: .relationship(.encounter, isAttested: true),
                            untilMilliseconds: Fixture.now + 9))
                #expect(decision.name == "encounter attested")
            } else {
                #expect(decision == .onlyOwnEvidence)
            }
        }
        // Where others say as much, the basis is theirs.
        let both = own + [Fixture.relationship(.link, endsIn: 9, author: Fixture.third)]
        let decision = Fixture.decide(
            .patient(Fixture.patient, .general), both, under: agreement)
        #expect(decision.name == "link")
    }

    @Test("the peer's own patients come back to it under every scope")
    func ownPatients() {
        for scope in SharingAgreement.Scope.allCases {
            let agreement = Fixture.agreement(scope)
            #expect(
                Fixture.decide(
                    .patient(Fixture.patient, .general), home: Fixture.peer, under: agreement)
                    == .permitted(basis: .peersOwn, untilMilliseconds: nil))
            #expect(
                Fixture.decide(
                    .patient(Fixture.patient, .socialCare), home: Fixture.peer, under: agreement)
                    == .otherCompartment)
        }
    }

    @Test("the registered scope asks for no relationship and takes none for another's patient")
    func registered() {
        let all = CareRelationship.Kind.allCases.map { Fixture.relationship($0) }
        #expect(
            Fixture.decide(
                .patient(Fixture.patient, .general), home: Fixture.third, all,
                under: Fixture.agreement(.registered)) == .otherPatient)
    }
}
