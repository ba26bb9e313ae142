import AuditTrail
import CareRecord
import Signing
import WireFormat

/// One disclosure entry for each patient of a delivery, with the same digest at both sides
/// (`audit.md` §3).
enum DisclosureFacts {
    /// An event as an entry describes it.
    struct Described {
        let stream: StreamID
        let id: EventID
        let types: [String]

        init(stream: StreamID, id: EventID, types: [String]) {
            self.stream = stream
            self.id = id
            self.types = types
        }

        init(_ header: EventHeader, id: EventID) {
            stream = header.stream
            self.id = id
            types = header.changes.map(\.element.entityType)
        }
    }

    /// What the receiver writes.
    static func received(
        _ delivery: IncomingDelivery, from peer: PeerRows.Item
    ) -> [AuditFact] {
        let events = delivery.events.compactMap { event -> Described? in
            guard case .event(let sealed, _) = event else { return nil }
            return Described(sealed.event.header, id: sealed.event.id)
        }
        return facts(
            .discloseIn, events, peer: peer, session: delivery.session, delivery: delivery.number)
    }

    /// What the sender writes before the first byte leaves.
    static func sent(
        _ events: [Described], to peer: PeerRows.Item, session: String, delivery: UInt64
    ) -> [AuditFact] {
        facts(.discloseOut, events, peer: peer, session: session, delivery: delivery)
    }

    private static func facts(
        _ kind: AuditKind, _ events: [Described], peer: PeerRows.Item, session: String,
        delivery: UInt64
    ) -> [AuditFact] {
        var order: [PatientID?] = []
        var groups: [PatientID?: [Described]] = [:]
        for event in events {
            let patient = event.stream.patient
            if groups[patient] == nil { order.append(patient) }
            groups[patient, default: []].append(event)
        }
        let party = AuditParty(site: peer.site, name: peer.name, tlsKey: peer.fingerprintText)
        return order.map { patient in
            var fact = AuditFact(
                kind: kind,
                actor: AuditActor(
                    id: peer.site.description, name: peer.name, role: "peer",
                    signInMethod: "mutual-tls"))
            if kind == .discloseOut { fact.to = party } else { fact.from = party }
            fact.patient = patient
            fact.data = AuditData(describing: groups[patient] ?? [])
            fact.purpose = "TREAT"
            fact.session = session
            fact.delivery = delivery
            return fact
        }
    }
}

extension AuditData {
    /// Counts types and hashes ids.
    init(describing events: [DisclosureFacts.Described]) {
        var counts: [String: Int] = [:]
        var compartments = Set<Compartment>()
        for event in events {
            for type in event.types { counts[type, default: 0] += 1 }
            if case .patient(_, let compartment) = event.stream { compartments.insert(compartment) }
        }
        self.init(
            compartments: compartments.sorted(),
            types: counts.sorted { $0.key < $1.key }.map { TypeCount(type: $0.key, count: $0.value) },
            events: events.count,
            digest: Digest.sha256(of: events.map(\.id).sorted().map(\.bytes)))
    }
}
