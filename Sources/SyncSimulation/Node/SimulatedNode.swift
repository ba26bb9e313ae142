import AuditTrail
import CareRecord
import RecordStore
import Signing
import WireFormat

/// One node of a world: the production store, and a conversation for each enrolled peer.
final class SimulatedNode {
    unowned let world: World
    let index: Int
    let name: String
    let key: EventKey
    let replica: Replica
    let card: SignedNodeCard
    let clock: SimulatedClock
    let disk: NodeDisk
    let room: PendingRoom
    private(set) var store: SiteStore
    /// How often the store was opened.
    private(set) var life = 0
    private(set) var isUp = true
    /// Keys of authors.
    private(set) var keys: [Replica: EventPublicKey] = [:]
    private var direct: Set<SiteID> = []
    /// By peer, in the order in which they were enrolled.
    private(set) var conversations: [Conversation] = []
    var protocolRange = ProtocolRange.spoken
    private var seenWakes: UInt64 = 0
    private var seenShareChanges: UInt64 = 0
    private var isSharingDue = false
    private var isSignalled = false

    /// Makes the node's store.
    init(world: World, index: Int, clock: SimulatedClock) throws {
        self.world = world
        self.index = index
        self.clock = clock
        name = "n\(index)"
        var random = Xoshiro256(seed: world.plan.seed, stream: "identity \(index)")
        guard let key = EventKey(rawBytes: random.bytes(32)) else {
            throw SimulationFailure(.broken, "a key of 32 bytes")
        }
        self.key = key
        replica = Replica(site: key.publicKey.siteID, incarnation: Incarnation(random.next()))
        card = Self.card(name: name, replica: replica, key: key)
        room = PendingRoom(items: world.buggify.pendingItems())
        var chance = Xoshiro256(seed: world.plan.seed, stream: "disk \(index)")
        disk = NodeDisk(
            seed: chance.next(),
            sectorBytes: index.isMultiple(of: 2) ? 4_096 : 512)
        store = try SiteStore(
            path: disk.path,
            identity: Self.identity(replica, key, clock, room, seed: world.plan.seed, life: 0))
    }

    var site: SiteID { replica.site }

    /// Who acts at this node.
    static let actor = AuditActor(id: "uid-1000", role: "administrator", signInMethod: "socket")

    private static func identity(
        _ replica: Replica, _ key: EventKey, _ clock: SimulatedClock, _ room: PendingRoom,
        seed: UInt64, life: Int
    ) -> StoreIdentity {
        var identity = StoreIdentity(
            replica: replica, eventKey: key, auditKey: key, witnessKey: key,
            auditEncoder: AuditEntryEncoder(
                software: "accord simulation", boot: "unknown",
                pseudonymKey: [UInt8](repeating: 9, count: 32)),
            now: { clock.milliseconds() }, clockLife: { clock.life })
        identity.generator = Xoshiro256(seed: seed, stream: "store \(replica) \(life)")
        identity.itemsPerPeerMax = { room.items }
        identity.worksInPlace = true
        return identity
    }

    private static func card(name: String, replica: Replica, key: EventKey) -> SignedNodeCard {
        let card = NodeCard(
            replica: replica, name: name, postalAddress: "", eventKey: key.publicKey,
            auditKey: key.publicKey.rawBytes, witnessKey: key.publicKey.rawBytes,
            tlsFingerprints: [[UInt8](repeating: 3, count: 32)], endpoints: [],
            validFromMilliseconds: 0, validUntilMilliseconds: 4_000_000_000_000,
            predecessorEventKey: nil)
        return SignedNodeCard(card: card, cardBytes: card.encoded(), key: key, predecessor: nil)
    }

    /// Enrols another node here, and starts its conversation.
    func enrol(_ other: SimulatedNode, mayDial: Bool) async throws {
        if conversations.isEmpty { try await store.keepOwnCard(card) }
        try await store.addPeer(
            name: other.name, endpoint: nil, fingerprint: [UInt8](repeating: 3, count: 32),
            card: other.card, actor: Self.actor)
        try await refreshKeys()
        converse(with: other.site, other.index, mayDial: mayDial)
    }

    private func converse(with peer: SiteID, _ peerIndex: Int, mayDial: Bool) {
        let conversation = Conversation(
            world: world, node: self, peer: peer, peerIndex: peerIndex, mayDial: mayDial)
        conversations.append(conversation)
        conversation.dial(after: UInt64(world.chance.number(in: 0...500)))
    }

    /// The conversation with a node, if it is enrolled.
    func conversation(with peer: Int) -> Conversation? {
        conversations.first { $0.peerIndex == peer }
    }

    /// Reads the keys of authors again.
    func refreshKeys() async throws {
        keys = try await store.eventKeys()
    }

    /// Notes whether a peer is heard of directly now.
    func noteDirectness(of peer: SiteID, isDirect: Bool) {
        if isDirect {
            direct.insert(peer)
        } else {
            direct.remove(peer)
        }
    }

