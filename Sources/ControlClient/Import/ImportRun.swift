public import ControlProtocol

/// Sends files to a node, one after the other.
public struct ImportRun {
    /// Reads a file that the command line names.
    public typealias Reader = (InputFile) throws(InputFile.Failure) -> [UInt8]

    private let target: any ImportTarget
    private let options: ImportOptions
    private let read: Reader
    private var progress: ImportMeter

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - target: who takes the files in.
    ///   - options: how; with `retriesAtEnd`, files with refused units are sent once more after
    ///     all others, since what they lacked may have come with a later file.
    ///   - meter: where progress is drawn.
    ///   - read: reads a file.
    public init(
        target: any ImportTarget, options: ImportOptions, meter: ImportMeter,
        read: @escaping Reader = { file throws(InputFile.Failure) in try file.read() }
    ) {
        self.target = target
        self.options = options
        self.read = read
        progress = meter
    }

    /// Sends the files.
    ///
    /// A file that cannot be read or that the node refuses as a whole is noted, and the next one is
    /// sent; once the node itself cannot be reached, the rest is noted as not tried.
    public mutating func send(_ files: [InputFile]) async -> ImportReport {
        var report = ImportReport(files: files.map { ImportReport.File(path: $0.path) })
        var isReachable = true
        for (index, file) in files.enumerated() {
            guard isReachable else {
                report.files[index].wasTried = false
                continue
            }
            progress.begin(file: index)
            isReachable = await send(file, options, into: &report.files[index])
        }
        if options.retriesAtEnd, isReachable { await sendAgain(files, &report) }
        progress.clear()
        return report
    }

    private mutating func sendAgain(_ files: [InputFile], _ report: inout ImportReport) async {
        var again = options
        again.appliesAgain = false
        // Standard input can be read once only.
        for (index, file) in files.enumerated()
        where !report.files[index].refused.isEmpty && file.path != "-" {
            var attempt = ImportReport.File(path: file.path)
            let isReachable = await send(file, again, into: &attempt)
            report.files[index].add(secondAttempt: attempt)
            guard isReachable else { return }
        }
    }

    /// Sends one file; returns whether the node can still be reached.
    private mutating func send(
        _ file: InputFile, _ options: ImportOptions, into report: inout ImportReport.File
    ) async -> Bool {
        var refused: [UnitReport] = []
        defer { report.refused = refused }
        do {
            let bytes = try read(file)
            report.summary = try await target.importFile(bytes, options) { line in
                switch line {
                case .unit(let unit) where unit.outcome == .refused: refused.append(unit)
                case .progress(let part): progress.advance(part)
                case .unit, .summary, .failure: break
                }
            }
        } catch let failure as NodeControlFailure {
            report.problem = failure.description
            return false
        } catch let failure as ControlFailure {
            report.problem = failure.description
        } catch let failure as InputFile.Failure {
            report.problem = failure.description
        } catch {
            report.problem = "It could not be sent."
        }
        return true
    }
}
