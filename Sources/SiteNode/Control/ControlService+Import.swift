import AuditTrail
import ControlProtocol
import Interchange
import Logging
import RecordStore

extension ControlService {
    /// Applies a file unit by unit and reports as it goes; the answer ends with a summary.
    func importFile(_ request: ControlRequest, actor: AuditActor) throws -> ControlAnswer {
        let options = try ControlProtocol.ImportOptions(target: request.path)
        let run = ImportRun(
            store: store, options: options, actor: actor, bytes: request.body, logger: logger)
        return ControlAnswer(
            status: 200, contentType: "application/x-ndjson", body: .pieces(run.lines()))
    }
}

/// One file on its way into the store.
private struct ImportRun: Sendable {
    let store: SiteStore
    let options: ControlProtocol.ImportOptions
    let actor: AuditActor
    let bytes: [UInt8]
    let logger: Logger

    /// Units that share a commit, at most; their bytes then are near `batchBytes`.
    static let batchMax = 64
    /// From so many bytes on, a batch takes no further unit.
    static let batchBytes = 1 << 20

    /// The answer's lines, made as they are read, so that a caller who hangs up stops the import
    /// between two units.
    func lines() -> AsyncStream<[UInt8]> {
        let state = ImportProgressState(run: self)
        return AsyncStream { await state.next() }
    }

    /// Writes the audit entry of an import that ended early; a store that cannot write keeps none.
    func recordFailure(_ code: ControlFailure.Code) async {
        var fact = AuditFact(kind: .write, actor: actor)
        fact.outcome = .failed
        fact.reason = "importFile: \(code.rawValue)"
        do {
            try await store.record([fact])
        } catch {
            logger.error("a failed import was not recorded")
        }
    }

    func units() -> Result<[UnitSource], ImportRefusal> {
        do {
            return .success(
                try ImportFile.read(
                    bytes, format: options.format.flatMap { ImportFormat(rawValue: $0.rawValue) }))
        } catch {
            return .failure(error)
        }
    }

    /// - Parameter isLastTry: whether what is refused now is not tried again.
    func apply(_ units: [UnitSource], isLastTry: Bool) async throws -> [ImportOutcome] {
        var options = storeOptions
        options.refusalsAreRetried = !isLastTry
        return try await store.importUnits(units, options: options, actor: actor)
    }

    var storeOptions: RecordStore.ImportOptions {
        RecordStore.ImportOptions(
            sourceSystem: options.source ?? "file", again: options.appliesAgain)
    }
}

/// How far an import is; pulled from by the connection that answers.
private actor ImportProgressState {
    private let run: ImportRun
    private var units: [UnitSource]?
    private var next = 0
    private var summary = ImportSummary()
    private var deferred: [UnitSource] = []
    private var isRetrying = false
    /// Reports that the answer has not named yet.
    private var reports: [UnitReport] = []
    private var isFinished = false
    private let started = ContinuousClock.now

    init(run: ImportRun) {
        self.run = run
    }

    /// The next line of the answer; `nil` after the summary.
    func next() async -> [UInt8]? {
        guard !isFinished else { return nil }
        do {
            return try ControlCoding.encodeLine(try await nextLine())
        } catch {
            isFinished = true
            run.logger.warning("an import failed", metadata: ["reason": "\(error)"])
            await run.recordFailure(ControlService.failure(error).code)
            do {
                return try ControlCoding.encodeLine(
                    ImportLine.failure(ControlService.failure(error)))
            } catch {
                return nil
            }
        }
    }

    private func nextLine() async throws -> ImportLine {
        if units == nil, let refused = try await read() { return .unit(refused) }
        if !reports.isEmpty { return .unit(reports.removeFirst()) }
        let batch = takeBatch()
        if !batch.isEmpty, let units {
            for (unit, outcome) in zip(batch, try await apply(batch)) {
                take(outcome, of: unit)
            }
            return .progress(ImportProgress(done: next, total: units.count))
        }
        isFinished = true
        let (seconds, attoseconds) = (ContinuousClock.now - started).components
        summary.seconds = Double(seconds) + Double(attoseconds) / 1e18
        return .summary(summary)
    }

    private func apply(_ batch: [UnitSource]) async throws -> [ImportOutcome] {
        try await run.apply(batch, isLastTry: isRetrying || !run.options.retriesAtEnd)
    }

    private func read() async throws -> UnitReport? {
        switch run.units() {
        case .success(let read):
            units = read
            return nil
        case .failure(let refusal):
            units = []
            summary.units += 1
            summary.refused += 1
            try await run.store.recordRefusedFile(
                run.bytes, rule: refusal.rule.rawValue, options: run.storeOptions,
                actor: run.actor)
            return UnitReport(
                kind: .file, position: 0, outcome: .refused, resources: 0, created: 0, changed: 0,
                unchanged: 0,
                refusal: UnitRefusal(
                    rule: refusal.rule.rawValue, entry: refusal.entry, path: refusal.path,
                    offset: refusal.offset, message: refusal.message))
        }
    }

    /// The next units that share a commit, or those that were put off once no other is left.
    private func takeBatch() -> [UnitSource] {
        guard let units else { return [] }
        if next >= units.count {
            isRetrying = true
            let batch = Array(deferred.prefix(ImportRun.batchMax))
            deferred.removeFirst(batch.count)
            return batch
        }
        var batch: [UnitSource] = []
        var bytes = 0
        while next < units.count, batch.count < ImportRun.batchMax, bytes < ImportRun.batchBytes {
            batch.append(units[next])
            bytes += units[next].byteCount
            next += 1
        }
        return batch
    }

    private func take(_ outcome: ImportOutcome, of unit: UnitSource) {
        switch outcome {
        case .applied(let receipt):
            summary.units += 1
            summary.applied += 1
            summary.resources += receipt.entries
            summary.created += receipt.created
            summary.changed += receipt.changed
            summary.unchanged += receipt.unchanged
            summary.patients += receipt.patients
        case .alreadyImported(let receipt):
            summary.units += 1
            summary.alreadyImported += 1
            summary.resources += receipt.entries
        case .refused(let refusal):
            if run.options.retriesAtEnd, !isRetrying {
                deferred.append(unit)
                return
            }
            summary.units += 1
            summary.refused += 1
            reports.append(
                UnitReport(
                    kind: UnitReport.Kind(rawValue: unit.kind.rawValue) ?? .file,
                    position: unit.position, outcome: .refused, resources: 0, created: 0,
                    changed: 0, unchanged: 0,
                    refusal: UnitRefusal(
                        rule: refusal.rule, entry: refusal.entry, message: refusal.message)))
        }
    }
}
