/// Rules on single fragments of code.
enum TokenRules {
    /// Targets that hold no input or output, no clock and no hidden chance.
    static let pureTargets = [
        "AuditTrail", "CareRecord", "ConflictResolver", "Consent", "Interchange",
        "MergeComparison", "MergeModel", "PatientIdentity", "PopulationHealth", "SamplePatients",
        "Signing", "StrictJSON", "SyncEngine",
    ]

    /// What a pure target may not contain.
    static let impureTokens = [
        "async", "await", "Date()", "Date.now", "ContinuousClock", "SuspendingClock",
        "SystemRandomNumberGenerator", "UUID(", ".shuffled()", ".randomElement()", ".random()",
        "Task {", "Task(", "print(",
    ]

    /// What no source file may contain, with what to write instead.
    static let bannedTokens = [
        "try!": "handle the error, or state the impossible with `preconditionFailure`",
        "try?": "handle the error; nothing is dropped in silence",
        "as!": "use `as?` and say what happens otherwise",
        "fatalError": "throw, or use `precondition`",
        "Task.detached": "use a task group",
        "Task {": "use a task group",
        "Task(": "use a task group",
        "DispatchQueue": "use an actor or a task group",
        "DispatchSemaphore": "use an actor or a task group",
        "@unchecked Sendable": "use a value, an actor or a `Mutex`",
    ]

    /// Files that may contain a banned token: path → tokens. `@unchecked Sendable` belongs to the
    /// owner of a C handle only, beside a comment that proves it; the rest need a decision record.
    static let exceptions: [String: [String]] = [
        // One dictionary for the life of the process, made once and only read.
        "Sources/WireFormat/Frames/FrameCodec.swift": ["@unchecked Sendable"],
        // Every function of the C library behind it takes one mutex.
        "Sources/SimulationSupport/SimulatedDisk.swift": ["@unchecked Sendable"],
    ]

    /// The names that make a pure target impure.
    static func impurities(in file: SourceTree.File, target: String) -> [Finding] {
        guard pureTargets.contains(target) else { return [] }
        return impureTokens.flatMap { token in
            findings(file, TokenSearch.offsets(of: token, in: file.source.code)) {
                "`\(token)` in the pure target \(target)"
            }
        } + callsWithoutGenerator(in: file, target: target)
    }

    /// Banned fragments, force unwraps and remarks without an issue.
    static func violations(
        in file: SourceTree.File, exceptions: [String: [String]] = Self.exceptions
    ) -> [Finding] {
        let code = file.source.code
        let excepted = exceptions[file.path] ?? []
        let banned = bannedTokens.sorted { $0.key < $1.key }.flatMap { token, advice in
            excepted.contains(token)
                ? []
                : findings(file, TokenSearch.offsets(of: token, in: code)) {
                    "`\(token)`: \(advice)"
                }
        }
        return banned
            + findings(file, forceUnwraps(in: code)) { "a force unwrap" }
            + findings(file, openRemarks(in: file.source.comments)) {
                "a remark without an issue number, as in `TODO(#12)`"
            }
    }

    /// `random(in:)` takes its chance from the system unless `using:` follows.
    private static func callsWithoutGenerator(
        in file: SourceTree.File, target: String
    ) -> [Finding] {
        let code = file.source.code
        let calls = TokenSearch.offsets(of: ".random(in:", in: code).filter { start in
            let end = code[start...].firstIndex(of: UInt8(ascii: "\n")) ?? code.endIndex
            return TokenSearch.offsets(of: "using:", in: Array(code[start..<end])).isEmpty
        }
        return findings(file, calls) {
            "`random(in:)` without `using:` in the pure target \(target)"
        }
    }

    /// The offsets of `!` directly after the end of an expression or type.
    private static func forceUnwraps(in code: [UInt8]) -> [Int] {
        code.indices.filter { offset in
            guard code[offset] == UInt8(ascii: "!"), offset > 0 else { return false }
            if offset + 1 < code.count, code[offset + 1] == UInt8(ascii: "=") { return false }
            let before = code[offset - 1]
            guard TokenSearch.isWord(before) || ")]}>?\"`".utf8.contains(before) else {
                return false
            }
            let word = code[..<offset].reversed().prefix(while: TokenSearch.isWord).reversed()
            return !["try", "as"].contains(String(decoding: Array(word), as: UTF8.self))
        }
    }

    /// The offsets of open remarks that name no issue.
    private static func openRemarks(in comments: [UInt8]) -> [Int] {
        ["TODO", "FIXME", "XXX"].flatMap { mark in
            TokenSearch.offsets(of: mark, in: comments).filter { start in
                let rest = comments[(start + mark.utf8.count)...]
                    .drop { "( :".utf8.contains($0) }
                guard rest.first == UInt8(ascii: "#") else { return true }
                let digit = rest.dropFirst().first ?? 0
                return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
            }
        }
    }

    private static func findings(
        _ file: SourceTree.File, _ offsets: [Int], _ problem: () -> String
    ) -> [Finding] {
        offsets.map {
            Finding(path: file.path, line: file.source.line(at: $0), problem: problem())
        }
    }
}
