import Interchange
import TestSupport
import Testing

/// Writes one random JSON value twice: compact, and with white space between its parts.
private struct RandomJSON {
    var generator: SeededGenerator
    var compact = ""
    var spaced = ""

    mutating func put(_ text: String) {
        compact += text
        spaced += text
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            spaced += [" ", "\n", "\t", "\r\n"].randomElement(using: &generator) ?? " "
        }
    }

    mutating func value(depth: Int) {
        switch Int.random(in: 0...(depth > 4 ? 3 : 6), using: &generator) {
        case 0: put(["0", "-1", "5.00", "1e9", "-0.10E+2"].randomElement(using: &generator) ?? "0")
        case 1: put(["true", "false", "null"].randomElement(using: &generator) ?? "null")
        case 2, 3: string()
        case 4:
            put("[")
            for index in 0..<Int.random(in: 0...3, using: &generator) {
                if index > 0 { put(",") }
                value(depth: depth + 1)
            }
            put("]")
        default:
            put("{")
            members(depth: depth + 1, isFirst: true)
            put("}")
        }
    }

    mutating func members(depth: Int, isFirst: Bool) {
        for index in 0..<Int.random(in: 0...4, using: &generator) {
            if index > 0 || !isFirst { put(",") }
            put("\"m\(index)\"")
            put(":")
            value(depth: depth)
        }
    }

    mutating func string() {
        let parts = ["a", " ", #"\""#, #"\\"#, #"\u00e9"#, "é", "{", "]", ",", #"\n"#, "  "]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            text += parts.randomElement(using: &generator) ?? ""
        }
        put("\"\(text)\"")
    }
}

@Suite struct CompactionPropertyTests {
    @Test("random Bundles keep every value, byte for byte without white space")
    func values() throws {
        for seed in 1...300 as ClosedRange<UInt64> {
            var random = RandomJSON(generator: SeededGenerator(seed: seed))
            random.put("{")
            random.put(#""resourceType":"Bundle","type":"collection","entry":["#)
            var expected: [String] = []
            for index in 0..<Int.random(in: 1...4, using: &random.generator) {
                if index > 0 { random.put(",") }
                random.put(#"{"resource":"#)
                let start = random.compact.endIndex
                random.put("{")
                random.put(#""resourceType":"Group""#)
                random.members(depth: 0, isFirst: false)
                random.put("}")
                expected.append(String(random.compact[start...]))
                random.put("}")
            }
            random.put("]}")
            for text in [random.compact, random.spaced] {
                let unit = try Fixture.unit(Array(text.utf8))
                let values = unit.entries.map { String(decoding: $0.value, as: UTF8.self) }
                #expect(values == expected, "seed \(seed)")
            }
            let keys = try [random.compact, random.spaced].map {
                try ImportFile.read(Array($0.utf8), format: nil)[0].keyBytes
            }
            #expect(keys[0] == keys[1], "seed \(seed)")
        }
    }
}
