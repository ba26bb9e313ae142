public import CareRecord

/// Who may have what, from a node's policy and from what it holds, as plain loops.
public struct ModelPermits: Sendable {
    private let store: ModelStore
    private let policy: ModelPolicy
    /// Streams that were withdrawn from the node.
    private let sealed: [StreamID]
    /// The node's time, in milliseconds since 1970 UTC.
    private let now: Int64

    /// Decides by what a node holds and agreed, at its time in milliseconds since 1970 UTC.
    public init(_ store: ModelStore, _ policy: ModelPolicy, sealed: [StreamID], now: Int64) {
        self.store = store
        self.policy = policy
        self.sealed = sealed
        self.now = now
    }

    /// Whether a peer may have a stream now.
    public func allow(_ stream: StreamID, to peer: SiteID) -> Bool {
        guard !sealed.contains(stream) else { return false }
        return policy.agreements.contains { agreement in
            agreement.peer == peer && !policy.isWithdrawn(agreement, for: stream)
                && covers(agreement, stream)
        }
    }

    private func covers(_ agreement: ModelPolicy.Agreement, _ stream: StreamID) -> Bool {
        switch stream {
        case .directory(let home):
            return agreement.scope == .all || home == store.site || home == agreement.peer
        case .patient(let patient, let compartment):
            let travels = agreement.compartments.contains(compartment) || compartment == .identity
            guard travels else { return false }
            if home(of: stream) == agreement.peer, isProven(patient, home: agreement.peer) {
                return true
            }
            return covers(agreement, patient, compartment, stream)
        default:
            return false
        }
    }

    private func covers(
        _ agreement: ModelPolicy.Agreement, _ patient: PatientID, _ compartment: Compartment,
        _ stream: StreamID
    ) -> Bool {
        switch agreement.scope {
        case .all:
            return true
        case .registered:
            return home(of: stream) == store.site
        case .list, .onRequest:
            return isNamed(patient, under: agreement)
        case .relationship:
            if isListed(patient, for: agreement.peer, stream) { return true }
            let takesOwn =
                agreement.isAttested && (compartment == .identity || compartment == .general)
            return hasRelationship(patient, agreement.peer, takesOwn: takesOwn)
        }
    }

    /// Whether a patient is on an agreement's own list, or was asked for under it.
    private func isNamed(_ patient: PatientID, under agreement: ModelPolicy.Agreement) -> Bool {
        agreement.patients.contains { $0.patient == patient && now < $0.until ?? .max }
    }

    /// Whether an officer put a patient on any list for a peer, and did not withdraw it.
    private func isListed(_ patient: PatientID, for peer: SiteID, _ stream: StreamID) -> Bool {
        policy.agreements.contains { agreement in
            agreement.peer == peer && agreement.scope == .list
                && !policy.isWithdrawn(agreement, for: stream) && isNamed(patient, under: agreement)
        }
    }

    /// Whether anything in force of the patient's record claims that the peer cares for the patient.
    private func hasRelationship(_ patient: PatientID, _ peer: SiteID, takesOwn: Bool) -> Bool {
        for stream in store.streams where stream.patient == patient {
            let seen = store.inView(stream, isSealed: sealed.contains(stream))
            for event in seen where takesOwn || event.header.dot.replica.site != peer {
                for (index, change) in event.header.changes.enumerated()
                where event.claims[index].contains(where: { claims($0, peer) }) {
                    let name = ModelChange(dot: event.header.dot, index: index)
                    if !ModelStore.isOver(name, change.element, in: seen) { return true }
                }
            }
        }
        return false
    }

    private func claims(_ claim: CareClaim, _ peer: SiteID) -> Bool {
        now < claim.until ?? .max
            && policy.organisations.contains { $0.peer == peer && $0.name == claim.organisation }
    }

    /// Whose directory a stream is, or who wrote the first event of its patient.
    private func home(of stream: StreamID) -> SiteID? {
        if case .directory(let site) = stream { return site }
        let first = store.events.first { $0.header.stream.patient == stream.patient }
        return first?.header.dot.replica.site
    }

    /// Whether a site alone wrote the patient's registration.
    private func isProven(_ patient: PatientID, home: SiteID) -> Bool {
        var sites: [SiteID] = []
        let identity = StreamID.patient(patient, .identity)
        for event in store.events where event.header.stream == identity {
            let registers = event.header.changes.contains {
                $0.operation == .create && $0.element.entityType == "Patient"
                    && $0.element.entity.bits == patient.bits
            }
            if registers { sites.append(event.header.dot.replica.site) }
        }
        return !sites.isEmpty && sites.allSatisfy { $0 == home }
    }
}
