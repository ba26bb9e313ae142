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
        /// What permits it where this node discloses it, one for each purpose of use; the first one
        /// stands for the delivery.
        var bases: [ShareRows.Basis] = []

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

    /// What the receiver writes: what it keeps now, and in one more entry how much it refused.
    static func received(
        _ delivery: IncomingDelivery, _ outcomes: [EventOutcome], from peer: PeerRows.Item
    ) -> [AuditFact] {
        var kept: [Described] = []
        var (refused, waiting) = (0, 0)
        for (event, outcome) in zip(delivery.events, outcomes) {
            switch (event, outcome) {
            case (_, .refused), (_, .full): refused += 1
            case (.event(let sealed, _), _):
                kept.append(Described(sealed.event.header, id: sealed.event.id))
            case (.unknownAuthor, _): waiting += 1
            default: break
            }
        }
        let number = delivery.number
        let facts = facts(
            .discloseIn, kept, peer: peer, session: delivery.session, delivery: number)
        var refusal = notKept(.refuse, refused, of: delivery, from: peer)
        refusal.outcome = .refused
        refusal.reason = "events \(refused)"
        var wait = notKept(.quarantine, waiting, of: delivery, from: peer)
        wait.reason = "events \(waiting) wait for the card of their author"
        return facts + (refused > 0 ? [refusal] : []) + (waiting > 0 ? [wait] : [])
    }

    /// How many events of a delivery have no place in the record now.
    private static func notKept(
        _ kind: AuditKind, _ events: Int, of delivery: IncomingDelivery, from peer: PeerRows.Item
    ) -> AuditFact {
        var fact = AuditFact(kind: kind, actor: peer.actor)
        fact.from = peer.party
        fact.data = AuditData(events: events)
        fact.session = delivery.session
        fact.delivery = delivery.number
        return fact
    }

    /// What the sender writes before the first byte leaves: for each patient the entries of the
    /// delivery, and one for each other purpose that it is permitted for. Those name no delivery,
    /// since both sides' logs are joined by the first ones.
    static func sent(
        _ events: [Described], to peer: PeerRows.Item, session: String, delivery: UInt64
    ) -> [AuditFact] {
        var rest: [ShareRows.Basis: [Described]] = [:]
        for event in events {
            for basis in event.bases.dropFirst() {
                var other = event
                other.bases = [basis]
                rest[basis, default: []].append(other)
            }
        }
        let others = rest.sorted { $0.key.agreement < $1.key.agreement }.flatMap { _, events in
            facts(.discloseOut, events, peer: peer, session: session, delivery: nil)
        }
        return facts(.discloseOut, events, peer: peer, session: session, delivery: delivery)
            + others.map { fact in
                var fact = fact
                fact.reason = "delivery \(delivery), for one more purpose"
                return fact
            }
    }

    /// What one entry is about: one patient, under one agreement with one purpose.
    private struct Subject: Hashable {
        let patient: PatientID?
        let basis: ShareRows.Basis?
    }

    private static func facts(
        _ kind: AuditKind, _ events: [Described], peer: PeerRows.Item, session: String,
        delivery: UInt64?
    ) -> [AuditFact] {
        var order: [Subject] = []
        var groups: [Subject: [Described]] = [:]
        for event in events {
            let subject = Subject(patient: event.stream.patient, basis: event.bases.first)
            if groups[subject] == nil { order.append(subject) }
            groups[subject, default: []].append(event)
        }
        // The receiver knows of no agreement: the digest is over all that the patient is told of.
        let ids = Dictionary(grouping: events, by: \.stream.patient).mapValues { $0.map(\.id) }
        return order.map { subject in
            var fact = AuditFact(kind: kind, actor: peer.actor)
            if kind == .discloseOut { fact.to = peer.party } else { fact.from = peer.party }
            fact.patient = subject.patient
            fact.data = AuditData(describing: groups[subject] ?? [])
            fact.data?.digest = AuditData.digest(of: ids[subject.patient] ?? [])
            // For what the other side discloses is not said in a delivery.
            fact.purpose = subject.basis?.purpose
            fact.basis = subject.basis.map { "agreement \($0.agreement)" }
            fact.session = session
            fact.delivery = delivery
            return fact
        }
    }

    /// What the receiver writes when an event is applied whose author it did not know when it came.
    static func released(_ sealed: SealedEvent, from peer: PeerRows.Item) -> AuditFact {
        var fact = AuditFact(kind: .discloseIn, actor: peer.actor)
        fact.from = peer.party
        fact.patient = sealed.event.header.stream.patient
        fact.data = AuditData(
            describing: [Described(sealed.event.header, id: sealed.event.id)])
        fact.reason = "had waited"
        return fact
    }

    /// What the sender writes before a piece of a blob leaves.
    static func blob(
        _ sha256: [UInt8], of stream: StreamID, piece: Int, offset: UInt64,
        basis: ShareRows.Basis, to peer: PeerRows.Item, session: [UInt8]
    ) -> AuditFact {
        var fact = AuditFact(kind: .discloseOut, actor: peer.actor)
        fact.to = peer.party
        fact.patient = stream.patient
        fact.purpose = basis.purpose
        fact.basis = "agreement \(basis.agreement)"
        fact.session = Hexadecimal.text(session)
        fact.reason = "\(piece) bytes of a blob from byte \(offset)"
        fact.data = AuditData(compartments: [], types: [], events: 0, digest: sha256)
        return fact
    }
}

extension PeerRows.Item {
    /// The peer as one that data comes from or goes to.
    var party: AuditParty { AuditParty(site: site, name: name, tlsKey: fingerprintText) }

    /// The peer as one that acts, known by its TLS key.
    var actor: AuditActor {
        AuditActor(id: site.description, name: name, role: "peer", signInMethod: "mutual-tls")
    }
}

extension AuditData {
    /// Types that one entry names; the others of it are counted together.
    static let typesMax = 160

    /// Counts types and hashes ids. What does not look like a type, and types beyond the bound,
    /// count as `other`: peers and files choose these texts, and an entry has a largest size.
    init(describing events: [DisclosureFacts.Described]) {
        var named: [String: Int] = [:]
        var compartments = Set<Compartment>()
        for event in events {
            for type in event.types { named[type, default: 0] += 1 }
            if case .patient(_, let compartment) = event.stream { compartments.insert(compartment) }
        }
        let all = named.sorted { $0.key < $1.key }.map { TypeCount(type: $0.key, count: $0.value) }
        let shown = all.filter { Self.isType($0.type) }.prefix(Self.typesMax)
        let rest = all.reduce(0) { $0 + $1.count } - shown.reduce(0) { $0 + $1.count }
        self.init(
            compartments: compartments.sorted(),
            types: shown + (rest > 0 ? [TypeCount(type: "other", count: rest)] : []),
            events: events.count,
            digest: Self.digest(of: events.map(\.id)))
    }

    /// SHA-256 over the ascending ids.
    static func digest(of ids: [EventID]) -> [UInt8] {
        Digest.sha256(of: ids.sorted().map(\.bytes))
    }

    /// A capital letter, then letters and points, 64 at most: `CarePlan.activity`.
    private static func isType(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x41...0x5A).contains(first) else { return false }
        return text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2E
            }
    }
}
