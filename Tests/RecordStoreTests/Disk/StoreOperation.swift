import AuditTrail
import CareRecord
import Consent
import RecordStore
import Signing
import TestSupport
import Testing
import WireFormat

/// One thing that the practice does in a `DiskWorld`: one commit, and safe to repeat.
enum StoreOperation: Hashable, Sendable {
    case patient(Int)
    case observation(Int, patient: Int, value: Int, isSensitive: Bool)
    case urgent(Int, patient: Int)
    case encounter(Int, patient: Int, isOver: Bool)
    case directory(Int)
    case retraction(Int)
    case blob(patient: Int)
    case grant(SharingAgreement.Scope)
    case withdrawal(patient: Int?)
    case stepSharing
    case acknowledgeShare
    case hear(Int)
    case accept(Int)
    case lateCard
    case obey(Int)
    case answerNotice
    case disclose
    case moveCursor
    case settleOwed
    case ask(Int)
    case recordAsk(Int)
    case retryQuarantine
    case closeQuarantine
    case session(Int)
    case endSession(Int)
    case refusals
    case contact
    case standing
    case search
    case checkpoint

    /// Tables that grow when it comes a second time although the first time is durable; the audit
    /// log always may.
    var growsAgain: Set<String> {
        switch self {
        case .grant: ["agreement", "peer_organisation", "share"]
        case .withdrawal: ["withdrawal", "share_removed"]
        case .session: ["session"]
        case .stepSharing: ["share", "owed", "notice", "notice_answer", "share_removed"]
        default: []
        }
    }

    func run(_ site: TestSite, _ world: DiskWorld) async throws {
        switch self {
        case .patient, .observation, .urgent, .encounter, .directory, .retraction, .blob:
            try await bring(site)
        case .grant, .withdrawal, .stepSharing, .acknowledgeShare:
            try await share(site, world)
        case .hear, .accept, .lateCard, .obey, .answerNotice, .retryQuarantine, .closeQuarantine:
            try await receive(site, world)
        case .disclose, .moveCursor, .settleOwed:
            try await send(site, world)
        default: try await note(site, world)
        }
    }

    private func bring(_ site: TestSite) async throws {
        let text =
            switch self {
            case .patient(let number): TestBundles.knownPatient("p\(number)", number: "N\(number)")
            case .observation(let number, let patient, let value, let isSensitive):
                TestBundles.observation(
                    "o\(number)", of: "Patient/p\(patient)", value: value,
                    labels: isSensitive ? ["PSY"] : [])
            case .urgent(let number, let patient):
                TestBundles.allergy("a\(number)", of: "Patient/p\(patient)")
            case .encounter(let number, let patient, let isOver):
                TestBundles.encounter(
                    "e\(number)", of: "Patient/p\(patient)", by: "H1",
                    status: isOver ? "finished" : "arrived", end: isOver ? "2026-05-20" : nil)
            case .directory(let number):
                TestBundles.organization("A\(number)", name: "North \(number)")
            case .retraction(let number):
                TestBundles.transaction([TestBundles.delete("Observation/o\(number)")])
            case .blob(let patient):
                TestBundles.longObservation("long", of: "Patient/p\(patient)", "x")
            default: preconditionFailure("\(self) is no import")
            }
        try await site.importFile(text)
    }

