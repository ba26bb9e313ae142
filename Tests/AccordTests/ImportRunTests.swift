import ControlProtocol
import Synchronization
import Testing

@testable import ControlClient

@Suite("ImportRun")
struct ImportRunTests {
    /// Answers each file with what it was told, in order, and keeps what it was sent.
    private final class Node: ImportTarget {
        struct Call: Equatable {
            let bytes: [UInt8]
            let options: ImportOptions
        }

        let answers: Mutex<[Result<[ImportLine], any Error>]>
        let calls = Mutex<[Call]>([])

        init(_ answers: [Result<[ImportLine], any Error>]) {
            self.answers = Mutex(answers)
        }

        func importFile(
            _ bytes: [UInt8], _ options: ImportOptions, onLine: (ImportLine) -> Void
        ) async throws -> ImportSummary {
            calls.withLock { $0.append(Call(bytes: bytes, options: options)) }
            let lines = try answers.withLock { try $0.removeFirst().get() }
            var summary = ImportSummary()
            for line in lines {
                onLine(line)
                if case .summary(let last) = line { summary = last }
            }
            return summary
        }
    }

    private static let refusedUnit = UnitReport(
        kind: .transaction, position: 0, outcome: .refused, resources: 2, created: 0, changed: 0,
        unchanged: 0, refusal: UnitRefusal(rule: "r", message: "m"))
    private static let applied: [ImportLine] = [
        .progress(ImportProgress(done: 1, total: 2)),
        .summary(ImportSummary(units: 1, applied: 1, resources: 2, created: 2, patients: 1)),
    ]
    private static let refused: [ImportLine] = [
        .unit(refusedUnit), .summary(ImportSummary(units: 1, refused: 1, resources: 2)),
    ]
    private static let absent = NodeControlFailure(code: .notRunning, socketPath: "/s")

    @Test("sends bytes and options, never the name of a file")
    func sends() async {
        let node = Node([.success(Self.applied)])
        let report = await run(node, ["secret-name"])
        #expect(node.calls.withLock { $0 } == [.init(bytes: [11], options: ImportOptions())])
        #expect(report.exitStatus == 0)
        #expect(report.total.created == 2)
    }

    @Test("a refused unit ends with 1 and is reported with its file")
    func refuses() async {
        let report = await run(Node([.success(Self.applied), .success(Self.refused)]), ["a", "b"])
        #expect(report.exitStatus == 1)
        #expect(report.files.map(\.refused) == [[], [Self.refusedUnit]])
    }

    @Test(
        "with --defer, what was refused is sent once more after the last file, and not applied again"
    )
    func defers() async {
        let options = ImportOptions(appliesAgain: true, retriesAtEnd: true)
        let node = Node([
            .success(Self.refused), .success(Self.applied), .success(Self.applied),
        ])
        let report = await run(node, ["aa", "b"], options)
        #expect(node.calls.withLock { $0.map(\.bytes) } == [[2], [1], [2]])
        #expect(node.calls.withLock { $0.map(\.options.appliesAgain) } == [true, true, false])
        #expect(report.exitStatus == 0)
        #expect(report.total.units == 2)
        #expect(report.total.applied == 2)
        #expect(report.total.resources == 4)
    }

    @Test("a file that cannot be read does not stop the others; a node that is gone does")
    func problems() async {
        let tooLarge = ControlFailure(code: .tooLarge, message: "M.", next: "N.")
        let node = Node([.failure(tooLarge), .success(Self.applied), .failure(Self.absent)])
        let report = await run(node, ["a", "unreadable", "b", "c", "d"])
        #expect(report.exitStatus == 2)
        #expect(report.files.map { $0.problem == nil } == [false, false, true, false, true])
        #expect(report.files.map(\.wasTried) == [true, true, true, true, false])
        #expect(report.files[0].problem == "M. N.")
    }

    @Test("the bar goes forward over all files, and is removed")
    func meter() async {
        let drawn = Mutex<[String]>([])
        let meter = ImportMeter(sizes: [100, 300]) { text in drawn.withLock { $0.append(text) } }
        var run = ImportRun(
            target: Node([.success(Self.applied), .success(Self.applied)]),
            options: ImportOptions(), meter: meter
        ) { _ in [] }
        _ = await run.send([InputFile(path: "a"), InputFile(path: "b")])
        let bars = drawn.withLock { $0 }.map { $0.replacing("\r\u{1B}[K", with: "") }
        #expect(
            bars == [
                "[..............................] 0 %  file 1 of 2",
                "[###...........................] 12 %  file 1 of 2",
                "[#######.......................] 25 %  file 2 of 2",
                "[##################............] 62 %  file 2 of 2", "",
            ])
    }

    private func run(
        _ node: Node, _ paths: [String], _ options: ImportOptions = ImportOptions()
    ) async -> ImportReport {
        var run = ImportRun(
            target: node, options: options, meter: ImportMeter(sizes: [], draw: nil)
        ) { file throws(InputFile.Failure) in
            if file.path == "unreadable" { throw InputFile.Failure(description: "Unreadable.") }
            return [UInt8(file.path.utf8.count)]
        }
        return await run.send(paths.map(InputFile.init))
    }
}
