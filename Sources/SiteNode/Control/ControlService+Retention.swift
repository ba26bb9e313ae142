import AuditTrail
import ControlProtocol
import RecordStore

extension ControlService {
    /// The legal hold that is in force.
    func auditHold() async throws -> AuditHoldState {
        AuditHoldState(
            hold: try await store.auditHold().map {
                AuditHold(
                    reason: $0.reason, sinceMilliseconds: $0.sinceMilliseconds,
                    untilMilliseconds: $0.untilMilliseconds)
            })
    }

    /// Lays a legal hold on the audit log, or releases it.
    func holdAudit(_ order: AuditHoldOrder, actor: AuditActor) async throws -> AuditHoldState {
        try order.check()
        if let reason = order.reason {
            if let until = order.untilMilliseconds, until <= clock.milliseconds() {
                throw ControlFailure(
                    code: .badRequest, message: "The hold would have ended already.",
                    next: "Name a later day, or none.")
            }
            _ = try await store.holdAuditLog(
                reason: reason, until: order.untilMilliseconds, actor: actor)
        } else {
            guard try await store.auditHold() != nil else {
                throw ControlFailure(
                    code: .notFound, message: "The audit log is not held.",
                    next: "`accord status` shows whether it is.")
            }
            try await store.releaseAuditHold(actor: actor)
        }
        return try await auditHold()
    }

    /// What of the log is in an archive only; `nil` if nothing is.
    func prunedPart() async throws -> AuditPrunedPart? {
        try await store.prunedAudit().map {
            AuditPrunedPart(
                minimum: Int($0.minimum), prunedMilliseconds: $0.milliseconds, digest: $0.digest)
        }
    }

    /// Prunes the oldest entries, or says only that this could be.
    func pruneAudit(_ pruning: AuditPruning, actor: AuditActor) async throws -> AuditPruned {
        try await checkRetention(pruning)
        guard let archive = pruning.archive else {
            return AuditPruned(minimum: try await prunedPart()?.minimum ?? 0, dropped: 0)
        }
        let order = AuditPruneOrder(
            beforeMilliseconds: pruning.beforeMilliseconds, archive: try Self.archive(archive),
            quorum: node.configuration.auditQuorum)
        var dropped = 0
        while true {
            switch try await store.pruneAuditLog(order, actor: actor) {
            case .pruned(let minimum, let count, let mayGoOn):
                dropped += Int(count)
                if !mayGoOn { return AuditPruned(minimum: Int(minimum), dropped: dropped) }
            case .nothing where dropped > 0, .suspended where dropped > 0:
                let minimum = try await prunedPart()?.minimum
                return AuditPruned(minimum: minimum ?? dropped, dropped: dropped)
            case let outcome: throw Self.refusal(outcome)
            }
        }
    }

    private static func refusal(_ outcome: AuditPruneOutcome) -> ControlFailure {
        switch outcome {
        case .held: .isHeld
        case .contradicted: .isContradicted
        case .foreignArchive: .isNoArchive
        case .suspended:
            ControlFailure(
                code: .notFound,
                message: "An entry that leaves an agency out of accountings is as old, and lasts.",
                next: "`accord audit search administration` shows it; it goes once it has ended.")
        case .nothing, .pruned:
            ControlFailure(
                code: .notFound,
                message: "No 256 entries are older, in the archive, and cosigned.",
                next: "`accord audit witness` shows how far peers have cosigned the log.")
        }
    }

    /// What can be said before there is an archive.
    private func checkRetention(_ pruning: AuditPruning) async throws {
        guard !store.auditStanding.isContradicted else { throw ControlFailure.isContradicted }
        guard try await store.auditHold() == nil else { throw ControlFailure.isHeld }
        guard !clock.standing.isHeld else {
            throw ControlFailure(
                code: .notReady, message: "The machine's clock stepped forward.",
                next: "Check the time, then run `accord clock confirm` if it is right.")
        }
        try pruning.check(
            keptYears: node.configuration.auditRetentionYears, at: clock.milliseconds())
    }

    private static func archive(_ text: String) throws(ControlFailure) -> BundleExport {
        do throws(LogRefusal) {
            return try BundleExport(encoded: text.utf8)
        } catch {
            throw .isNoArchive
        }
    }
}

extension ControlFailure {
    fileprivate static let isHeld = ControlFailure(
        code: .badRequest, message: "A legal hold is on the audit log.",
        next: "`accord status` shows it.")
    fileprivate static let isContradicted = ControlFailure(
        code: .badRequest, message: "There is evidence against the audit log: it is kept as it is.",
        next: "`accord audit verify` says where.")
    fileprivate static let isNoArchive = ControlFailure(
        code: .badRequest, message: "The export is not of this log.",
        next: "`accord audit export --prune-before` makes one.")
}
