import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("Reader, numbers")
struct ReaderNumberTests {
    @Test(
        "numbers inside the grammar are accepted",
        arguments: [
            "0", "-0", "1", "-1", "10", "1234567890", "0.0", "-0.5", "1.25", "1e0", "1E0", "1e+0",
            "1e-0", "0e0", "0E+12", "-0.0e-0", "1.5E+300", "1e99999", "100000000000000000000000000",
            "0.00000000000000000000000001",
        ])
    func accepted(text: String) {
        for bytes in [text, "[\(text)]", "[\(text),\(text) ]", "{\"a\":\(text)}"] {
            #expect(refusal(bytes) == nil)
        }
    }

    @Test(
        "numbers outside the grammar are refused at their first byte",
        arguments: [
            "-", "+1", "01", "-01", "00", "-00", "1.", "-1.", ".5", "-.5", "1.e5", "1e", "1e+",
            "1e-",
            "1E", "0.1.2", "1.2.3", "1e5.0", "1e5e5", "1-2", "1+2", "--1", "-+1", "+", ".",
            "-Infinity",
            "0e", "1.5e", "01.5", "-e5", "+0", "1e+-5", "1..2", "9.e+", "-a",
        ])
    func refused(text: String) {
        #expect(refusal(text) == JSONRefusal(rule: .invalidNumber, offset: 0))
        #expect(refusal("[\(text)]") == JSONRefusal(rule: .invalidNumber, offset: 1))
        #expect(refusal("[0,\(text),0]") == JSONRefusal(rule: .invalidNumber, offset: 3))
    }

    @Test(
        "what cannot go on with a number ends it",
        arguments: [
            ("0x1", 1), ("1_000", 1), ("1f", 1), ("0b1", 1), ("1 000", 2), ("2.0L", 3),
        ])
    func ended(text: String, offset: Int) {
        #expect(refusal(text) == JSONRefusal(rule: .trailingInput, offset: offset))
        #expect(
            refusal("[" + text + "]") == JSONRefusal(rule: .unexpectedByte, offset: offset + 1))
    }
}

