import AuditTrail
import CareRecord
import ControlProtocol
import Logging
import RecordStore

extension ControlService {
    func answerAboutAudit(
        _ route: ControlRoute, _ request: ControlRequest, _ actor: AuditActor
    ) async throws -> ControlAnswer? {
        switch route {
        case .tailAudit: return try await tailAudit(try decode(request), actor: actor)
        case .searchAudit: return try await searchAudit(try decode(request), actor: actor)
        case .accountDisclosures:
            return try json(try await account(try decode(request), actor: actor))
        case .suspendAccounting:
            return try json(try await suspendAccounting(try decode(request), actor: actor))
        case .verifyAudit: return try json(try await verifyAudit(try decode(request), actor: actor))
        case .proveAudit: return try json(try await proveAudit(try decode(request), actor: actor))
        case .compareAudit: return try json(try await compareAudit(try decode(request)))
        case .auditHead: return try json(try await auditHead())
        case .auditWitnesses: return try json(try await witnessReport())
        case .holdAudit: return try json(try await holdAudit(try decode(request), actor: actor))
        case .pruneAudit: return try json(try await pruneAudit(try decode(request), actor: actor))
        case .exportAudit: return try await exportAudit(try decode(request), actor: actor)
        default: return nil
        }
    }

    /// The last entries: their own bytes in one array, for they are JSON.
    private func tailAudit(_ tail: AuditTail, actor: AuditActor) async throws -> ControlAnswer {
        try tail.check()
        let entries = try await store.lastAuditEntries(UInt64(tail.count), actor: actor)
        return array(of: try await prunedItem(behind: entries, of: tail.count) + items(entries))
    }

    /// The entries that answer a question.
    private func searchAudit(_ search: AuditSearch, actor: AuditActor) async throws -> ControlAnswer
    {
        try search.check()
        if search.question == .unusual { return try await findUnusual(search, actor: actor) }
        var question = AuditSearchOrder(
            name: search.question.rawValue,
            kinds: search.question.kinds.compactMap { AuditKind(rawValue: $0) },
            countMax: search.count)
        question.basis = search.question.basis
        question.before = search.before.map { UInt64(max(0, $0)) }
        question.patient = try search.patient.map(Self.auditedPatient)
        let entries = try await store.searchAudit(question, actor: actor)
        return array(of: try await items(entries) + prunedItem(behind: entries, of: search.count))
    }

    /// The patient whom a question is about.
    static func auditedPatient(_ text: String) throws(ControlFailure) -> PatientID {
        guard let patient = PatientID(text: text) else {
            throw ControlFailure(
                code: .badRequest, message: "The patient's id is not one.",
                next: "`accord patient find` shows ids.")
        }
        return patient
    }

    private func items(_ entries: [StoredAuditEntry]) throws -> [[UInt8]] {
        try entries.map(Self.item)
    }

    /// What stands for the pruned entries where fewer were found than were asked for.
    private func prunedItem(
        behind entries: [StoredAuditEntry], of count: Int
    ) async throws -> [[UInt8]] {
        guard entries.count < count, let part = try await prunedPart() else { return [] }
        return [try ControlCoding.encode(part.entry)]
    }

    func array(of items: [[UInt8]]) -> ControlAnswer {
        let body = Array("[".utf8) + items.joined(separator: ",".utf8) + Array("]".utf8)
        return ControlAnswer(status: 200, contentType: "application/json", body: .bytes(body))
    }

    /// The bytes of an entry; a row that holds none does not stand in the way of the others.
    static func item(_ entry: StoredAuditEntry) throws -> [UInt8] {
        do {
            _ = try ControlCoding.decode(AuditLogEntry.self, from: entry.bytes)
            return entry.bytes
        } catch {
            var unreadable = AuditLogEntry(
                seq: Int(entry.sequence), time: 0, kind: "unreadable", outcome: "failed",
                actor: AuditLogEntry.Actor(id: "unknown", role: "unknown"))
            unreadable.reason = "the row is no entry"
            return try ControlCoding.encode(unreadable)
        }
    }

    /// Checks the log against its own heads, the one kept outside the store, and the caller's.
    private func verifyAudit(_ check: AuditCheck, actor: AuditActor) async throws -> AuditVerdict {
        var policy = LogVerifier.Policy()
        policy.witnessesMin = max(0, check.witnessesMin)
        let brought = try check.since.map(Self.head)
        let kept = try auditHeadFile.read(ofLog: store.auditKey.name)
        if let brought { policy.heads.append(brought) }
        let asked = check.asksWitnesses == true ? try await askWitnesses() : nil
        var verdict = try await verifyWitnessed(policy, kept: kept)
        if verdict.exitCode == 1 {
            // What the caller's head alone says does not end the signing.
            let own =
                brought == nil
                ? verdict : try await verifyAudit(LogVerifier.Policy(), kept: kept)
            if own.exitCode == 1 { try await store.stopSigningAuditLog() }
        }
        if let asked { verdict = verdict.weighed(against: asked) }
        if let peer = check.peer, verdict.exitCode == 0 {
            verdict = verdict.weighed(
                against: try await join(peer), size: Int(store.auditStanding.edge.size))
        }
        var fact = AuditFact(kind: .review, actor: actor)
        fact.reason = "audit log: \(verdict.line)"
        if verdict.exitCode > 0 { fact.outcome = .failed }
        try await store.record([fact])
        return verdict
    }