    private func share(_ site: TestSite, _ world: DiskWorld) async throws {
        switch self {
        case .grant(let scope):
            var order = GrantOrder(
                peerName: world.hospital.name, compartments: [.general, .mentalHealth],
                purpose: scope == .onRequest ? "ETREAT" : "TREAT", scope: scope)
            order.organisations = [.init(system: "urn:test:org", value: "H1")]
            _ = try await site.store.grant(order, actor: TestSite.actor)
        case .withdrawal(let number):
            var patient: PatientID?
            if let number {
                patient = try StoreImage.patient(number, on: try #require(site.disk))
                guard patient != nil else { return }
            }
            _ = try await site.store.withdraw(
                peerName: world.hospital.name, compartments: [], patient: patient, reason: "test",
                actor: TestSite.actor)
        case .acknowledgeShare:
            let version = try await site.store.greeting(for: world.hospital.site).shareVersion
            try await site.store.acknowledgeShare(version, by: world.hospital.site)
        default: _ = try await site.store.stepSharing()
        }
    }

    private func receive(_ site: TestSite, _ world: DiskWorld) async throws {
        let hospital = world.hospital.site
        switch self {
        case .hear(let number):
            _ = try await site.store.receive(world.announcements[number], from: hospital)
        case .accept(let number):
            _ = try await site.store.accept(world.deliveries[number])
        case .lateCard:
            _ = try await site.store.receive(
                cards: [world.lateCard], from: hospital)
        case .obey(let number):
            _ = try await site.store.obey(world.notices[number], from: hospital)
        case .answerNotice:
            let open = try await site.store.openNotices(for: hospital, countMax: 1)
            guard let notice = open.notices.first else { return }
            try await site.store.noteAnswer(.done, ofNotice: notice.notice.id, by: hospital)
        default:
            let items = try await site.store.quarantine(
                peerName: nil, includesClosed: false, countMax: 1)
            guard let item = items.first else { return }
            if self == .closeQuarantine {
                _ = try await site.store.closeQuarantine(
                    item.number, reason: "test", actor: TestSite.actor)
            } else {
                _ = try await site.store.retryQuarantine(item.number, actor: TestSite.actor)
            }
        }
    }

    private func send(_ site: TestSite, _ world: DiskWorld) async throws {
        let hospital = world.hospital.site
        if self == .settleOwed {
            let owed = try await site.store.owedEvents(
                for: hospital, lane: .backfill, after: nil, dueByMilliseconds: .max, rowsMax: 4)
            try await site.store.settleOwed(
                owed.events.map { ($0.row.stream, $0.row.position, owed.shareVersion) },
                of: hospital)
            return
        }
        let cursor = try await site.store.greeting(for: hospital).cursor
        let page = try await site.store.feedRows(for: hospital, after: cursor, rowsMax: 4)
        if self == .moveCursor {
            try await site.store.moveCursor(
                of: hospital, to: page.through, shareVersion: page.shareVersion)
            return
        }
        let positions = page.rows.filter { $0.isPermitted && !$0.cameFromPeer }.map(\.position)
        guard !positions.isEmpty else { return }
        _ = try await site.store.disclose(
            positions: positions, to: hospital, session: "00112233445566778899aabbccddeeff",
            delivery: 1)
    }

    private func note(_ site: TestSite, _ world: DiskWorld) async throws {
        let hospital = world.hospital.site
        func name(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 16) }
        switch self {
        case .ask(let number): _ = try await site.store.decide(world.asks[number], from: hospital)
        case .recordAsk(let number):
            try await site.store.recordAsk(
                world.asks[number], of: hospital, outcome: .nothing, actor: TestSite.actor)
        case .session(let number):
            try await site.store.beginSession(
                name(number), with: hospital, isOurs: true, theirShareVersion: 9)
        case .endSession(let number):
            try await site.store.noteSession(
                name(number), with: hospital, SessionCounts(sent: 1, received: 2),
                ending: SessionEnding("done"))
        case .refusals:
            try await site.store.noteRefusals(["bad-signature": 1], with: hospital, isOurs: true)
        case .contact: try await site.store.noteContact(with: hospital, inStep: true)
        case .standing:
            try await site.store.noteStanding(of: hospital, queuedEvents: 0, oursIsEmpty: true)
        case .search:
            _ = try await site.store.findPatients("ada", countMax: 9, actor: TestSite.actor)
        default: try site.store.checkpoint()
        }
    }
}

extension StoreOperation {
    /// Each of them at least once, in an order in which most of them have something to do.
    static let script: [StoreOperation] = [
        .patient(0), .observation(0, patient: 0, value: 1, isSensitive: false), .grant(.registered),
        .stepSharing, .observation(1, patient: 0, value: 1, isSensitive: true), .directory(0),
        .session(1), .hear(0), .accept(0), .accept(1), .accept(2), .accept(3), .accept(4),
        .accept(5), .lateCard, .accept(6), .retryQuarantine, .closeQuarantine, .acknowledgeShare,
        .disclose, .moveCursor, .observation(0, patient: 0, value: 2, isSensitive: false),
        .urgent(0, patient: 0), .encounter(0, patient: 0, isOver: false), .patient(1), .settleOwed,
        .contact, .standing, .refusals, .endSession(1), .grant(.onRequest), .stepSharing, .ask(1),
        .recordAsk(1), .ask(3), .search, .checkpoint, .withdrawal(patient: 0), .stepSharing,
        .hear(1), .obey(0), .accept(7), .obey(1), .withdrawal(patient: nil), .stepSharing,
        .answerNotice, .encounter(0, patient: 0, isOver: true), .retraction(0),
        .blob(patient: 1), .grant(.relationship), .stepSharing, .disclose, .moveCursor,
    ]

    /// One of them by chance.
    static func random(using random: inout SeededGenerator) -> StoreOperation {
        let patient = Int.random(in: 0..<3, using: &random)
        let number = Int.random(in: 0..<8, using: &random)
        let scopes: [SharingAgreement.Scope] = [.registered, .relationship, .all, .onRequest]
        let choices: [StoreOperation] = [
            .patient(patient), .patient(patient),
            .observation(number, patient: patient, value: number, isSensitive: number > 5),
            .observation(number, patient: patient, value: 1, isSensitive: false),
            .urgent(number, patient: patient),
            .encounter(patient, patient: patient, isOver: number > 4), .directory(patient),
            .retraction(number), .grant(scopes.randomElement(using: &random) ?? .all),
            .withdrawal(patient: number > 2 ? patient : nil), .stepSharing, .stepSharing,
            .stepSharing, .acknowledgeShare, .hear(number > 1 ? 0 : 1), .accept(number),
            .accept(number), .accept(number), .lateCard, .obey(number > 3 ? 0 : 1), .answerNotice,
            .disclose, .moveCursor, .settleOwed, .ask(patient), .recordAsk(patient),
            .retryQuarantine, .closeQuarantine, .session(number), .endSession(number), .refusals,
            .contact, .standing, .search, .checkpoint,
        ]
        return choices.randomElement(using: &random) ?? .checkpoint
    }
}
