import AuditTrail
import CareRecord
import Consent
import Foundation
import Interchange
import RecordStore
import Signing
import SimulationSupport
import Synchronization
import Testing
import WireFormat

/// A wall clock that a test sets.
final class TestClock: Sendable {
    private let state = Mutex((now: Int64(1_780_000_000_000), life: UInt64(0)))
    private let trusted = Mutex(AuditClock.unsynchronised)

    /// How far it is to be trusted.
    var trust: AuditClock {
        get { trusted.withLock { $0 } }
        set { trusted.withLock { $0 = newValue } }
    }

    /// Milliseconds since 1970 UTC.
    var now: Int64 {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }

    /// Lets time pass.
    func advance(days: Int64 = 0, hours: Int64 = 0, milliseconds: Int64 = 0) {
        now += days * 86_400_000 + hours * 3_600_000 + milliseconds
    }

    /// How often the clock was corrected.
    var life: UInt64 { state.withLock { $0.life } }

    /// Sets another time as an administrator or a time service does.
    func correct(to milliseconds: Int64) {
        state.withLock { $0 = (milliseconds, $0.life + 1) }
    }
}

/// A store of its own in a temporary folder, which goes when this goes, or on a simulated disk.
final class TestSite: Sendable {
    static let actor = AuditActor(id: "uid-1000", role: "administrator", signInMethod: "socket")

    let name: String
    let folder: URL
    let path: String
    let disk: SimulatedDisk?
    let key: EventKey
    let replica: Replica
    let card: SignedNodeCard
    let clock: TestClock
    let store: SiteStore

    /// Opens a copy of another site's files as they lie on the disk: what a crash would leave.
    ///
    /// - Parameters:
    ///   - change: what somebody does to the database file first.
    ///   - pseudonymKey: another one than the site's.
    private init(
        copyOf other: TestSite, pseudonymKey: [UInt8]?, _ change: (_ path: String) throws -> Void
    ) throws {
        name = other.name
        key = other.key
        replica = other.replica
        card = other.card
        clock = other.clock
        folder = FileManager.default.temporaryDirectory
            .appending(path: "accord-store-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: other.folder, to: folder)
        try? FileManager.default.removeItem(at: folder.appending(path: "record.db-shm"))
        path = folder.appending(path: "record.db").path
        disk = nil
        try change(path)
        var identity = Self.identity(replica: replica, key: key, clock: clock)
        if let pseudonymKey {
            identity.auditEncoder = AuditEntryEncoder(
                software: "accord test", boot: "unknown", pseudonymKey: pseudonymKey)
        }
        store = try SiteStore(path: path, identity: identity)
    }

    /// Opens the store of another site again, on its disk or on another one; the other one's store
    /// must be closed, or its power was cut.
    init(reopening other: TestSite, on disk: SimulatedDisk? = nil, mayCreate: Bool = false) throws {
        name = other.name
        key = other.key
        replica = other.replica
        card = other.card
        clock = other.clock
        folder = other.folder
        let device = try #require(disk ?? other.disk)
        self.disk = device
        path = device.path("record.db")
        store = try SiteStore(
            path: path, identity: Self.identity(replica: replica, key: key, clock: clock),
            mayCreate: mayCreate)
    }

    /// The same store after a crash, as a site of its own.
    func copyOfOpenFiles(
        pseudonymKey: [UInt8]? = nil, _ change: (_ path: String) throws -> Void = { _ in }
    ) throws -> TestSite {
        try TestSite(copyOf: self, pseudonymKey: pseudonymKey, change)
    }

    init(_ name: String, on disk: SimulatedDisk? = nil) throws {
        self.name = name
        self.disk = disk
        folder = FileManager.default.temporaryDirectory
            .appending(path: "accord-store-\(UUID().uuidString)")
        if let disk {
            path = disk.path("record.db")
        } else {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            path = folder.appending(path: "record.db").path
        }
        key = EventKey.make()
        replica = Replica(site: key.publicKey.siteID, incarnation: Incarnation(7))
        card = Self.card(name: name, replica: replica, key: key)
        clock = TestClock()
        store = try SiteStore(
            path: path, identity: Self.identity(replica: replica, key: key, clock: clock))
    }

    deinit {
        try? store.close()
        try? FileManager.default.removeItem(at: folder)
    }

    var site: SiteID { replica.site }
    var identity: StoreIdentity { Self.identity(replica: replica, key: key, clock: clock) }

    static let auditEncoder = AuditEntryEncoder(
        software: "accord test", boot: "unknown", pseudonymKey: [UInt8](repeating: 9, count: 32))

    static func identity(
        replica: Replica, key: EventKey, clock: TestClock = TestClock()
    ) -> StoreIdentity {
        StoreIdentity(
            replica: replica, eventKey: key, auditKey: key, witnessKey: key,
            auditEncoder: auditEncoder, now: { clock.now }, clockTrust: { clock.trust },
            clockLife: { clock.life })
    }

    static func card(name: String, replica: Replica, key: EventKey) -> SignedNodeCard {
        let card = NodeCard(
            replica: replica, name: name, postalAddress: "", eventKey: key.publicKey,
            auditKey: key.publicKey.rawBytes, witnessKey: key.publicKey.rawBytes,
            tlsFingerprints: [[UInt8](repeating: 3, count: 32)], endpoints: [],
            validFromMilliseconds: 0, validUntilMilliseconds: 4_000_000_000_000,
            predecessorEventKey: nil)
        return SignedNodeCard(card: card, cardBytes: card.encoded(), key: key, predecessor: nil)
    }
}

extension TestSite {
    /// Imports one file; gives what became of each unit.
    @discardableResult
    func importFile(
        _ bytes: [UInt8], system: String = "file", again: Bool = false
    ) async throws -> [ImportOutcome] {
        try await store.importUnits(
            try ImportFile.read(bytes, format: nil),
            options: ImportOptions(sourceSystem: system, again: again), actor: Self.actor)
    }

