import AuditTrail
import CareRecord
import ControlProtocol
import Glibc
import Logging
import PeerTransport
import RecordStore
import ServiceLifecycle
import Signing
import SyncEngine
import UnixSignals
import WireFormat

/// The composition root: makes a site, or opens its store and runs its services.
public struct LocalNode: Sendable {
    /// What `accord init` tells about a new site.
    public struct NewSite: Sendable {
        /// The site's id.
        public let site: String
        /// The fingerprint that peers are told.
        public let fingerprint: String
        /// Where the keys are.
        public let directory: String
        /// Whether the configuration file was made as well; one that was there is kept as it is.
        public let hasNewConfiguration: Bool
    }

    private let configuration: NodeConfiguration
    private let logger: Logger

    private let bootID: String?

    /// Prepares a node; nothing is opened yet.
    ///
    /// - Parameter bootID: the machine's boot id, where the process cannot read it itself.
    public init(configuration: NodeConfiguration, bootID: String? = nil) {
        self.configuration = configuration
        self.bootID = bootID
        var logger = Logger(label: "accordd")
        logger.logLevel = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
        self.logger = logger
    }

    /// Makes the site: identity, keys, database, configuration file. What was interrupted is
    /// completed by the next call.
    ///
    /// - Parameter file: the configuration file.
    /// - Throws: `NodeFailure` if the data directory holds a site already.
    public func initialise(configurationFile file: String) async throws -> NewSite {
        let files = NodeFiles(directory: configuration.dataDirectory)
        let isAlmostMade = NodeIdentity.isMade(files) && files.isAlmostMade
        let identity =
            isAlmostMade
            ? try NodeIdentity.load(files)
            : try NodeIdentity.make(siteName: configuration.siteName, files: files)
        if !isAlmostMade { try await makeStore(files, identity) }
        let hasNewConfiguration = try configuration.writeFileIfAbsent(to: file)
        if !isAlmostMade { try identity.writeReplica(to: files) }
        try files.putDatabaseInPlace()
        return NewSite(
            site: identity.replica.site.description,
            fingerprint: identity.tls.fingerprint.description, directory: files.directory,
            hasNewConfiguration: hasNewConfiguration)
    }

    /// Makes the database beside its place, with its first audit entry.
    private func makeStore(_ files: NodeFiles, _ identity: NodeIdentity) async throws {
        try files.removeNewDatabase()
        let store = try open(
            files.newDatabase, identity, mayCreate: true, clock: NodeClock())
        var fact = AuditFact(kind: .origin, actor: Self.ownActor(identity))
        fact.reason = "init"
        fact.data = AuditData(events: 0, digest: store.auditPseudonymCommitment)
        try await store.record([fact])
        try await store.signAuditLog()
        // Everything in one file, which can be given its name.
        try store.checkpoint()
        try store.close()
    }

    /// Runs the node until it is told to stop.
    ///
    /// - Throws: `NodeFailure` for what an administrator must mend, with its exit code.
    public func run() async throws {
        do {
            try await runServices()
        } catch let failure as StoreFailure {
            throw NodeFailure(failure)
        }
    }

