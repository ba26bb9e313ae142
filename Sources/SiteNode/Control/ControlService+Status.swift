import AuditTrail
import CareRecord
import ControlProtocol
import PeerTransport
import RecordStore
import SyncEngine

extension ControlService {
    /// One screen about the node.
    func status() async throws -> NodeStatus {
        let counts = try await store.counts()
        var peers: [PeerStatus] = []
        for peer in try await store.peers() {
            peers.append(try await status(of: peer))
        }
        let uptime = ContinuousClock.now - node.startedAt
        let audit = try await auditStatus()
        let witnessAlarms = try await witnessAlarms(audit)
        return NodeStatus(
            site: node.identity.replica.site.description, name: node.configuration.siteName,
            replica: node.identity.replica.description,
            fingerprint: node.identity.tls.fingerprint.description,
            listening: node.configuration.peerListen.description, version: ProductVersion.text,
            uptimeSeconds: Int(uptime.components.seconds), patients: counts.patients,
            events: counts.events, eventsOnlyHere: try await store.eventsOnlyHere(),
            resources: counts.resources, pending: counts.pending,
            pendingOldestMilliseconds: try await store.oldestPending(),
            quarantine: counts.quarantined, databaseBytes: counts.databaseBytes,
            audit: audit, clock: clockStatus(),
            alarms: witnessAlarms + alarms(counts, peers),
            peers: peers)
    }

    /// What this node knows of its progress with one peer.
    func status(of peer: PeerRecord) async throws -> PeerStatus {
        guard peer.revokedMilliseconds == nil else {
            return PeerStatus(
                name: peer.name, site: peer.site.description, endpoint: peer.endpoint,
                state: .revoked, isInStep: false,
                queued: PeerQueue(
                    urgentEvents: 0, currentEvents: 0, backfillEvents: 0, bytes: 0),
                reasons: [LateReason(.revoked, count: 0)], withdrawalsOpen: peer.noticesOpen)
        }
        let report = await sync.report(of: peer.site)
        let state = report?.state ?? .neverContacted
        let backlog = try await store.backlog(for: peer.site)
        let job = try await store.agreements(peerName: peer.name).compactMap(\.progress).first
        var reasons = Self.reasons(of: state, report)
        if let job { reasons.append(LateReason(.granting, count: job.total - job.done)) }
        if backlog.events > 0 { reasons += Self.reasons(in: backlog, report) }
        reasons += try await store.pending(from: peer.site).compactMap(Self.reason)
        return PeerStatus(
            name: peer.name, site: peer.site.description, endpoint: peer.endpoint, state: state,
            lastContactMilliseconds: peer.lastContactMilliseconds,
            exactlyInStepMilliseconds: peer.exactlyInStepMilliseconds,
            isInStep: (report?.isInStep ?? false) && job == nil && backlog.events == 0,
            queued: PeerQueue(
                urgentEvents: backlog.urgentEvents, currentEvents: backlog.currentEvents,
                backfillEvents: backlog.backfillEvents, bytes: backlog.bytes,
                oldestMilliseconds: backlog.oldestMilliseconds),
            theirQueuedEvents: peer.theirQueuedEvents, reasons: reasons,
            clockAheadMilliseconds: peer.clockAheadMilliseconds,
            withdrawalsOpen: peer.noticesOpen, lastRefusal: report?.lastRefusal)
    }

    /// What stops everything, or slows it down now.
    private static func reasons(
        of state: PeerState, _ report: ConversationReport?
    ) -> [LateReason] {
        let code: LateReason.Code? =
            switch state {
            case .unreachable: .unreachable
            case .refused: .refused
            case .paused: .paused
            case .waitingWindow: .window
            case .certExpired: .certExpired
            case .clock: .clock
            case .version: .version
            case .fullDisk: report?.isFullHere ?? false ? .diskFull : .peerFull
            case .revoked: .revoked
            case .neverContacted, .connecting, .connected: nil
            }
        var reasons = code.map { [LateReason($0, count: 0)] } ?? []
        if report?.queue?.isPausedByPeer ?? false, code != .peerFull {
            reasons.append(LateReason(.peerFull, count: 0))
        }
        if report?.queue?.waitsForTokens ?? false {
            reasons.append(LateReason(.bandwidth, count: 0))
        }
        return reasons
    }

