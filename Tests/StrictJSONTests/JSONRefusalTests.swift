import StrictJSON
import Testing

@Suite("JSONRefusal")
struct JSONRefusalTests {
    @Test("a refusal says rule and offset, and nothing of the text")
    func description() {
        let found = refusal(#"{"secret":1,"secret":2}"#)
        #expect(found?.description == "duplicate-member at byte 12")
    }

    @Test("every rule has a name of its own in lower case and hyphens")
    func names() {
        let names = JSONRefusal.Rule.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.allSatisfy { $0 == "-" || $0.isLowercase || $0.isNumber })
        }
    }

    @Test("a byte order mark is refused", arguments: [[], [0x31], [0x22, 0x22]])
    func byteOrderMark(rest: [UInt8]) {
        let expected = JSONRefusal(rule: .byteOrderMark, offset: 0)
        #expect(refusal([0xEF, 0xBB, 0xBF] + rest) == expected)
    }

    @Test(
        "byte 0 is refused by name wherever it stands",
        arguments: [
            ("\0", 0), ("1\0", 1), ("[\0]", 1), ("[1\0]", 2), ("{\0}", 1), ("{\"a\"\0:1}", 4),
            ("\"a\0\"", 2), ("\"a\\u0000\"", 2), ("{\"\\u0000\":1}", 2), ("[1]\0", 3),
        ])
    func nul(text: String, offset: Int) {
        #expect(refusal(text) == JSONRefusal(rule: .nul, offset: offset))
    }

    @Test("control characters are refused in strings at every alignment")
    func controlCharacters() {
        for byte in UInt8(1)..<0x20 {
            for before in 0..<17 {
                let text = [0x22] + [UInt8](repeating: 0x61, count: before) + [byte]
                let filler = [UInt8](repeating: 0x62, count: 9) + [0x22]
                let expected = JSONRefusal(rule: .controlCharacter, offset: 1 + before)
                #expect(refusal(text + filler) == expected)
            }
        }
    }

    @Test("every other byte is judged alike at every alignment in a string")
    func everyByte() {
        for byte in UInt8(0x20)...0xFF where byte != 0x22 && byte != 0x5C {
            for before in 0..<17 {
                let head = [0x22] + [UInt8](repeating: 0x61, count: before) + [byte]
                let filler = [UInt8](repeating: 0x62, count: 9) + [0x22]
                let expected =
                    byte > 0x7F ? JSONRefusal(rule: .invalidUTF8, offset: 1 + before) : nil
                #expect(refusal(head + filler) == expected)
            }
        }
    }

    @Test("UTF-8 is what the standard library says it is")
    func utf8() {
        let others: [UInt8] = [0x00, 0x61, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        let thirds: [UInt8] = [0x7F, 0x80, 0xBF, 0xC0]
        for first in UInt8(0x80)...0xFF {
            for second in others {
                var sequences: [[UInt8]] = [[first, second]]
                for third in thirds {
                    sequences.append([first, second, third])
                    sequences += thirds.map { [first, second, third, $0] }
                }
                for sequence in sequences where !sequence.contains(0) {
                    let isValid = String(validating: sequence, as: UTF8.self) != nil
                    let found = refusal([0x22] + sequence + [0x22])
                    #expect((found == nil) == isValid)
                    #expect(found == nil || found?.rule == .invalidUTF8)
                }
            }
        }
    }

    @Test("escapes outside the list are refused at the backslash")
    func invalidEscapes() {
        for byte in UInt8(0x01)...0xFF where !Array(#""\/bfnrtu"#.utf8).contains(byte) {
            let bytes = Array(#"["a\"#.utf8) + [byte] + Array(#""]"#.utf8)
            #expect(refusal(bytes) == JSONRefusal(rule: .invalidEscape, offset: 3))
        }
        for text in [#""\u""#, #""\u1""#, #""\u12""#, #""\u123""#, #""\u12G4""#, #""\u-123""#] {
            #expect(refusal(text) == JSONRefusal(rule: .invalidEscape, offset: 1))
        }
    }

    @Test(
        "half a surrogate pair is refused at its backslash",
        arguments: [
            (#""\ud800""#, 1), (#""\udc00""#, 1), (#""\udfff\ud800""#, 1), (#""\ud800x""#, 1),
            (#""\ud800\n""#, 1), (#""\ud800\u0041""#, 1), (#""\ud800\ud800""#, 1),
            (#""\udbff\ue000""#, 1), (#""\ud83d\ude00\ude00""#, 13), (#"{"\udead":0}"#, 2),
        ])
    func loneSurrogates(text: String, offset: Int) {
        #expect(refusal(text) == JSONRefusal(rule: .loneSurrogate, offset: offset))
    }

    @Test("a document cut anywhere is refused")
    func everyPrefix() {
        let text = #"{"a":[1.5e+3,true,null,"x\u00e9\ud83d\ude00é😀"],"b":{"c":-0.0}} "#
        let bytes = Array(text.utf8)
        for end in 0..<bytes.count - 1 {
            #expect(refusal(Array(bytes[..<end])) != nil)
        }
        #expect(refusal(bytes) == nil)
    }

    @Test(
        "whatever follows the root is refused",
        arguments: [
            ("1 2", 2), ("{}{}", 2), ("[],", 2), ("\"\"x", 2), ("true false", 5), ("null]", 4),
            ("{} //", 3), ("[]\u{FEFF}", 2),
        ])
    func trailingInput(text: String, offset: Int) {
        #expect(refusal(text) == JSONRefusal(rule: .trailingInput, offset: offset))
    }

    @Test(
        "structure outside the grammar is refused",
        arguments: [
            ("[,1]", 1), ("[1,]", 3), ("[1 2]", 3), ("[1:2]", 2), ("[1}", 2), ("{1:2}", 1),
            ("{\"a\",1}", 4), ("{\"a\" 1}", 5), ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{,}", 1),
            ("{\"a\":1]", 6), ("{'a':1}", 1), ("'a'", 0), ("NaN", 0), ("Infinity", 0), ("]", 0),
            ("[\u{A0}1]", 1), ("[\u{0C}1]", 1), ("/**/1", 0), ("[true,,]", 6), ("True", 0),
        ])
    func unexpectedByte(text: String, offset: Int) {
        #expect(refusal(text) == JSONRefusal(rule: .unexpectedByte, offset: offset))
    }

    @Test(
        "literals are whole and in lower case", arguments: ["tru", "fals", "nul", "nULL", "trux"])
    func literals(text: String) {
        #expect(refusal("[" + text + "]") == JSONRefusal(rule: .invalidLiteral, offset: 1))
        #expect(refusal(text) == JSONRefusal(rule: .invalidLiteral, offset: 0))
    }

    @Test("empty input is refused at its end", arguments: ["", " ", " \n\t\r"])
    func empty(text: String) {
        #expect(refusal(text) == JSONRefusal(rule: .emptyInput, offset: text.utf8.count))
    }
}