    /// The sites that are heard of directly, without one, ascending.
    func directSites(without peer: SiteID) -> [SiteID] {
        direct.filter { $0 != peer }.sorted()
    }

    /// Answers one request on the peer port.
    func answer(
        _ bytes: [UInt8], from peer: Int, _ reply: @escaping ([UInt8]) async throws -> Void
    ) async throws {
        let coder = FrameCoder()
        guard let conversation = conversation(with: peer) else { return }
        let packet: Packet
        do {
            packet = try Packet(encoded: bytes, coder: coder)
        } catch {
            let refusal = Packet(
                session: [UInt8](repeating: 0, count: 16), messages: [.refusal(error)])
            return try await reply(refusal.encoded(coder: coder))
        }
        world.note("serve \(index) \(peer)")
        try await conversation.serve(packet) { messages in
            let answer = Packet(session: packet.session, messages: messages)
            try await reply(answer.encoded(coder: coder))
        }
    }

    /// Closes the store and opens it again, as a node that is started anew, or that was killed.
    func restart(after milliseconds: UInt64, isKilled: Bool) throws {
        guard isUp else { return }
        world.goals.reach(isKilled ? .nodeKilled : .nodeRestarted)
        if isKilled { disk.kill() }
        try goDown()
        if isKilled { disk.revive() }
        world.schedule(after: milliseconds) { [self] in try await start() }
    }

    /// Takes notice that the power went: the node is down, and starts again later.
    ///
    /// - Returns: whether it was off.
    func losePower() throws -> Bool {
        guard disk.isOff else { return false }
        world.note("dark \(index)")
        world.goals.reach(isUp ? .powerCut : .powerCutAtStart)
        if isUp { try goDown() }
        let cut = disk.powerOn()
        world.schedule(after: cut.pause) { [self] in try await start() }
        return true
    }

    private func goDown() throws {
        isUp = false
        for conversation in conversations { conversation.finish() }
        world.network.disconnect(index)
        do {
            try store.close()
        } catch let failure as StoreFailure {
            guard disk.isOff else { throw failure }
        }
    }

    private func start() async throws {
        guard !isUp else { return }
        do {
            try await open()
        } catch let failure as StoreFailure where failure.code == .diskFull {
            world.goals.reach(.diskFull)
            if isUp { try goDown() }
            world.schedule(after: 5_000) { [self] in try await start() }
        }
    }

    private func open() async throws {
        life += 1
        clock.reboot()
        store = try SiteStore(
            path: disk.path,
            identity: Self.identity(
                replica, key, clock, room, seed: world.plan.seed, life: life), mayCreate: false)
        (seenWakes, seenShareChanges, isSharingDue, isSignalled) = (0, 0, false, false)
        direct = []
        isUp = true
        let peers = conversations
        conversations = []
        try await refreshKeys()
        for old in peers { converse(with: old.peer, old.peerIndex, mayDial: old.mayDial) }
        try await world.resume(self)
        stepSharing(after: 0)
    }

    /// Ends the node.
    func end() throws {
        if isUp { try goDown() }
    }
}

// MARK: - What follows from changes of the store

extension SimulatedNode {
    /// Tells the conversations what changed in the store, a moment later.
    func followSignal() {
        let signal = store.feedSignal
        guard isUp, signal.wakes != seenWakes else { return }
        seenWakes = signal.wakes
        world.checker.touch(self)
        if signal.shareChanges != seenShareChanges {
            seenShareChanges = signal.shareChanges
            stepSharing(after: world.buggify.sharingPause())
        }
        guard !isSignalled else { return }
        isSignalled = true
        later(world.buggify.storePause()) { [self] in
            isSignalled = false
            for conversation in conversations { try await tell(conversation) }
        }
    }

    private func tell(_ conversation: Conversation) async throws {
        switch conversation.channel {
        case .dialled(let id)?:
            let present = store.feedSignal.shareChanges
            let sharesToo = present != conversation.seenShareChanges
            conversation.seenShareChanges = present
            try await conversation.tell(.feedGrew(sharesToo: sharesToo), session: id)
            try await conversation.noticeChange(isGrowth: true)
        default:
            try await conversation.noticeChange(isGrowth: true)
        }
    }

    /// Does the work that follows grants, withdrawals and lapses, a while later.
    func stepSharing(after milliseconds: UInt64) {
        guard !isSharingDue else { return }
        isSharingDue = true
        later(milliseconds) { [self] in
            isSharingDue = false
            try await finishSharing()
        }
    }

    /// Does all of it now.
    func finishSharing() async throws {
        while try await store.stepSharing() {}
    }

    /// Puts something on the timeline that is passed over once the node was restarted.
    func later(_ milliseconds: UInt64, _ body: @escaping () async throws -> Void) {
        let life = life
        world.schedule(after: milliseconds) { [weak self] in
            guard let self, self.isUp, self.life == life else { return }
            try await body()
            self.followSignal()
        }
    }
}
