import CareRecord
import Consent

/// Sites, a patient and times; all synthetic.
enum Fixture {
    static let own = SiteID(Bits128(high: 1, low: 1))
    static let peer = SiteID(Bits128(high: 2, low: 2))
    static let third = SiteID(Bits128(high: 3, low: 3))
    static let patient = PatientID(Bits128(high: 9, low: 9))
    static let other = PatientID(Bits128(high: 10, low: 10))
    static let now: Int64 = 1_780_000_000_000

    /// An agreement about general and mental-health.
    static func agreement(
        _ scope: SharingAgreement.Scope, number: Int64 = 1, isAttested: Bool = false,
        compartments: [Compartment] = [.general, .mentalHealth], policyVersion: UInt64 = 1
    ) -> SharingAgreement {
        SharingAgreement(
            number: number, peer: peer, compartments: compartments, purpose: "TREAT", scope: scope,
            isAttested: isAttested, policyVersion: policyVersion)
    }

    /// A relationship whose end is so many milliseconds from now.
    static func relationship(
        _ kind: CareRelationship.Kind, endsIn: Int64? = nil, author: SiteID = own
    ) -> CareRelationship {
        CareRelationship(
            kind: kind, untilMilliseconds: endsIn.map { now + $0 }, author: author)
    }

    static func decide(
        _ stream: StreamID, home: SiteID = own, _ relationships: [CareRelationship] = [],
        under agreement: SharingAgreement
    ) -> DisclosureDecision {
        DisclosureDecision.decide(
            StreamFacts(stream: stream, home: home, relationships: relationships),
            under: agreement, ownSite: own, nowMilliseconds: now)
    }
}
