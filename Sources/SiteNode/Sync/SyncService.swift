import AuditTrail
import CareRecord
import ControlProtocol
import Logging
import PeerTransport
import RecordStore
import ServiceLifecycle
import SyncEngine
import Synchronization
import WireFormat

/// Keeps one conversation for each enrolled peer, and answers what peers post.
final class SyncService: AuditedService, Sendable {
    static let auditKinds: [AuditKind] = [
        .discloseOut, .discloseIn, .session, .refuse, .withhold, .withdraw, .breakGlass, .clock,
        .witness, .quarantine, .search,
    ]

    private let context: ConversationContext
    private let directory: PeerDirectory
    private let ownCard: [UInt8]
    private let strangers = StrangerTally(reason: "not enrolled")
    private let conversations = Mutex<[SiteID: PeerConversation]>([:])
    private let connections = Mutex<@Sendable (KeyFingerprint) -> Bool>({ _ in false })
    private let added: AsyncStream<PeerConversation>
    private let addedContinuation: AsyncStream<PeerConversation>.Continuation

    /// - Parameter ownCard: the serialised card that any client certificate is answered.
    init(
        context: ConversationContext, directory: PeerDirectory, ownCard: [UInt8]
    ) {
        self.context = context
        self.directory = directory
        self.ownCard = ownCard
        (added, addedContinuation) = AsyncStream.makeStream(of: PeerConversation.self)
    }

    /// Runs every conversation until the node stops.
    func run() async throws {
        try await refresh()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        do { try await Task.sleep(for: .seconds(60)) } catch { return }
                        await self.recordStrangers()
                    }
                }
                for await conversation in self.added {
                    group.addTask { await conversation.run() }
                }
            }
        }
        await recordStrangers()
        context.store.feedSignal.finish()
        for conversation in conversations.withLock({ Array($0.values) }) {
            await conversation.stop()
        }
        await context.client.shutdown()
    }

    private func recordStrangers() async {
        let facts = strangers.take()
        guard !facts.isEmpty, !context.store.isStopped else { return }
        do {
            try await context.store.record(facts)
        } catch {
            context.logger.warning("refused strangers were not recorded")
        }
    }

    /// Reads the enrolled peers again and starts conversations for new ones.
    func refresh() async throws {
        try await context.keyring.refresh(from: context.store)
        try await directory.refresh(from: context.store)
        for peer in try await context.store.peers() where peer.revokedMilliseconds == nil {
            guard let fingerprint = KeyFingerprint(bytes: peer.fingerprint) else { continue }
            let enrolled = EnrolledPeer(
                site: peer.site, name: peer.name,
                endpoint: peer.endpoint.flatMap { PeerEndpoint(text: $0) },
                fingerprint: fingerprint)
            let conversation = conversations.withLock { conversations -> PeerConversation? in
                guard conversations[peer.site] == nil else { return nil }
                let conversation = PeerConversation(peer: enrolled, context: context)
                conversations[peer.site] = conversation
                return conversation
            }
            if let conversation { addedContinuation.yield(conversation) }
        }
    }

    /// Tells the service how to see whether a peer has a connection open to this node.
    func watch(connections: @escaping @Sendable (KeyFingerprint) -> Bool) {
        self.connections.withLock { $0 = connections }
    }

    /// How a peer's conversation stands; `nil` if there is none.
    func report(of site: SiteID) async -> ConversationReport? {
        guard let conversation = conversations.withLock({ $0[site] }) else { return nil }
        var report = await conversation.report
        let isServedNow =
            report.isServed && connections.withLock { $0(conversation.peer.fingerprint) }
        // What the peer asks for counts where it cannot be dialled, not where one side said no.
        switch report.state {
        case .unreachable, .connecting, .neverContacted:
            if isServedNow { report.state = .connected }
        default: break
        }
        if report.state != .connected, report.state != .waitingWindow { report.isInStep = false }
        return report
    }

    /// Whether any peer is connected.
    func isAnyConnected() async -> Bool {
        for site in conversations.withLock({ Array($0.keys) })
        where await report(of: site)?.state == .connected {
            return true
        }
        return false
    }

    /// Has a peer's conversation follow limits that an administrator changed.
    func trafficChanged(of site: SiteID) async {
        await conversations.withLock { $0[site] }?.trafficChanged()
    }

    /// Asks a peer for a patient; `nil` if it cannot be reached or does not answer in time.
    func ask(_ ask: Ask, of site: SiteID, timeout: Duration) async -> AskAnswer.Outcome? {
        guard let conversation = conversations.withLock({ $0[site] }) else { return nil }
        return await conversation.ask(ask, timeout: timeout)
    }

    /// Answers one request on the peer port.
    func answer(_ request: PeerRequest) async -> PeerAnswer {
        switch (request.method, request.path) {
        case ("GET", SyncPaths.card):
            return PeerAnswer(status: 200, contentType: SyncPaths.cardType, body: ownCard)
        case ("POST", SyncPaths.session):
            guard let site = directory.site(of: request.peer),
                let conversation = conversations.withLock({ $0[site] })
            else {
                strangers.note(request.remoteAddress)
                return PeerAnswer(status: 403)
            }
            return await answer(request, conversation)
        default:
            guard let site = directory.site(of: request.peer) else {
                strangers.note(request.remoteAddress)
                return PeerAnswer(status: 403)
            }
            return await AuditDoor(store: context.store, logger: context.logger)
                .answer(request, from: site)
        }
    }

    private func answer(_ request: PeerRequest, _ conversation: PeerConversation) async
        -> PeerAnswer
    {
        let coder = FrameCoder()
        let packet: Packet
        do {
            packet = try Packet(encoded: request.body, coder: coder)
        } catch {
            return Self.answer(
                Packet(session: [UInt8](repeating: 0, count: 16), messages: [.refusal(error)]),
                coder)
        }
        do {
            return Self.answer(try await conversation.serve(packet), coder)
        } catch {
            context.logger.warning(
                "a peer's request failed",
                metadata: ["peer": "\(conversation.peer.site)", "reason": "\(error)"])
            return Self.answer(
                Packet(session: packet.session, messages: [.refusal(.unavailable)]), coder)
        }
    }

    private static func answer(_ packet: Packet, _ coder: FrameCoder) -> PeerAnswer {
        PeerAnswer(
            status: 200, contentType: SyncPaths.packetType, body: packet.encoded(coder: coder))
    }
}