@Suite("Reader, member names")
struct ReaderMemberNameTests {
    @Test(
        "a repeated name is refused however it is written",
        arguments: [
            (#"{"a":1,"a":1}"#, 7), (#"{"a":1,"\u0061":2}"#, 7), (#"{"\u0061":1,"a":2}"#, 12),
            (#"{"\/":1,"/":2}"#, 8), (#"{"":1,"":2}"#, 6), (#"{"é":1,"\u00E9":2}"#, 8),
            (#"{"\ud83d\ude00":1,"😀":2}"#, 18), (#"{"a":1,"b":2,"c":3,"b":4,"a":5}"#, 19),
            (#"{"x":{"a":1,"a":2}}"#, 12), (#"[{"a":1},{"b":1,"b":2}]"#, 16),
            (#"{"resourceTypes":1,"resource\u0054ypes":2}"#, 19),
            (#"{"a":{"b":1},"a":{"b":2}}"#, 13), (#"{"a" : 1 , "a" : 2}"#, 11),
        ])
    func repeated(text: String, offset: Int) {
        #expect(refusal(text) == JSONRefusal(rule: .duplicateMember, offset: offset))
    }

    @Test(
        "names that only look alike are accepted",
        arguments: [
            #"{"a":1,"A":2}"#, #"{"a":1,"a ":2," a":3}"#, #"{"a":{"a":{"a":1}}}"#,
            #"[{"a":1},{"a":1}]"#, #"{"a":"a","b":"a"}"#, #"{"\\u0061":1,"a":2}"#,
            #"{"multipleBirthBoolean":1,"multipleBirthInteger":2}"#,
            #"{"samestart-x-same-end":1,"samestart-y-same-end":2}"#,
            #"{"12345678":1,"1234567812345678":2,"123456781234567812345678":3}"#,
        ])
    func distinct(text: String) {
        #expect(refusal(text) == nil)
    }

    @Test(
        "a repeated name is found in objects of every size",
        arguments: [2, 3, 15, 16, 17, 18, 100, 1_000])
    func sizes(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for _ in 0..<20 {
            let first = Int.random(in: 0..<count - 1, using: &generator)
            let second = Int.random(in: first + 1..<count, using: &generator)
            var names = (0..<count).map { "name \($0 + 10_000)" }
            #expect(refusal(Self.object(names)) == nil)
            names[second] = names[first]
            let expected = JSONRefusal(rule: .duplicateMember, offset: 1 + 15 * second)
            #expect(refusal(Self.object(names)) == expected)
        }
    }

    @Test("names made to share ends and length are told apart")
    func collisions() {
        var names = (0..<1_000).map { "same start \($0 + 10_000) same ending" }
        #expect(refusal(Self.object(names)) == nil)
        names[999] = names[3]
        names[500] = names[7]
        let expected = JSONRefusal(rule: .duplicateMember, offset: 1 + 500 * 33)
        #expect(refusal(Self.object(names)) == expected)
        let escaped = names.map { $0.replacing("a", with: #"\u0061"#) }
        #expect(refusal(Self.object(Array(names[..<500]) + escaped[501..<999])) == nil)
        #expect(
            refusal(Self.object(Array(names[..<500]) + [escaped[100]]))
                == JSONRefusal(rule: .duplicateMember, offset: 1 + 500 * 33))
    }

    private static func object(_ names: [String]) -> String {
        "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
    }
}

@Suite("Reader, nesting")
struct ReaderNestingTests {
    @Test("no depth uses the call stack", arguments: [1, 64, 1_000, 100_000])
    func smallStack(depth: Int) {
        let text = Array(
            (String(repeating: " [ {\"a\": ", count: depth / 2) + "[1, 2]"
                + String(repeating: " } ] ", count: depth / 2)).utf8)
        let verdict = onSmallStack {
            let limits = JSONLimits(depthMax: depth + 1)
            guard refusal(text, limits) == nil else { return false }
            guard let document = try? JSONDocument(text, limits: limits) else { return false }
            let compact = document.compactBytes(document.root)
            return compact.count == depth / 2 * 8 + 5
                && refusal(compact, limits) == nil
                && refusal(text, JSONLimits(depthMax: depth - 1))?.rule == .depth
        }
        #expect(verdict)
    }

    /// Runs the body on a thread whose stack has 128 KiB: 100,000 frames could not fit.
    private func onSmallStack(_ body: @escaping () -> Bool) -> Bool {
        final class Job {
            let body: () -> Bool
            var verdict = false
            init(_ body: @escaping () -> Bool) { self.body = body }
        }
        let job = Job(body)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        guard pthread_attr_setstacksize(&attributes, 128 << 10) == 0 else { return false }
        var thread = pthread_t()
        let started = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                let job = Unmanaged<Job>.fromOpaque(context).takeUnretainedValue()
                job.verdict = job.body()
                return nil
            }, Unmanaged.passUnretained(job).toOpaque())
        guard started == 0 else { return false }
        pthread_join(thread, nil)
        return job.verdict
    }
}

@Suite("Reader, properties")
struct ReaderPropertyTests {
    @Test("compact form is what was written without white space", arguments: 0..<40)
    func compactForm(seed: Int) throws {
        for round in 0..<25 {
            var maker = JSONMaker(seed: UInt64(seed * 1_000 + round))
            maker.makeDocument()
            let document = try JSONDocument(maker.spaced)
            #expect(document.compactBytes(document.root) == maker.compact)
            #expect(document.compactSize(of: document.root) == maker.compact.count)
            let again = try JSONDocument(maker.compact)
            #expect(again.compactBytes(again.root) == maker.compact)
            #expect(again.byteRange(again.root) == 0..<maker.compact.count)
        }
    }

    @Test("document and check agree on damaged documents", arguments: 0..<40)
    func damage(seed: Int) {
        for round in 0..<25 {
            var maker = JSONMaker(seed: UInt64(seed * 1_000 + round))
            maker.makeDocument()
            for _ in 0..<8 {
                var bytes = maker.spaced
                for _ in 0..<Int.random(in: 1...3, using: &maker.generator) {
                    Self.damage(&bytes, &maker.generator)
                }
                let limits = JSONLimits(depthMax: 4, arrayItemsMax: 5, exemptsRootEntryArray: true)
                let checked = refusal(bytes, limits)
                #expect(documentRefusal(bytes, limits) == checked)
                #expect((0...bytes.count).contains(checked?.offset ?? 0))
            }
        }
    }

    @Test("random bytes are refused or accepted, never worse")
    func noise() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array(#"{}[]:,"\u0019deEa-+. truefalsn"#.utf8) + [0, 0x0A, 0xC3, 0xA9, 0xED]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            #expect(documentRefusal(bytes) == refusal(bytes))
        }
    }

    @Test("nothing is read outside the bytes given")
    func exactBuffer() {
        let text = Array(#"["abcdefg","h"]  "#.utf8)
        for padding in 0..<8 {
            let whole = [UInt8](repeating: 0x22, count: padding) + text + [0x22, 0x5B]
            whole.withUnsafeBytes { buffer in
                let own = UnsafeRawBufferPointer(rebasing: buffer[padding..<padding + text.count])
                #expect(throws: Never.self) { try JSONDocument.check(own) }
            }
        }
        #expect(throws: JSONRefusal.self) {
            try JSONDocument.check(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: at)
        default: bytes.removeSubrange(at...)
        }
    }
}
