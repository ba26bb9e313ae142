import AuditTrail
import ControlProtocol
import RecordStore

extension ControlService {
    /// Who witnesses this log, and which logs are witnessed here.
    func witnessReport() async throws -> WitnessReport {
        let quorum = node.configuration.auditQuorum
        let overview = try await store.witnessOverview()
        let configured = try await store.configuredWitnesses()
        let standing = try await store.witnessStanding(quorum: quorum)
        return WitnessReport(
            signedSize: Int(store.auditStanding.signedSize), witnessedSize: Int(standing.size),
            quorum: quorum,
            cosigners: overview.cosigners.map { cosigner in
                WitnessReport.Cosigner(
                    peer: cosigner.peerName, size: Int(cosigner.size),
                    cosignedMilliseconds: cosigner.cosignedMilliseconds, status: cosigner.status,
                    fallenSize: cosigner.fallenSize.map { Int($0) },
                    contradictions: cosigner.contradictions.map { Int($0) })
            } + configured.map { WitnessReport.Cosigner($0) },
            witnessed: overview.witnessed.map { log in
                WitnessReport.WitnessedLog(
                    peer: log.peerName, origin: log.origin, size: Int(log.size),
                    begunMilliseconds: log.begunMilliseconds,
                    cosignedMilliseconds: log.cosignedMilliseconds,
                    evidence: log.evidence.map { Int($0) }, key: "log \(log.key)")
            }, keys: String(decoding: overview.keys, as: UTF8.self))
    }

    /// How far the audit log is signed and witnessed.
    func auditStatus() async throws -> AuditStatus {
        let standing = store.auditStanding
        let witnesses = try await store.witnessStanding(quorum: node.configuration.auditQuorum)
        let size = standing.edge.size
        return AuditStatus(
            entries: Int(size), signedMilliseconds: standing.signedMilliseconds,
            unsignedEntries: Int(standing.unsignedEntries), witnesses: witnesses.witnesses,
            witnessed: witnesses.witnessed,
            unwitnessedEntries: Int(size - min(witnesses.size, size)),
            unwitnessedSeconds: witnesses.unwitnessedSince.map {
                Int(max(0, clock.milliseconds() - $0) / 1_000)
            }, isContradicted: standing.isContradicted, hold: try await auditHold().hold)
    }

    /// Gives connected peers, and configured witnesses, a moment to cosign the newest head: all of
    /// them, so that an export holds what an auditor may ask for.
    func awaitKnownWitnesses() async throws {
        let hasConfigured = !node.configuration.auditWitnesses.isEmpty
        guard await sync.isAnyConnected() || hasConfigured else { return }
        try await awaitWitnesses(.max, for: .seconds(2))
    }

    /// Signs the log and waits until so many witnesses have cosigned its newest head, or all that are
    /// known, or the time is over.
    func awaitWitnesses(_ wanted: Int, for duration: Duration) async throws {
        guard wanted > 0 else { return }
        try await store.signAuditLog()
        let quorum = node.configuration.auditQuorum
        let count = min(wanted, try await store.witnessStanding(quorum: quorum).witnesses)
        let deadline = ContinuousClock.now + duration
        while try await store.witnessesOfNewestHead() < count, ContinuousClock.now < deadline {
            guard !store.auditStanding.isContradicted else { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

// MARK: - Alarms

extension ControlService {
    /// What witnesses say against this log, and what this node has to say as a witness; the gravest
    /// first.
    func witnessAlarms(_ audit: AuditStatus) async throws -> [NodeAlarm] {
        let overview = try await store.witnessOverview()
        var alarms = overview.cosigners.compactMap { cosigner -> NodeAlarm? in
            guard let size = cosigner.contradictions.first else { return nil }
            return NodeAlarm(
                code: "audit-log",
                text:
                    "\(cosigner.peerName) holds a signed head of size \(size) that this audit log "
                    + "lacks or contradicts: the log was put back, forked or rewritten.",
                next: "Keep a copy of the database, put the newest one back, and ask who else runs "
                    + "with this site's keys; `accord audit verify` says where the log ends.")
        }
        if alarms.isEmpty, audit.isContradicted {
            alarms.append(
                NodeAlarm(
                    code: "audit-log",
                    text: "The audit log lacks what was signed of it, or holds it otherwise.",
                    next: "Keep a copy of the database; `accord audit verify` says where."))
        }
        for log in overview.witnessed where !log.evidence.isEmpty {
            alarms.append(
                NodeAlarm(
                    code: "peer-log",
                    text:
                        "The audit log of \(log.peerName) does not follow on what was cosigned of "
                        + "it.",
                    next: "Ask its administrator; `accord audit witness` shows the sizes."))
        }
        for cosigner in overview.cosigners where cosigner.isBehindItself {
            alarms.append(
                NodeAlarm(
                    code: "witness-back",
                    text:
                        "\(cosigner.peerName) no longer knows what it cosigned of this audit log.",
                    next: "Ask its administrator whether its database was put back."))
        }
        alarms += try await store.configuredWitnesses().compactMap { NodeAlarm($0) }
        if audit.witnesses > 0, audit.unwitnessedSeconds ?? 0 > 86_400 {
            alarms.append(
                NodeAlarm(
                    code: "audit-unwitnessed",
                    text: "No quorum of witnesses has cosigned the audit log for a day.",
                    next: "`accord audit witness` says who has not."))
        }
        return alarms
    }
}

extension WitnessReport.Cosigner {
    fileprivate init(_ record: ConfiguredWitnessRecord) {
        self.init(
            peer: record.key.name, size: Int(record.size),
            cosignedMilliseconds: record.cosignedMilliseconds, status: record.status,
            fallenSize: record.fallenSize.map { Int($0) })
        state = record.state?.rawValue ?? "not-asked"
        aheadSize = record.aheadSize.map { Int($0) }
    }
}

extension NodeAlarm {
    /// What a configured witness says, or does not; `nil` for one that cosigns.
    fileprivate init?(_ record: ConfiguredWitnessRecord) {
        let name = record.key.name
        switch record.state {
        case .inconsistent:
            self.init(
                code: "audit-refused",
                text: "\(name) says that this audit log did not only grow from what it cosigned.",
                next: "Keep a copy of the database; compare the log with the heads that peers and "
                    + "auditors hold.")
        case .ahead:
            self.init(
                code: "audit-refused",
                text: "\(name) has cosigned \(record.aheadSize ?? 0) entries, which this audit log "
                    + "does not reach.",
                next: "Keep a copy of the database, and put the newest one back.")
        case nil, .cosigned, .behind:
            guard record.isBehindItself else { return nil }
            self.init(
                code: "witness-back",
                text: "\(name) no longer knows what it cosigned of this audit log.",
                next: "Ask its operator whether its database was put back.")
        case .some(let state):
            self.init(
                code: "witness-silent",
                text: "\(name) does not cosign this audit log: \(state.rawValue).",
                next: "`docs/auditing.md` says what that means; it is asked again by itself.")
        }
    }
}
