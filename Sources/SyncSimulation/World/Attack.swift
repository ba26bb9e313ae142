import AuditTrail
import CareRecord
import RecordStore
import Signing
import SimulationModel
import SyncEngine
import WireFormat

/// What a dishonest node posts to a peer, over a session that it opens for that alone.
///
/// It holds the node's own event key and no other. Whatever it sends, honest nodes must go on
/// keeping every property among themselves.
struct Attack {
    /// Kinds of lies.
    enum Kind: Int, CaseIterable {
        /// A second event under a dot that the peer holds.
        case fork
        /// An event under another node's writer, signed by this node.
        case impostor
        /// An event of this node with another stream in its header, under its old signature.
        case replay
        /// An event of a stream that nobody announced.
        case unannounced
        /// An event of a local stream, which never travels.
        case local
        /// Events far ahead of what the peer holds.
        case flood
        /// Requests for streams that are not shared.
        case request
        /// An envelope with a changed byte.
        case damaged
        /// A head of its own log that does not follow on the one before.
        case head
    }

    let node: SimulatedNode
    let peer: SimulatedNode
    let kind: Kind
    var random: Xoshiro256
    /// What the attacker knows: the events that its own store holds.
    var held: [ModelEvent]

    /// The messages of the attack; none if the node has nothing to lie about.
    mutating func messages() -> [SyncMessage] {
        if kind == .request { return requests() }
        if kind == .head { return heads() }
        let events = forged()
        guard !events.isEmpty else { return [] }
        return [
            .cards([node.card]),
            .deliver(
                Deliver(
                    number: 1, afterPosition: 0, throughPosition: 0, lane: .current,
                    events: events)),
        ]
    }

    private mutating func requests() -> [SyncMessage] {
        let streams =
            held.map(\.header.stream)
            + [.patient(.random(using: &random), .general), .local(peer.site)]
        return Array(streams.prefix(8)).map { stream in
            .fetch(Fetch(stream: stream, replica: peer.replica, counters: 1...50))
        }
    }

    private mutating func heads() -> [SyncMessage] {
        let origin = LogHead.origin(of: node.replica)
        let cosigned = node.world.checker.records[peer.index].cosigned.last { $0.origin == origin }
        let more = UInt64(random.number(in: 0...2))
        guard let cosigned, let root = TreeHash(bytes: random.bytes(32)),
            let head = LogHead(origin: origin, size: cosigned.size + more, root: root),
            let signer = NoteSigner(name: origin, job: .log, secret: node.key)
        else { return [] }
        let request = WitnessRequest(
            oldSize: cosigned.size, proof: more == 0 ? [] : [root],
            head: SignedHead(head, signer: signer))
        return [.cosign(Cosign(number: 1, request: request.encoded))]
    }

    private mutating func forged() -> [EventEnvelope] {
        let own = held.filter { $0.header.dot.replica == node.replica }
        guard let known = own.last?.header else { return [] }
        var header = known
        switch kind {
        case .fork: header.reasonCode = "other"
        case .impostor:
            header.dot = Dot(replica: peer.replica, counter: 1)
            header.previous = nil
            header.dependencies = []
        case .replay: return replayed(known)
        case .unannounced:
            header.stream = .patient(.random(using: &random), .general)
            header.dot = Dot(replica: node.replica, counter: 1)
            header.previous = nil
            header.dependencies = []
        case .local: header.stream = .local(node.site)
        case .flood: return flood(known)
        case .damaged: return damaged(known)
        case .request, .head: return []
        }
        return [seal(header)]
    }

    /// Every header has a value for each change: an empty one.
    private mutating func seal(_ header: EventHeader) -> EventEnvelope {
        EventSealer(key: node.key, coder: FrameCoder()).seal(
            header, values: [ArraySlice<UInt8>](repeating: [0x7B, 0x7D], count: header.valueCount),
            salt: random.bytes(16)
        ).envelope
    }

    private mutating func replayed(_ known: EventHeader) -> [EventEnvelope] {
        let original = seal(known)
        var header = known
        header.stream = .directory(node.site)
        var forged = seal(header)
        forged.signature = original.signature
        return [forged]
    }

    private mutating func flood(_ known: EventHeader) -> [EventEnvelope] {
        (0..<40).map { number in
            var header = known
            header.dot = Dot(
                replica: node.replica, counter: known.dot.counter + 1_000 + UInt64(number))
            return seal(header)
        }
    }

    private mutating func damaged(_ known: EventHeader) -> [EventEnvelope] {
        var envelope = seal(known)
        guard !envelope.headerFrame.isEmpty else { return [] }
        let place = random.number(in: 0...envelope.headerFrame.count - 1)
        envelope.headerFrame[place] ^= 1
        return [envelope]
    }
}

extension World {
    /// A node lies to a peer.
    func attack(_ step: PlannedStep) {
        let node = nodes[step.node]
        let kinds = Attack.Kind.allCases
        var attack = Attack(
            node: node, peer: nodes[step.peer], kind: kinds[step.detail % kinds.count],
            random: Xoshiro256(seed: plan.seed, stream: "attack \(nextNumber())"),
            held: checker.records[step.node].store.events)
        // A fork that comes first would be the only history that the peer ever takes.
        let theirs = checker.records[step.peer].store
        if attack.kind == .fork { attack.held.removeAll { !theirs.holds($0.id) } }
        let messages = attack.messages()
        guard !messages.isEmpty, node.conversation(with: step.peer) != nil else { return }
        let id = ids.bytes(16)
        let hello = Hello(
            protocolMin: 1, protocolMax: 1, replica: node.replica, feed: .random(using: &ids),
            feedHead: 0, feedHeadEvent: nil, shareVersion: 0,
            shareDigest: ShareSetSum().digest, time: HybridTime(milliseconds: now, counter: 0),
            echo: nil, sessionToken: ids.bytes(16), directSites: [], codecs: [0, 1])
        let coder = FrameCoder()
        let opening = Packet(session: id, messages: [.hello(hello)]).encoded(coder: coder)
        let lie = Packet(session: id, messages: messages).encoded(coder: coder)
        goals.reach(.attacked)
        liars.insert(step.node)
        network.post(opening, from: step.node, to: step.peer) { [self] answer in
            guard answer != nil else { return }
            network.post(lie, from: step.node, to: step.peer) { _ in }
        }
    }
}
