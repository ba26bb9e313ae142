public import ControlProtocol
import PeerTransport

extension NodeControl {
    /// How long a log of millions may take to be looked through.
    private static let auditTimeout: Duration = .seconds(3_600)

    /// The last entries of the audit log, ascending.
    public func auditTail(_ tail: AuditTail) async throws -> [AuditLogEntry] {
        try await call(.tailAudit, tail, answer: [AuditLogEntry].self)
    }

    /// The entries that answer a question, the newest first.
    public func searchAudit(_ search: AuditSearch) async throws -> [AuditLogEntry] {
        try await call(
            .searchAudit, search, timeout: .seconds(600), answer: [AuditLogEntry].self)
    }

    /// To whom a patient's record was disclosed.
    public func accountDisclosures(_ query: AccountingQuery) async throws -> Accounting {
        try await call(
            .accountDisclosures, query, timeout: Self.auditTimeout, answer: Accounting.self)
    }

    /// Leaves disclosures to an agency out of accountings, or ends that.
    public func suspendAccounting(
        _ suspension: AccountingSuspension
    ) async throws -> AccountingSuspensionState {
        try await call(.suspendAccounting, suspension, answer: AccountingSuspensionState.self)
    }

    /// Lets the node check its audit log.
    public func verifyAudit(_ check: AuditCheck) async throws -> AuditVerdict {
        try await call(.verifyAudit, check, timeout: Self.auditTimeout, answer: AuditVerdict.self)
    }

    /// The proof of one entry.
    public func proveAudit(_ entry: AuditReference) async throws -> AuditNote {
        try await call(.proveAudit, entry, answer: AuditNote.self)
    }

    /// Whether the log has grown from one signed head to another.
    public func compareAudit(_ comparison: AuditComparison) async throws -> AuditVerdict {
        try await call(.compareAudit, comparison, answer: AuditVerdict.self)
    }

    /// The newest signed head.
    public func auditHead() async throws -> AuditNote {
        try await call(.auditHead, answer: AuditNote.self)
    }

    /// Who witnesses whom.
    public func auditWitnesses() async throws -> WitnessReport {
        try await call(.auditWitnesses, answer: WitnessReport.self)
    }

    /// Lays a legal hold on the audit log, or releases it.
    public func holdAudit(_ order: AuditHoldOrder) async throws -> AuditHoldState {
        try await call(.holdAudit, order, answer: AuditHoldState.self)
    }

    /// Exports the audit log into a folder, which must be new or empty.
    ///
    /// - Parameter form: in which form.
    /// - Returns: how many files were written, and what of the log is in an archive only.
    /// - Throws: also `BundleFolder.Failure`, and `NodeControlFailure` with `.cutOff` if the answer
    ///   ended early.
    public func exportAudit(
        _ form: AuditExportOrder.Form, to folder: BundleFolder
    ) async throws -> (files: Int, pruned: AuditPrunedPart?) {
        try folder.make()
        let (pieces, continuation) = AsyncStream<[UInt8]>.makeStream()
        let body = try ControlCoding.encode(AuditExportOrder(form: form))
        async let ending = request(body, continuation)
        var lines = LineSplitter()
        var last: String?
        var paths: Set<String> = []
        var pruned: AuditPrunedPart?
        for await piece in pieces {
            for line in lines.add(piece) {
                let decoded = try read(line)
                pruned = pruned ?? decoded.pruned
                guard decoded.pruned == nil else { continue }
                let path = try write(decoded, to: folder)
                paths.insert(path)
                last = path
            }
        }
        let response = try await ending
        guard (200..<300).contains(response.status) else { throw Self.refusal(in: response) }
        guard last == BundleFolder.lastPath else {
            throw NodeControlFailure(code: .cutOff, socketPath: socketPath)
        }
        return (paths.count, pruned)
    }

    /// Prunes the oldest entries of the audit log; without an archive, asks whether that may be.
    public func pruneAudit(_ pruning: AuditPruning) async throws -> AuditPruned {
        try await call(.pruneAudit, pruning, timeout: Self.auditTimeout, answer: AuditPruned.self)
    }

    private func request(
        _ body: [UInt8], _ pieces: AsyncStream<[UInt8]>.Continuation
    ) async throws -> PeerResponse {
        defer { pieces.finish() }
        do {
            return try await socket.stream(
                method: .post, path: ControlRoute.exportAudit.path, body: body,
                headers: [("Content-Type", "application/json")], timeout: Self.auditTimeout
            ) { pieces.yield($0) }
        } catch let failure as PeerFailure {
            throw NodeControlFailure(failure, socketPath: socketPath)
        }
    }

    private func read(_ line: [UInt8]) throws -> AuditExportLine {
        let decoded: AuditExportLine
        do {
            decoded = try ControlCoding.decode(AuditExportLine.self, from: line)
        } catch {
            throw NodeControlFailure(code: .unreadableAnswer, socketPath: socketPath)
        }
        if let failure = decoded.failure { throw failure }
        return decoded
    }

    private func write(_ decoded: AuditExportLine, to folder: BundleFolder) throws -> String {
        guard let path = decoded.path, let content = decoded.content else {
            throw NodeControlFailure(code: .unreadableAnswer, socketPath: socketPath)
        }
        try folder.write(path, content)
        return path
    }
}