    /// Checks the log once its newest head is witnessed as the policy demands. An entry that comes
    /// between the two makes a newer head: then both are done again.
    private func verifyWitnessed(
        _ policy: LogVerifier.Policy, kept: SignedHead?
    ) async throws -> AuditVerdict {
        for _ in 0..<3 {
            try await awaitWitnesses(policy.witnessesMin, for: .seconds(10))
            let witnessed = store.auditStanding.signedSize
            let verdict = try await verifyAudit(policy, kept: kept)
            let isNewer = store.auditStanding.signedSize > witnessed
            guard verdict.exitCode == 2, policy.witnessesMin > 0, isNewer else { return verdict }
        }
        return try await verifyAudit(policy, kept: kept)
    }

    private func verifyAudit(
        _ policy: LogVerifier.Policy, kept: SignedHead?
    ) async throws -> AuditVerdict {
        var verdict = AuditVerdict(try await store.verifyAuditLog(policy, kept: kept))
        if verdict.exitCode != 1 { verdict.pruned = try await prunedPart() }
        guard verdict.exitCode == 0, let gap = try await store.auditCoverageGap() else {
            return verdict
        }
        return AuditVerdict(line: "evidence seq=\(gap) check=coverage", exitCode: 1)
    }

    /// The file that holds the newest signed head outside the data directory.
    var auditHeadFile: AuditHeadFile {
        AuditHeadFile(directory: node.configuration.highWaterDirectory)
    }

    private func proveAudit(
        _ reference: AuditReference, actor: AuditActor
    ) async throws -> AuditNote {
        if let part = try await prunedPart(), reference.sequence < part.minimum {
            throw ControlFailure(
                code: .notFound, message: "Entry \(reference.sequence): \(part.text).",
                next: "Look for it in that archive.")
        }
        let proof = try await store.proveAuditEntry(
            UInt64(max(0, reference.sequence)), actor: actor, witnessing: awaitKnownWitnesses)
        return AuditNote(text: String(decoding: proof.encoded, as: UTF8.self))
    }

    private func auditHead() async throws -> AuditNote {
        try await store.signAuditLog()
        try await awaitKnownWitnesses()
        guard let head = try await store.auditHead() else {
            throw ControlFailure(
                code: .notFound, message: "The audit log has not been signed yet.",
                next: "Try again in a minute.")
        }
        return AuditNote(text: String(decoding: head.encoded, as: UTF8.self))
    }

    /// Whether the log has grown from both heads, and so the newer from the older.
    private func compareAudit(_ comparison: AuditComparison) async throws -> AuditVerdict {
        let heads = try [comparison.old, comparison.new].map(Self.head)
        for head in heads {
            do throws(LogRefusal) {
                _ = try head.note.signers(among: [store.auditKey])
            } catch {
                return AuditVerdict(.unchecked(.foreignHead))
            }
        }
        if let verdict = Self.contradiction(heads.map(\.head)) { return verdict }
        try await store.signAuditLog()
        let size = store.auditStanding.signedSize
        var agreed: UInt64 = 0
        for head in heads.map(\.head).sorted(by: { $0.size < $1.size }) {
            guard head.size <= size else { return AuditVerdict(.evidence(.init(.size, at: size))) }
            if let part = try await prunedPart(), head.size < UInt64(part.minimum),
                !head.size.isMultiple(of: 256)
            {
                var verdict = AuditVerdict(.unchecked(.earlyHead))
                verdict.pruned = part
                return verdict
            }
            let root = try await store.withAuditTree(size: head.size) { try $0.root() }
            guard root == head.root else {
                return AuditVerdict(.evidence(.init(.root, at: agreed)))
            }
            agreed = head.size
        }
        let sizes = heads.map(\.head.size).sorted()
        return AuditVerdict(line: "consistent old=\(sizes[0]) new=\(sizes[1])", exitCode: 0)
    }

    /// What two heads of one size with different roots are by themselves, whatever is left of the log:
    /// evidence of a rewritten history.
    private static func contradiction(_ heads: [LogHead]) -> AuditVerdict? {
        guard let first = heads.first,
            heads.contains(where: { $0.size == first.size && $0.root != first.root })
        else { return nil }
        return AuditVerdict(.evidence(.init(.root, at: first.size)))
    }

    private func exportAudit(
        _ order: AuditExportOrder, actor: AuditActor
    ) async throws -> ControlAnswer {
        let files: any AuditExportFiles =
            if let path = order.form.path {
                AuditTableFiles(
                    try await store.exportAuditTable(
                        form: order.form.rawValue, actor: actor, witnessing: awaitKnownWitnesses),
                    form: order.form, path: path,
                    site: AuditLogEntry.Party(
                        site: node.identity.replica.site.description,
                        name: node.configuration.siteName), origin: store.auditKey.name)
            } else {
                try await store.exportAuditLog(actor: actor, witnessing: awaitKnownWitnesses)
            }
        let state = AuditExportState(files: files, pruned: try await prunedPart(), logger: logger)
        return ControlAnswer(
            status: 200, contentType: "application/x-ndjson",
            body: .pieces(AsyncStream { await state.next() }))
    }

    private static func head(_ text: String) throws(ControlFailure) -> SignedHead {
        do throws(LogRefusal) {
            return try SignedHead(encoded: text.utf8)
        } catch {
            throw ControlFailure(
                code: .badRequest, message: "The text is no signed head (\(error.rawValue)).",
                next: "`accord audit export --format head` writes one.")
        }
    }
}

extension AuditVerdict {
    init(_ verdict: LogVerdict) {
        self.init(line: verdict.line, exitCode: Int(verdict.exitCode))
        if case .intact(let summary) = verdict {
            witnesses = summary.witnesses
            headsPassedOver = summary.headsBelowMinimum
        }
    }
}
