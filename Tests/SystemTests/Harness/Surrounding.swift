import Foundation

/// What the environment asks of the tests.
enum Surrounding {
    /// A variable, unless it is absent or empty.
    static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The folder of outside data, where there is one.
    static var data: URL? { value("ACCORD_DATA").map { URL(filePath: $0) } }

    /// Whether the packed data sets are imported as well.
    static var takesAllData: Bool { data != nil && value("ACCORD_DATA_FULL") == "1" }

    /// How many processes the kill loops end.
    static var kills: Int { value("ACCORD_KILLS").flatMap(Int.init) ?? 6 }

    /// What random moments are drawn from; printed, so that a run can be repeated.
    static var seed: UInt64 {
        value("ACCORD_SEED").flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999)
    }

    /// Whether transcripts are written anew.
    static var records: Bool { value("RECORD") == "1" }

    /// The environment of child processes: this one without settings of Accord, and the given
    /// variables.
    static func environment(with extra: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("ACCORD_") && $0.key != "RECORD" }
            .merging(extra) { $1 }
    }
}
