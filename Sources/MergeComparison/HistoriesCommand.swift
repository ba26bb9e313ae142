/// What `accord-simulate histories=…` does: tells histories to the resolver and to the reference
/// model, and counts them.
///
/// Arguments are words like `seed=1 histories=100000`. `part=1/2` tells every second history, from
/// the second.
package struct HistoriesCommand {
    private let first: UInt64
    private let count: UInt64
    private let part: (number: UInt64, of: UInt64)

    /// Reads the words; `nil` unless they ask for histories, and rightly.
    package init?(arguments: [String]) {
        var values: [String: String] = [:]
        for argument in arguments {
            let words = argument.split(separator: "=", maxSplits: 1).map(String.init)
            if words.count == 2 { values[words[0]] = words[1] }
        }
        let part = (values["part"] ?? "0/1").split(separator: "/").compactMap { UInt64($0) }
        guard let count = values["histories"].flatMap({ UInt64($0) }),
            let first = UInt64(values["seed"] ?? "1"), part.count == 2, part[1] > 0
        else { return nil }
        self.first = first
        self.count = count
        self.part = (part[0], part[1])
    }

    /// Tells the histories. Says `failed SEED WHAT` for each that fails, with what repeats it, and
    /// at the end `histories COUNT CHANGES COMPARISONS HASH`. The hash is a sum over the histories,
    /// modulo 2⁶⁴: those of all parts add up to that of the whole.
    ///
    /// - Returns: whether both sides agreed in all of them.
    package func run(_ say: (String) -> Void) -> Bool {
        var holds = true
        var (changes, comparisons) = (0, 0)
        var hash: UInt64 = 0
        var told: UInt64 = 0
        for seed in first..<first + count where seed % part.of == part.number {
            let outcome = HistoryRun.run(seed, steps: HistoryRun.stepCount(seed))
            told += 1
            changes += outcome.changes
            comparisons += outcome.comparisons
            hash &+= outcome.hash
            guard let difference = outcome.difference else { continue }
            holds = false
            say("failed \(seed) \(difference)")
            say("  repeat with: make histories SEED=\(seed) HISTORIES=1")
        }
        say("histories \(told) \(changes) \(comparisons) \(hash)")
        return holds
    }
}
