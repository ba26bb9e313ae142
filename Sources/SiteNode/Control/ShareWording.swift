import CareRecord
import Consent
import ControlProtocol
import RecordStore

/// Says in words why a peer does or does not receive a stream.
enum ShareWording {
    /// One compartment that is held here.
    static func explanation(
        of stream: StreamExplanation, _ compartment: Compartment
    ) -> CompartmentExplanation {
        let wording = wording(of: stream)
        return CompartmentExplanation(
            compartment: compartment.name, isHeldHere: true, isShared: wording.isShared,
            code: wording.code, text: wording.text, basis: wording.basis,
            agreement: wording.agreement.map { Int($0) }, untilMilliseconds: wording.until,
            events: stream.progress.events,
            acknowledgedEvents: stream.progress.acknowledgedEvents,
            isAnnouncedByPeer: stream.progress.isAnnouncedByPeer)
    }

    /// One compartment of which nothing is held.
    static func notHeld(_ compartment: Compartment) -> CompartmentExplanation {
        CompartmentExplanation(
            compartment: compartment.name, isHeldHere: false, isShared: false, code: "not-held",
            text: "Nothing of it is held here.", events: 0, acknowledgedEvents: 0,
            isAnnouncedByPeer: false)
    }

    private struct Wording {
        var isShared = false
        var code: String
        var text: String
        var basis: String?
        var agreement: Int64?
        var until: Int64?
    }

    private static func wording(of stream: StreamExplanation) -> Wording {
        if stream.isSealed {
            return Wording(
                code: "withdrawn-here",
                text: "It was withdrawn from this site, so it is not passed on.")
        }
        switch stream.explanation.outcome {
        case .permitted(let agreement, let basis, let until):
            let isInSet = stream.progress.isInShareSet
            return Wording(
                isShared: isInSet, code: isInSet ? "shared" : "granting",
                text: isInSet
                    ? "Shared."
                    : "Permitted; the job of the grant has not reached it yet.",
                basis: basis.name, agreement: agreement, until: until)
        case .withdrawn(let agreement, let withdrawal):
            return Wording(
                code: "withdrawn",
                text: "It was permitted until withdrawal \(withdrawal).",
                agreement: agreement)
        case .refused(let agreement, let decision):
            return Wording(
                code: decision.name, text: text(of: decision), agreement: agreement)
        case .noAgreement:
            return Wording(
                code: "no-agreement", text: "There is no agreement with the peer.")
        }
    }

    private static func text(of decision: DisclosureDecision) -> String {
        switch decision {
        case .permitted: "It is permitted."
        case .notForwardable: "It is of a kind that never leaves this site."
        case .otherCompartment: "The agreement does not name the compartment."
        case .otherPatient: "The agreement covers this site's own patients only."
        case .noRelationship: "No care relationship of the peer to the patient is recorded."
        case .relationshipEnded: "The peer's care relationship to the patient has ended."
        case .onlyOwnEvidence:
            "Only the peer itself wrote that it cares for the patient; the agreement is not "
                + "attested for this."
        case .notListed: "The patient is not on the agreement's list."
        case .notAsked: "The agreement shares on request, and nobody asked."
        }
    }
}
