import AuditTrail
import ProgramSupport
import Signing
import Testing

@Suite struct LogVerifierTests {
    static let log = SampleLog(count: 300, headSizes: [1, 100, 256, 299, 300])
    static let bundle = log.bundle()

    static func verdict(
        _ files: [String: [UInt8]], _ change: (inout LogVerifier.Policy) -> Void = { _ in }
    ) throws -> LogVerdict {
        var policy = LogVerifier.Policy()
        change(&policy)
        return try LogVerifier(policy: policy).verify { files[$0] }
    }

    static func evidence(_ check: LogCheck, _ sequence: UInt64) -> LogVerdict {
        .evidence(LogFinding(check, at: sequence))
    }

    @Test("the untouched log is intact for both verifiers")
    func untouched() throws {
        let verdict = try Self.verdict(Self.bundle) { $0.witnessesMin = 2 }
        #expect(verdict.line == "intact entries=300 minimum=0 heads=5 witnesses=2")
        #expect(verdict.exitCode == 0)
        let lines = try SecondVerifier.check(
            base: Self.bundle, changes: [[:]], options: ["--require-witnesses", "2"])
        #expect(lines == [verdict.line])
    }

    @Test(
        "logs of every size around a tile are intact for both",
        arguments: [
            1, 2, 255, 256, 257, 511, 512, 513,
        ])
    func sizes(count: Int) throws {
        let log = SampleLog(
            count: count, headSizes: Array(Set([1, count / 2 + 1, count])).sorted())
        let verdict = try Self.verdict(log.bundle())
        #expect(verdict.exitCode == 0)
        #expect(try SecondVerifier.check(base: log.bundle(), changes: [[:]]) == [verdict.line])
    }

    @Test(
        "a pruned log is intact if an entry says so, and evidence if none does",
        arguments: [
            (256, 256, "intact entries=600 minimum=256 heads=4 witnesses=2"),
            (512, 512, "intact entries=600 minimum=512 heads=4 witnesses=2"),
            (512, 256, "evidence seq=0 check=prune"),
            (256, 512, "evidence seq=0 check=prune"),
            (256, nil, "evidence seq=0 check=prune"),
        ] as [(Int, Int?, String)])
    func pruned(minimum: Int, said: Int?, line: String) throws {
        let log = SampleLog(count: 600, headSizes: [100, 256, 530, 600], pruned: said)
        let bundle = log.bundle(minimum: minimum)
        #expect(try Self.verdict(bundle).line == line)
        #expect(try SecondVerifier.check(base: bundle, changes: [[:]]) == [line])
        #expect(try Self.verdict(bundle) { $0.heads = [log.heads[1]] }.line == line)
        #expect(try Self.verdict(bundle) { $0.heads = [log.heads[0]] } == .unchecked(.earlyHead))
        try SecondVerifier.withFile(log.heads[0].encoded) { path in
            let lines = try SecondVerifier.check(
                base: bundle, changes: [[:]], options: ["--head", path])
            #expect(lines == ["unchecked early-head"])
        }
    }

    @Test("heads inside the pruned part are counted, not taken for checked")
    func prunedHeads() throws {
        let log = SampleLog(count: 600, headSizes: [100, 256, 600], pruned: 512)
        guard case .intact(let summary) = try Self.verdict(log.bundle(minimum: 512)) else {
            Issue.record("not intact")
            return
        }
        #expect(summary.headsBelowMinimum == 1)
        #expect(summary.heads == 3)
    }

    @Test("a file that is listed and not there keeps the log from being checked")
    func missingFiles() throws {
        for path in Self.bundle.keys.sorted() {
            var files = Self.bundle
            files[path] = nil
            #expect(try Self.verdict(files) == .unchecked(.missing(path: path)))
            #expect(try Self.verdict(files).exitCode == 2)
        }
        let paths = Self.bundle.keys.sorted()
        let lines = try SecondVerifier.check(
            base: Self.bundle, changes: paths.map { [$0: [UInt8]?.none] })
        #expect(lines == paths.map { "unchecked missing=\($0)" })
    }