    @discardableResult
    func importFile(
        _ text: String, system: String = "file", again: Bool = false
    ) async throws -> [ImportOutcome] {
        try await importFile(Array(text.utf8), system: system, again: again)
    }

    /// Enrols another site here, with its card.
    func enrol(_ other: TestSite) async throws {
        try await store.keepOwnCard(card)
        try await store.addPeer(
            name: other.name, endpoint: nil, fingerprint: [UInt8](repeating: 3, count: 32),
            card: other.card, actor: Self.actor)
    }

    @discardableResult
    func grant(
        _ other: TestSite, _ compartments: [Compartment] = [.general],
        scope: SharingAgreement.Scope = .registered
    ) async throws -> Int {
        try await grant(
            GrantOrder(
                peerName: other.name, compartments: compartments, purpose: "TREAT", scope: scope))
    }

    /// Makes an agreement and works it through; gives the streams that joined the share set.
    @discardableResult
    func grant(_ order: GrantOrder) async throws -> Int {
        let before = try number("SELECT count(*) FROM share")
        _ = try await store.grant(order, actor: Self.actor)
        try await finishSharing()
        return try number("SELECT count(*) FROM share") - before
    }

    /// Does everything that grants and withdrawals have left to do.
    func finishSharing() async throws {
        while try await store.stepSharing() {}
    }

    /// Withdraws, and works it through.
    func withdraw(
        from other: TestSite, _ compartments: [Compartment] = [], patient: PatientID? = nil
    ) async throws {
        _ = try await store.withdraw(
            peerName: other.name, compartments: compartments, patient: patient, reason: "test",
            actor: Self.actor)
        try await finishSharing()
    }

    /// Withdraws, and leaves the rows for later steps.
    @discardableResult
    func withdrawOnly(
        from other: TestSite, _ compartments: [Compartment] = [], patient: PatientID? = nil
    ) async throws -> Int {
        try await store.withdraw(
            peerName: other.name, compartments: compartments, patient: patient, reason: "test",
            actor: Self.actor
        ).streams
    }

    /// The newest withdrawal.
    func lastWithdrawal() async throws -> WithdrawalRecord {
        try #require(try await store.withdrawals().first)
    }

    /// The streams that a peer's share set holds, ascending.
    func shared(with other: TestSite) async throws -> [StreamID] {
        try await store.announcement(to: other.site, fromVersion: 0).added
    }

    /// Signs an event by this site's key, whatever its header says.
    func seal(
        _ header: EventHeader, values: [[UInt8]], salt: [UInt8] = [UInt8](repeating: 5, count: 16)
    ) -> SealedEvent {
        EventSealer(key: key, coder: FrameCoder()).seal(
            header, values: values.map { $0[...] }, salt: salt)
    }

    /// A header of this site's writer.
    func header(
        _ stream: StreamID, counter: UInt64, previous: EventID? = nil, changes: [Change]
    ) -> EventHeader {
        EventHeader(
            stream: stream, dot: Dot(replica: replica, counter: counter), previous: previous,
            time: HybridTime(milliseconds: 1_780_000_000_000, counter: 0),
            recordedMilliseconds: 1_780_000_000_000,
            author: Author(practitioner: "p", role: "r", organisation: "o"), sourceSystem: "ehr",
            changes: changes)
    }
}

/// Ids that tests make.
enum TestID {
    static func entity() -> EntityID {
        var generator = SystemRandomNumberGenerator()
        return .random(using: &generator)
    }

    static func patient() -> PatientID { PatientID(entity().bits) }
}

extension Change {
    /// A whole-resource change.
    static func whole(
        _ type: String, _ entity: EntityID, _ operation: CareRecord.Operation = .create,
        supersedes: [ChangeReference] = []
    ) -> Change {
        var change = Change(
            element: Element(entityType: type, entity: entity, facet: .whole), operation: operation)
        change.supersedes = supersedes
        return change
    }
}
