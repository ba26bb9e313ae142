import Foundation

/// What the tamper suite (`audit.md` §10) tried, and what caught it: `make tamper` prints a line for
/// each mutation.
///
/// A line is counted from the verdicts themselves, so one that nothing caught stands there as such.
public struct TamperReport: Sendable {
    /// How many entries the logs have: 300, or as many as `ACCORD_TAMPER_ENTRIES` says, from 300 on.
    public static let entries = max(
        300, ProcessInfo.processInfo.environment["ACCORD_TAMPER_ENTRIES"].flatMap { Int($0) } ?? 0)

    /// Whether mutations that take long are tried at more positions.
    public static let isFull = entries >= 1_024

    private let row: Int
    private let name: String
    private let verifiers: String
    private var counts: [String: Int] = [:]

    /// Begins a line.
    ///
    /// - Parameters:
    ///   - row: of the table in `audit.md` §10, from 1; 0 for logs that must pass.
    ///   - verifiers: who gave the verdict; where two did, it was the same.
    public init(row: Int, _ name: String, verifiers: String) {
        self.row = row
        self.name = name
        self.verifiers = verifiers
    }

    /// Counts a position by the line of its verdict.
    public mutating func add(line: String) {
        if let check = line.range(of: " check=") {
            add(String(line[check.upperBound...]))
        } else {
            add(line.hasPrefix("intact") ? "NOTHING" : line)
        }
    }

    /// Counts a position by what caught it; `nil`: nothing did.
    public mutating func add(_ check: String?) { counts[check ?? "NOTHING", default: 0] += 1 }

    /// Appends the line, as one for each check, to the file that `ACCORD_TAMPER_REPORT` names, if there is one.
    public func write() throws {
        guard let path = ProcessInfo.processInfo.environment["ACCORD_TAMPER_REPORT"] else { return }
        let lines = counts.sorted { $0.key < $1.key }.map {
            "\(row)\t\(name)\t\(verifiers)\t\($0.key)\t\($0.value)\n"
        }
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(filePath: path))
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { file.closeFile() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(lines.joined().utf8))
    }
}