    @Test("a log with too few witnesses cannot be checked, and one with a bad cosignature is wrong")
    func witnesses() throws {
        var log = Self.log
        log.sign(sizes: [100, 300], witnesses: [SampleLog.witnesses[0]])
        #expect(try Self.verdict(log.bundle()) { $0.witnessesMin = 1 }.exitCode == 0)
        #expect(
            try Self.verdict(log.bundle()) { $0.witnessesMin = 2 }
                == .unchecked(.tooFewWitnesses(1)))
    }

    @Test("a head that the auditor brought must be in the log")
    func broughtHeads() throws {
        func verdict(_ head: SignedHead, _ files: [String: [UInt8]] = Self.bundle) throws
            -> LogVerdict
        {
            let verdict = try Self.verdict(files) { $0.heads = [head] }
            try SecondVerifier.withFile(head.encoded) { path in
                let lines = try SecondVerifier.check(
                    base: files, changes: [[:]], options: ["--head", path])
                #expect(lines == [verdict.line])
            }
            return verdict
        }
        let shorter = SampleLog.head(Self.log.entries[..<77])
        #expect(try verdict(shorter).exitCode == 0)
        let longer = SampleLog.head(Self.log.entries + [SampleLog.entry(300)])
        #expect(try verdict(longer) == Self.evidence(.size, 300))
        var other = Self.log
        other.entries[150] = SampleLog.entry(150, kind: .stop)
        let before = SampleLog.head(other.entries[..<200])
        #expect(try verdict(before) == Self.evidence(.root, 100))
        let forged = SampleLog.head(Self.log.entries[..<77], signer: SampleLog.otherLog)
        #expect(try verdict(forged) == .unchecked(.foreignHead))
    }

    @Test("keys that the auditor brought show that the log's key was replaced")
    func replacedKey() throws {
        var log = Self.log
        log.sign(sizes: [100, 300], by: SampleLog.otherLog)
        let files = log.bundle(signer: SampleLog.otherLog)
        #expect(try Self.verdict(files).exitCode == 0)
        let verdict = try Self.verdict(files) { $0.keys = SampleLog.keys }
        #expect(verdict == Self.evidence(.signature, 0))
        try SecondVerifier.withFile(SampleLog.keys.encoded) { path in
            let lines = try SecondVerifier.check(
                base: files, changes: [[:]], options: ["--keys", path])
            #expect(lines == [verdict.line])
        }
    }

    @Test("history rewritten and signed anew with the real key is caught by a witness's head")
    func rewritten() throws {
        var log = Self.log
        log.entries[120] = SampleLog.entry(120, kind: .stop)
        log.sign(sizes: [1, 100, 256, 300], witnesses: [])
        let files = log.bundle()
        #expect(try Self.verdict(files).exitCode == 0)
        #expect(
            try Self.verdict(files) { $0.heads = [Self.log.heads[2]] }
                == Self.evidence(.root, 100))
        #expect(try Self.verdict(files) { $0.witnessesMin = 1 } == .unchecked(.tooFewWitnesses(0)))
        log.heads[2].add(
            Self.log.heads[2].note.signatures, of: SampleLog.keys.witnesses)
        #expect(log.heads[2].note.signatures.count == 1)
    }

    @Test("the second verifier ends with the exit code of its worst verdict, and 64 for misuse")
    func exitCodes() throws {
        #expect(try SecondVerifier.run([]).exitCode == 64)
        #expect(try SecondVerifier.run(["--require-witnesses", "x", "y"]).exitCode == 64)
        let nothing = try SecondVerifier.run(["/nonexistent"])
        #expect(nothing.exitCode == 2 && nothing.lines == ["unchecked missing=files"])
        #expect(try SecondVerifier.run(["--keys", "/nonexistent", "x"]).exitCode == 2)
    }
}
