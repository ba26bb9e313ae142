import CareRecord
import Consent
import Testing

@Suite struct DisclosureDecisionTests {
    struct Row: Sendable {
        let stream: StreamID
        let home: SiteID
        let registered: String
        let all: String
    }

    /// Under agreements about general and mental-health: what registered and all say.
    static let table: [Row] = [
        row(.patient(Fixture.patient, .general), Fixture.own, "registered", "all"),
        row(.patient(Fixture.patient, .identity), Fixture.own, "registered", "all"),
        row(.patient(Fixture.patient, .mentalHealth), Fixture.own, "registered", "all"),
        row(
            .patient(Fixture.patient, .sexualHealth), Fixture.own, "other-compartment",
            "other-compartment"),
        row(
            .patient(Fixture.patient, .patientPrivate), Fixture.peer, "other-compartment",
            "other-compartment"),
        row(.patient(Fixture.patient, .general), Fixture.third, "other-patient", "all"),
        row(.patient(Fixture.patient, .identity), Fixture.third, "other-patient", "all"),
        row(.patient(Fixture.patient, .general), Fixture.peer, "own-patient", "own-patient"),
        row(
            .patient(Fixture.patient, .unknown(200)), Fixture.own, "not-forwardable",
            "not-forwardable"),
        row(.directory(Fixture.own), Fixture.own, "directory", "directory"),
        row(.directory(Fixture.peer), Fixture.peer, "directory", "directory"),
        row(.directory(Fixture.third), Fixture.third, "other-patient", "directory"),
        row(.local(Fixture.own), Fixture.own, "not-forwardable", "not-forwardable"),
        row(
            .link(Fixture.patient, Fixture.other), Fixture.own, "not-forwardable",
            "not-forwardable"),
        row(
            .unknown(kind: 77, subject: [1]), Fixture.own, "not-forwardable", "not-forwardable"),
    ]

    private static func row(
        _ stream: StreamID, _ home: SiteID, _ registered: String, _ all: String
    ) -> Row {
        Row(stream: stream, home: home, registered: registered, all: all)
    }

    @Test("an agreement permits the table's streams and no other", arguments: table.indices)
    func decides(number: Int) {
        let row = Self.table[number]
        for (scope, expected) in [
            (SharingAgreement.Scope.registered, row.registered), (.all, row.all),
        ] {
            let decision = Fixture.decide(
                row.stream, home: row.home, under: Fixture.agreement(scope))
            #expect(decision.name == expected)
            #expect(
                decision.isPermitted
                    == ["registered", "all", "own-patient", "directory"].contains(expected))
        }
    }

    @Test("an agreement about nothing permits no identity either")
    func emptyAgreement() {
        let agreement = Fixture.agreement(.all, compartments: [])
        for home in [Fixture.own, Fixture.peer] {
            let stream = StreamID.patient(Fixture.patient, .identity)
            #expect(Fixture.decide(stream, home: home, under: agreement) == .otherCompartment)
        }
    }

    @Test("every known compartment can be shared, and goes only if it is named")
    func everyCompartment() {
        for named in Compartment.known {
            let agreement = Fixture.agreement(.all, compartments: [named])
            for asked in Compartment.known {
                let decision = Fixture.decide(
                    .patient(Fixture.patient, asked), under: agreement)
                #expect(decision.isPermitted == (asked == named || asked == .identity))
            }
        }
    }

    @Test("compartments stand in one order and once, however they were given")
    func ordered() {
        let agreement = Fixture.agreement(
            .all, compartments: [.socialCare, .general, .socialCare])
        #expect(agreement.compartments == [.general, .socialCare])
    }

    @Test("scopes are spelled as in commands")
    func spelling() {
        #expect(
            SharingAgreement.Scope.allCases.map(\.rawValue) == [
                "all", "registered", "relationship", "on-request", "list",
            ])
    }
}
