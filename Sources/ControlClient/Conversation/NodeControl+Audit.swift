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

    /// Exports the audit log into a folder, which must be new or empty.
    ///
    /// - Parameter form: in which form.
    /// - Returns: how many files were written.
    /// - Throws: also `BundleFolder.Failure`, and `NodeControlFailure` with `.cutOff` if the answer
    ///   ended early.
    public func exportAudit(
        _ form: AuditExportOrder.Form, to folder: BundleFolder
    ) async throws -> Int {
        try folder.make()
        let (pieces, continuation) = AsyncStream<[UInt8]>.makeStream()
        let body = try ControlCoding.encode(AuditExportOrder(form: form))
        async let ending = request(body, continuation)
        var lines = LineSplitter()
        var last: String?
        var paths: Set<String> = []
        for await piece in pieces {
            for line in lines.add(piece) {
                let path = try write(line, to: folder)
                paths.insert(path)
                last = path
            }
        }
        let response = try await ending
        guard (200..<300).contains(response.status) else { throw Self.refusal(in: response) }
        guard last == BundleFolder.lastPath else {
            throw NodeControlFailure(code: .cutOff, socketPath: socketPath)
        }
        return paths.count
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

    private func write(_ line: [UInt8], to folder: BundleFolder) throws -> String {
        let decoded: AuditExportLine
        do {
            decoded = try ControlCoding.decode(AuditExportLine.self, from: line)
        } catch {
            throw NodeControlFailure(code: .unreadableAnswer, socketPath: socketPath)
        }
        if let failure = decoded.failure { throw failure }
        guard let path = decoded.path, let content = decoded.content else {
            throw NodeControlFailure(code: .unreadableAnswer, socketPath: socketPath)
        }
        try folder.write(path, content)
        return path
    }
}
