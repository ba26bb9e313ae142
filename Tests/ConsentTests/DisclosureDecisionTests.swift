import CareRecord
import Consent
import Testing

@Suite struct DisclosureDecisionTests {
    static let own = SiteID(Bits128(high: 1, low: 1))
    static let peer = SiteID(Bits128(high: 2, low: 2))
    static let third = SiteID(Bits128(high: 3, low: 3))
    static let patient = PatientID(Bits128(high: 9, low: 9))

    struct Row: Sendable {
        let stream: StreamID
        let home: SiteID
        let registered: DisclosureDecision
        let all: DisclosureDecision
    }

    /// Under an agreement about `general` and `mental-health`.
    static let table: [Row] = [
        Row(
            stream: .patient(patient, .general), home: own, registered: .permitted, all: .permitted),
        Row(
            stream: .patient(patient, .identity), home: own, registered: .permitted, all: .permitted
        ),
        Row(
            stream: .patient(patient, .mentalHealth), home: own, registered: .permitted,
            all: .permitted),
        Row(
            stream: .patient(patient, .sexualHealth), home: own, registered: .otherCompartment,
            all: .otherCompartment),
        Row(
            stream: .patient(patient, .patientPrivate), home: peer, registered: .otherCompartment,
            all: .otherCompartment),
        Row(
            stream: .patient(patient, .general), home: third, registered: .otherPatient,
            all: .permitted),
        Row(
            stream: .patient(patient, .identity), home: third, registered: .otherPatient,
            all: .permitted),
        Row(
            stream: .patient(patient, .general), home: peer, registered: .permitted, all: .permitted
        ),
        Row(
            stream: .patient(patient, .unknown(200)), home: own, registered: .notForwardable,
            all: .notForwardable),
        Row(stream: .directory(own), home: own, registered: .permitted, all: .permitted),
        Row(stream: .directory(third), home: third, registered: .otherPatient, all: .permitted),
        Row(stream: .local(own), home: own, registered: .notForwardable, all: .notForwardable),
        Row(
            stream: .unknown(kind: 77, subject: [1]), home: own, registered: .notForwardable,
            all: .notForwardable),
    ]

    @Test("an agreement permits the table's streams and no other", arguments: table.indices)
    func decides(number: Int) {
        let row = Self.table[number]
        let facts = StreamFacts(stream: row.stream, home: row.home)
        for (scope, expected) in [
            (SharingAgreement.Scope.registered, row.registered), (.all, row.all),
        ] {
            let agreement = SharingAgreement(
                peer: Self.peer, compartments: [.mentalHealth, .general], purpose: "TREAT",
                scope: scope)
            #expect(
                DisclosureDecision.decide(facts, under: agreement, ownSite: Self.own) == expected)
        }
    }

    @Test("an agreement about nothing permits no identity either")
    func emptyAgreement() {
        let agreement = SharingAgreement(
            peer: Self.peer, compartments: [], purpose: "TREAT", scope: .all)
        let facts = StreamFacts(stream: .patient(Self.patient, .identity), home: Self.own)
        #expect(
            DisclosureDecision.decide(facts, under: agreement, ownSite: Self.own)
                == .otherCompartment)
    }

    @Test("compartments stand in one order, however they were given")
    func ordered() {
        let agreement = SharingAgreement(
            peer: Self.peer, compartments: [.socialCare, .general], purpose: "TREAT",
            scope: .registered)
        #expect(agreement.compartments == [.general, .socialCare])
    }
}
