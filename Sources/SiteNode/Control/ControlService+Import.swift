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

    private static let progressEvery = 64

    /// The answer's lines, made as they are read, so that a caller who hangs up stops the import
    /// between two units.
    func lines() -> AsyncStream<[UInt8]> {
        let state = ImportProgressState(run: self)
        return AsyncStream { await state.next() }
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

    func apply(_ unit: UnitSource) async throws -> ImportOutcome {
        try await store.importUnit(
            unit,
            options: RecordStore.ImportOptions(
                sourceSystem: options.source ?? "file", again: options.appliesAgain),
            actor: actor)
    }

    static func isProgressDue(_ done: Int) -> Bool { done % progressEvery == 0 }
}

/// How far an import is; pulled from by the connection that answers.
private actor ImportProgressState {
    private let run: ImportRun
    private var units: [UnitSource]?
    private var next = 0
    private var summary = ImportSummary()
    private var deferred: [UnitSource] = []
    private var isRetrying = false
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
            do {
                return try ControlCoding.encodeLine(
                    ImportLine.failure(ControlService.failure(error)))
            } catch {
                return nil
            }
        }
    }

    private func nextLine() async throws -> ImportLine {
        if units == nil, let refused = read() { return .unit(refused) }
        while let unit = takeUnit() {
            if let report = try await apply(unit) { return .unit(report) }
            if ImportRun.isProgressDue(next), let units {
                return .progress(ImportProgress(done: next, total: units.count))
            }
        }
        isFinished = true
        let (seconds, attoseconds) = (ContinuousClock.now - started).components
        summary.seconds = Double(seconds) + Double(attoseconds) / 1e18
        return .summary(summary)
    }

    private func read() -> UnitReport? {
        switch run.units() {
        case .success(let read):
            units = read
            return nil
        case .failure(let refusal):
            units = []
            summary.units += 1
            summary.refused += 1
            return UnitReport(
                kind: .file, position: 0, outcome: .refused, resources: 0, created: 0, changed: 0,
                unchanged: 0,
                refusal: UnitRefusal(
                    rule: refusal.rule.rawValue, entry: refusal.entry, path: refusal.path,
                    offset: refusal.offset, message: refusal.message))
        }
    }

    private func takeUnit() -> UnitSource? {
        guard let units else { return nil }
        if next < units.count {
            defer { next += 1 }
            return units[next]
        }
        isRetrying = true
        return deferred.isEmpty ? nil : deferred.removeFirst()
    }

    private func apply(_ unit: UnitSource) async throws -> UnitReport? {
        switch try await run.apply(unit) {
        case .applied(let receipt):
            summary.units += 1
            summary.applied += 1
            summary.resources += receipt.entries
            summary.created += receipt.created
            summary.changed += receipt.changed
            summary.unchanged += receipt.unchanged
            summary.patients += receipt.patients
            return nil
        case .alreadyImported(let receipt):
            summary.units += 1
            summary.alreadyImported += 1
            summary.resources += receipt.entries
            return nil
        case .refused(let refusal):
            if run.options.retriesAtEnd, !isRetrying {
                deferred.append(unit)
                return nil
            }
            summary.units += 1
            summary.refused += 1
            return UnitReport(
                kind: UnitReport.Kind(rawValue: unit.kind.rawValue) ?? .file,
                position: unit.position, outcome: .refused, resources: 0, created: 0, changed: 0,
                unchanged: 0,
                refusal: UnitRefusal(
                    rule: refusal.rule, entry: refusal.entry, message: refusal.message))
        }
    }
}