    /// Why single events wait; those of the feed are on their way.
    private static func reasons(
        in backlog: PeerBacklog, _ report: ConversationReport?
    ) -> [LateReason] {
        var counts: [LateReason.Code: Int] = [:]
        for reason in backlog.reasons {
            counts[LateReason.Code(rawValue: reason.code) ?? .inFlight, default: 0] += reason.count
        }
        let explained = counts.values.reduce(0, +)
        counts[.inFlight, default: 0] += backlog.events - explained
        return LateReason.Code.allCases.compactMap { code in
            counts[code].flatMap { $0 > 0 ? LateReason(code, count: $0) : nil }
        }
    }

    private static func reason(of tally: PendingTally) -> LateReason? {
        let code: LateReason.Code =
            switch tally.reason {
            case "event": .waitingEvent
            case "card": .waitingCard
            default: .waitingErasure
            }
        return LateReason(code, count: tally.count)
    }

    /// How far the node believes its own clock.
    func clockStatus() -> ClockStatus {
        let standing = clock.standing
        if standing.isHeld {
            return ClockStatus(state: .held, offMilliseconds: standing.offMilliseconds)
        }
        return ClockStatus(state: standing.isSynchronised ? .steady : .unsynchronised)
    }

    /// An administrator says that a forward step of the clock is right.
    func confirmClock(actor: AuditActor) async throws -> ClockStatus {
        let standing = clock.standing
        guard standing.isHeld else {
            throw ControlFailure(
                code: .badRequest, message: "No step of the clock is held.",
                next: "`accord clock show` says how the clock stands.")
        }
        clock.confirm()
        var fact = AuditFact(kind: .clock, actor: actor)
        fact.reason = "forward step of \(standing.offMilliseconds) ms confirmed"
        try await store.record([fact])
        return clockStatus()
    }

    /// How long a peer may be out of step before that is an alarm, in milliseconds: a day.
    private static let staleMilliseconds: Int64 = 86_400_000

    /// Whether a peer that was ever in step has not been for too long. One that never was is new,
    /// or shares nothing.
    private func isStale(_ peer: PeerStatus, now: Int64) -> Bool {
        guard peer.state != .revoked, !peer.isInStep, let last = peer.exactlyInStepMilliseconds
        else { return false }
        return now - last > Self.staleMilliseconds
    }

    /// Whether the head outside the data directory is one that the log can be held against.
    private func auditHeadAlarm() -> NodeAlarm? {
        let file = auditHeadFile
        do {
            guard try file.isOfAnotherLog(than: store.auditKey.name) else { return nil }
            return NodeAlarm(
                code: "audit-head", text: "The signed head in \(file.path) is another log's.",
                next: "Put this log's copy back; if there never was one, move the file away.")
        } catch {
            return NodeAlarm(
                code: "audit-head", text: "The signed head in \(file.path) cannot be read.",
                next: "Give the service's account the right to read it, or put its copy back.")
        }
    }

    /// What an administrator should look at, the gravest first.
    private func alarms(_ counts: StoreCounts, _ peers: [PeerStatus]) -> [NodeAlarm] {
        var alarms: [NodeAlarm] = []
        if let alarm = auditHeadAlarm() { alarms.append(alarm) }
        if counts.forks > 0 {
            alarms.append(
                NodeAlarm(
                    code: "fork",
                    text: "\(counts.forks) events exist in two versions: a site's store was cloned "
                        + "or its key is in two hands.",
                    next: "Ask the author's administrator which machine keeps the site's keys."))
        }
        if clock.standing.isHeld {
            alarms.append(
                NodeAlarm(
                    code: "clock-held",
                    text: "The machine's clock stepped forward; the step is not followed.",
                    next: "Check the time, then run `accord clock confirm` if it is right."))
        }
        for peer in peers where peer.clockAheadMilliseconds != nil {
            alarms.append(
                NodeAlarm(
                    code: "peer-clock", text: "The clock of \(peer.name) is ahead of this one.",
                    next: "Ask its administrator to check the time."))
        }
        let now = clock.milliseconds()
        for peer in peers where isStale(peer, now: now) {
            alarms.append(
                NodeAlarm(
                    code: "stale",
                    text: "\(peer.name) has not been exactly in step with this site for a day.",
                    next: "`accord peer show` says why."))
        }
        for peer in peers where peer.withdrawalsOpen > 0 {
            alarms.append(
                NodeAlarm(
                    code: "withdrawal-open",
                    text: "\(peer.name) has not acknowledged every withdrawal.",
                    next: "`accord share list` shows since when."))
        }
        return alarms
    }
}
