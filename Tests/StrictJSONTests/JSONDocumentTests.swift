import StrictJSON
import Testing

@Suite("JSONDocument")
struct JSONDocumentTests {
    @Test(
        "every kind of value is recognised as root",
        arguments: [
            ("{}", JSONKind.object), ("[]", .array), (#""""#, .string), ("-0", .number),
            ("true", .true), ("false", .false), ("null", .null),
        ])
    func rootKinds(text: String, kind: JSONKind) throws {
        let document = try document(" \t\r\n" + text + " ")
        #expect(document.root.kind == kind)
        #expect(document.byteRange(document.root) == 4..<4 + text.utf8.count)
        #expect(Array(document.rawBytes(document.root)) == Array(text.utf8))
    }

    @Test("members and items come in document order")
    func order() throws {
        let document = try document(#"{"b":[3,[9,9],1],"a":{"x":[]},"c":null}"#)
        let names = document.members(of: document.root).map { document.string($0.name) }
        #expect(names == ["b", "a", "c"])
        let kinds = document.members(of: document.root).map(\.value.kind)
        #expect(kinds == [.array, .object, .null])
        let list = try #require(document.member("b", of: document.root))
        #expect(document.items(of: list).map { document.numberText($0) } == ["3", nil, "1"])
        #expect(document.itemCount(of: list) == 3)
        #expect(document.memberCount(of: document.root) == 3)
    }

    @Test("members and items of anything else are none")
    func otherKinds() throws {
        let document = try document(#"{"list":[1],"text":"list"}"#)
        let list = try #require(document.member("list", of: document.root))
        let text = try #require(document.member("text", of: document.root))
        #expect(Array(document.items(of: document.root)).isEmpty)
        #expect(document.itemCount(of: document.root) == 0)
        #expect(document.members(of: list).map(\.name).isEmpty)
        #expect(document.memberCount(of: list) == 0)
        #expect(document.member("list", of: text) == nil)
        #expect(document.member("list", of: list) == nil)
        #expect(document.string(list) == nil)
        #expect(document.numberText(text) == nil)
        #expect(document.bool(text) == nil)
        #expect(!document.stringEquals(list, ""))
        #expect(!document.stringHasPrefix(list, ""))
    }

    @Test("a member is found by its unescaped name, and only by all of it")
    func memberByName() throws {
        let document = try document(#"{"\u0061b":1,"a":2,"é\n":3,"":4,"abc":5}"#)
        func text(_ name: String) -> String? {
            document.member(named: name, of: document.root).flatMap { document.numberText($0) }
        }
        #expect(document.member("ab", of: document.root).flatMap(document.numberText) == "1")
        #expect(document.member("a", of: document.root).flatMap(document.numberText) == "2")
        #expect(text("ab") == "1")
        #expect(text("é\n") == "3")
        #expect(text("") == "4")
        #expect(text("abc") == "5")
        #expect(text("abcd") == nil)
        #expect(text("A") == nil)
    }

    @Test("canonically equivalent names are different names")
    func noNormalisation() throws {
        let document = try document("{\"\u{E9}\":1,\"e\u{301}\":2}")
        let composed = document.member(named: "\u{E9}", of: document.root)
        let decomposed = document.member(named: "e\u{301}", of: document.root)
        #expect(composed.flatMap(document.numberText) == "1")
        #expect(decomposed.flatMap(document.numberText) == "2")
    }

    @Test(
        "escapes are resolved",
        arguments: [
            (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""x\ud83d\ude00y""#, "x😀y"),
            (#""\uD7FF\uE000\uFFFF""#, "\u{D7FF}\u{E000}\u{FFFF}"),
            (#""\u0001\u007f\u0080\u07ff\u0800""#, "\u{1}\u{7F}\u{80}\u{7FF}\u{800}"),
            (#""\uD800\uDC00""#, "\u{10000}"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
            (#""日本\n語""#, "日本\n語"),
        ])
    func escapes(text: String, expected: String) throws {
        let document = try document(text)
        let string = try #require(document.string(document.root))
        #expect(Array(string.utf8) == Array(expected.utf8))
        var bytes: [UInt8] = [1]
        document.appendUnescaped(document.root, to: &bytes)
        #expect(bytes == [1] + Array(expected.utf8))
    }

    @Test("strings are compared after unescaping")
    func comparisons() throws {
        let document = try document(#"["urn:oid:1","\u0075rn:oid:1",""]"#)
        let items = Array(document.items(of: document.root))
        for item in items.prefix(2) {
            #expect(document.stringEquals(item, "urn:oid:1"))
            #expect(!document.stringEquals(item, "urn:oid:"))
            #expect(!document.stringEquals(item, "urn:oid:12"))
            #expect(!document.stringEquals(item, "urn:oid:2"))
            #expect(document.stringHasPrefix(item, "urn:"))
            #expect(document.stringHasPrefix(item, ""))
            #expect(document.stringHasPrefix(item, "urn:oid:1"))
            #expect(!document.stringHasPrefix(item, "urn:oid:1x"))
            #expect(!document.stringHasPrefix(item, "http"))
        }
        #expect(document.stringEquals(items[2], ""))
        #expect(!document.stringEquals(items[2], "a"))
        #expect(!document.stringHasPrefix(items[2], "a"))
    }

    @Test("numbers keep their text", arguments: ["1.00", "-0", "1E400", "0.1e-7"])
    func numberText(text: String) throws {
        let document = try document(text)
        #expect(document.numberText(document.root) == text)
    }

    @Test("nodes are equal when they stand at the same position")
    func nodeIdentity() throws {
        let document = try document("[1,1]")
        let items = Array(document.items(of: document.root))
        #expect(items[0] == document.items(of: document.root).first { _ in true })
        #expect(items[0] != items[1])
        #expect(document.bool(try JSONDocument(Array("true".utf8)).root) == true)
        #expect(document.bool(try JSONDocument(Array("false".utf8)).root) == false)
    }
}

@Suite("JSONDocument, compact form")
struct JSONDocumentCompactTests {
    @Test(
        "white space goes only outside strings",
        arguments: [
            ("{ }", "{}"), ("[\n\n]", "[]"), (#" " a  b " "#, #"" a  b ""#),
            (
                #"{ "a b" : [ 1 , "c  d", { "e":null } ] , "f":[2,3]}"#,
                #"{"a b":[1,"c  d",{"e":null}],"f":[2,3]}"#
            ),
            (#"{"a":[1,2]}"#, #"{"a":[1,2]}"#), (#"["\" ]", "\\" , 1.0 ]"#, #"["\" ]","\\",1.0]"#),
            ("[\r\n                  true\t,false]", "[true,false]"),
        ])
    func compact(text: String, expected: String) throws {
        let document = try document(text)
        #expect(String(decoding: document.compactBytes(document.root), as: UTF8.self) == expected)
        #expect(document.compactSize(of: document.root) == expected.utf8.count)
    }

    @Test("a part is appended behind what is there")
    func part() throws {
        let document = try document(#"{"a":[ {"b" : 1}, "x y" ], "c":2 }"#)
        let list = try #require(document.member("a", of: document.root))
        var output = Array(">".utf8)
        document.appendCompact(list, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == #">[{"b":1},"x y"]"#)
        for item in document.items(of: list) { document.appendCompact(item, to: &output) }
        #expect(String(decoding: output, as: UTF8.self) == #">[{"b":1},"x y"]{"b":1}"x y""#)
    }
}
