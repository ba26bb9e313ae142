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
    static var kills: Int { faults("ACCORD_KILLS") }

    /// How often the power of a site is cut.
    static var powerCuts: Int { faults("ACCORD_POWER_CUTS") }

    /// How often a call fails by which a site writes its files.
    static var callFailures: Int { faults("ACCORD_CALL_FAILURES") }

    /// In how many rounds connections are cut.
    static var linkCuts: Int { faults("ACCORD_LINK_CUTS") }

    /// How often a clock jumps.
    static var clockJumps: Int { faults("ACCORD_CLOCK_JUMPS") }

    /// How many faults of one kind there are, or of each.
    private static func faults(_ name: String) -> Int {
        number(name) ?? number("ACCORD_FAULTS") ?? 6
    }

    private static func number(_ name: String) -> Int? { value(name).flatMap(Int.init) }

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