    private func runServices() async throws {
        let files = NodeFiles(directory: configuration.dataDirectory)
        let lock = try files.lock()
        defer { withExtendedLifetime(lock) {} }
        let identity = try NodeIdentity.load(files)
        let clock = NodeClock()
        guard !files.isAlmostMade else {
            throw NodeFailure(
                .notInitialised, "The site in \(files.directory) was not made to the end.",
                next: "Run `accord init` again.")
        }
        let store = try open(files.database, identity, mayCreate: false, clock: clock)
        let card = identity.card(
            name: configuration.siteName, postalAddress: configuration.sitePostalAddress,
            endpoints: configuration.peerAdvertise.map(\.description))
        let highWater = HighWaterFile(
            directory: configuration.highWaterDirectory, store: store, logger: logger)
        try await highWater.check()
        let auditLog = try await checkedAuditLog(store)
        try await store.keepOwnCard(card)
        let client = PeerClient(identity: identity.tls)
        let sync = makeSyncService(
            store: store, client: client, card: card, clock: clock)
        let control = ControlService(
            node: NodeFacts(
                identity: identity, configuration: configuration, startedAt: .now), store: store,
            client: client, sync: sync, clock: clock, logger: logger, joins: JoinGate())
        let listener = try peerListener(identity, sync)
        sync.watch { listener.hasConnections(of: $0) }
        let clientsDoor = try Self.clientsDoor(configuration, identity, store, logger: logger)
        try await store.configureWitnesses(configuration.auditWitnesses.map(\.key))
        try await store.endLeftSessions()
        try await store.record(startFacts(identity))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: StorageWatch(store: store),
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup),
                    // Stopped from the last to the first: conversations end before the doors close,
                    // so that no request that is held open has to be waited for.
                    .init(service: highWater, successTerminationBehavior: .ignore),
                    .init(service: auditLog, successTerminationBehavior: .ignore),
                    .init(
                        service: witnessService(store, client),
                        successTerminationBehavior: .ignore),
                    .init(service: listener),
                ] + clientsDoor + [
                    .init(service: controlListener(control)),
                    .init(service: sync),
                    .init(
                        service: ClockService(
                            clock: clock, store: store, actor: Self.ownActor(identity),
                            logger: logger), successTerminationBehavior: .ignore),
                    .init(
                        service: SharingService(store: store, logger: logger),
                        successTerminationBehavior: .ignore),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger))
        logger.info("node starts", metadata: ["replica": "\(identity.replica)"])
        try await group.run()
        try await finish(store, auditLog, identity: identity)
    }

    /// What shows the log to witnesses that are no peers.
    private func witnessService(_ store: SiteStore, _ client: PeerClient) -> WitnessService {
        let file = configuration.auditCAFile
        return WitnessService(
            store: store, client: client, witnesses: configuration.auditWitnesses,
            authoritiesFile: file.isEmpty ? nil : file, retryMin: configuration.syncRetryMin,
            retryMax: configuration.syncRetryMax, logger: logger)
    }

    /// The entries of a start: that it was, and with which configuration. Equal digests are equal
    /// settings, whatever their file looks like.
    private func startFacts(_ identity: NodeIdentity) -> [AuditFact] {
        let actor = Self.ownActor(identity)
        var config = AuditFact(kind: .config, actor: actor)
        config.reason = "in force"
        config.data = AuditData(
            events: 0, digest: Digest.sha256(Array(configuration.fileText.utf8)))
        return [AuditFact(kind: .start, actor: actor), config]
    }

    /// What signs the audit log, once it was compared with what was signed before.
    private func checkedAuditLog(_ store: SiteStore) async throws -> AuditLogService {
        let file = AuditHeadFile(directory: configuration.highWaterDirectory)
        let agrees = try await file.agrees(with: store)
        if !agrees || store.auditStanding.isContradicted {
            logger.critical("the audit log contradicts what was signed of it")
        }
        if try file.isOfAnotherLog(than: store.auditKey.name) {
            logger.warning(
                "the signed head outside the data directory is another log's",
                metadata: ["file": "\(file.path)"])
        }
        let witnessFile = WitnessFile(directory: configuration.highWaterDirectory)
        let forgotten = try await witnessFile.recall(into: store)
        if forgotten > 0 {
            logger.critical(
                "the store had forgotten heads that this node cosigned",
                metadata: ["logs": "\(forgotten)"])
        }
        return AuditLogService(
            store: store, file: file, witnessFile: witnessFile, logger: logger)
    }

    /// Opens the store; what an administrator must mend says so with its exit code.
    private func open(
        _ path: String, _ identity: NodeIdentity, mayCreate: Bool, clock: NodeClock
    ) throws -> SiteStore {
        do {
            return try SiteStore(
                path: path,
                identity: identity.storeIdentity(
                    software: Self.software, bootID: bootID, clock: clock),
                mayCreate: mayCreate)
        } catch let failure as StoreFailure {
            throw NodeFailure(failure)
        }
    }

    private func finish(
        _ store: SiteStore, _ auditLog: AuditLogService, identity: NodeIdentity
    ) async throws {
        if let reason = store.stopNotice.failure {
            throw NodeFailure(
                .storageFailed, "The store failed: \(reason).",
                next: "Check the disk; the service starts again by itself if it can.")
        }
        try await store.record([AuditFact(kind: .stop, actor: Self.ownActor(identity))])
        try await auditLog.finish()
        try store.checkpoint()
        try store.close()
        logger.info("node stopped")
    }

    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    private func makeSyncService(
        store: SiteStore, client: PeerClient, card: SignedNodeCard, clock: NodeClock
    ) -> SyncService {
        let timing = ConversationTiming(
            wait: configuration.syncWait, retryMin: configuration.syncRetryMin,
            retryMax: configuration.syncRetryMax)
        let context = ConversationContext(
            store: store, client: client, keyring: Keyring(), limits: DeliveryLimits(),
            timing: timing, clock: clock, protocolRange: Self.protocolRange,
            directSites: DirectSites(), logger: logger)
        return SyncService(
            context: context, directory: PeerDirectory(), ownCard: card.encoded())
    }

    /// The protocol versions that the node speaks. A debug build takes another range from
    /// `ACCORD_TEST_PROTOCOL`, as in `0-1`, so that tests can let versions meet.
    private static var protocolRange: ProtocolRange {
        #if DEBUG
            let bounds = (Surroundings.environment["ACCORD_TEST_PROTOCOL"] ?? "")
                .split(separator: "-").compactMap { UInt32($0) }
            if bounds.count == 2, bounds[0] <= bounds[1] {
                return ProtocolRange(min: bounds[0], max: bounds[1])
            }
        #endif
        return .spoken
    }

    private func peerListener(
        _ identity: NodeIdentity, _ sync: SyncService
    ) throws -> PeerListener {
        var limits = PeerListenerLimits()
        limits.connectionsMax = configuration.peerConnectionsMax
        limits.door.bodyBytesMax = configuration.peerBodyBytesMax + 1_024
        let address = configuration.peerListen
        return try PeerListener(
            host: address.host, port: address.port, identity: identity.tls, limits: limits,
            logger: logger,
            onListening: { [logger] port in
                logger.info("peer port listens", metadata: ["port": "\(port)"])
            },
            handler: { await sync.answer($0) })
    }

    private func controlListener(_ control: ControlService) -> ControlListener {
        var limits = ControlListenerLimits()
        limits.door.bodyBytesMax = configuration.importBodyBytesMax
        return ControlListener(
            path: configuration.controlSocket, limits: limits, logger: logger,
            onListening: {
                SystemdNotice.ready()
            },
            handler: { await control.answer($0) })
    }

    private static var software: String { "accordd \(ProductVersion.text)" }

    private static func ownActor(_ identity: NodeIdentity) -> AuditActor {
        AuditActor(
            id: identity.replica.site.description, role: "node",
            organisation: identity.replica.site.description)
    }
}

/// What the node says of itself.
struct NodeFacts: Sendable {
    let identity: NodeIdentity
    let configuration: NodeConfiguration
    let startedAt: ContinuousClock.Instant
}

/// Stops the node once a commit failed: nothing is answered after that (`security.md` §8).
struct StorageWatch: AuditedService {
    static let auditKinds: [AuditKind] = []

    let store: SiteStore

    /// Ends when a commit has failed.
    func run() async throws {
        await cancelWhenGracefulShutdown { await store.stopNotice.wait() }
    }
}

/// Tells systemd that the service is ready (sd_notify(3)); nothing where it does not ask.
enum SystemdNotice {
    static func ready() {
        guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), !path.isEmpty else {
            return
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let message = Array("READY=1".utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, message, message.count, 0, $0, length)
            }
        }
    }
}
