import StrictJSON
import Testing

@Suite("JSONLimits")
struct JSONLimitsTests {
    @Test("the limits are those of the security design")
    func defaults() {
        #expect(JSONLimits.value == JSONLimits())
        #expect(JSONLimits.value.documentBytesMax == 10_485_760)
        #expect(JSONLimits.value.depthMax == 64)
        #expect(JSONLimits.value.arrayItemsMax == 10_000)
        #expect(JSONLimits.value.objectMembersMax == 1_000)
        #expect(JSONLimits.value.stringBytesMax == 5_242_880)
        #expect(!JSONLimits.value.exemptsRootEntryArray)
        #expect(JSONLimits.importFile.documentBytesMax == 268_435_456)
        #expect(JSONLimits.importFile.exemptsRootEntryArray)
    }

    @Test("document bytes below, at and above the limit")
    func documentBytes() {
        let limits = JSONLimits(documentBytesMax: 6)
        #expect(refusal("[1,2]", limits) == nil)
        #expect(refusal("[1,23]", limits) == nil)
        #expect(refusal("[1,234]", limits) == JSONRefusal(rule: .documentBytes, offset: 6))
        #expect(refusal("\0\0\0\0\0\0\0", limits)?.rule == .documentBytes)
        #expect(refusal("", JSONLimits(documentBytesMax: -1))?.rule == .emptyInput)
        #expect(refusal("1", JSONLimits(documentBytesMax: -1))?.offset == 0)
    }

    @Test("depth below, at and above the limit", arguments: [0, 1, 2, 63, 64, 65])
    func depth(depthMax: Int) {
        let limits = JSONLimits(depthMax: depthMax)
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            for depth in max(0, depthMax - 1)...depthMax + 1 {
                let text =
                    String(repeating: open, count: depth) + "1"
                    + String(repeating: close, count: depth)
                let expected =
                    depth > depthMax
                    ? JSONRefusal(rule: .depth, offset: depthMax * open.utf8.count) : nil
                #expect(refusal(text, limits) == expected)
            }
        }
    }

    @Test("siblings do not add to the depth")
    func siblings() {
        #expect(refusal("[[],[],{},[[]],[[]]]", JSONLimits(depthMax: 3)) == nil)
        #expect(refusal("[[],[],{},[[]],[[[]]]]", JSONLimits(depthMax: 3))?.offset == 17)
    }

    @Test("array items below, at and above the limit", arguments: [0, 1, 2, 10_000])
    func arrayItems(itemsMax: Int) {
        let limits = JSONLimits(arrayItemsMax: itemsMax)
        for count in max(0, itemsMax - 1)...itemsMax + 1 {
            let text = "[" + Array(repeating: "7", count: count).joined(separator: ",") + "]"
            let expected =
                count > itemsMax
                ? JSONRefusal(rule: .arrayItems, offset: 1 + 2 * itemsMax) : nil
            #expect(refusal(text, limits) == expected)
        }
    }

    @Test("object members below, at and above the limit", arguments: [0, 1, 2, 16, 17, 1_000])
    func objectMembers(membersMax: Int) {
        let limits = JSONLimits(objectMembersMax: membersMax)
        for count in max(0, membersMax - 1)...membersMax + 1 {
            let members = (0..<count).map { #""\#($0 + 10_000)":0"# }
            let text = "{" + members.joined(separator: ",") + "}"
            let expected =
                count > membersMax
                ? JSONRefusal(rule: .objectMembers, offset: 1 + 10 * membersMax) : nil
            #expect(refusal(text, limits) == expected)
        }
    }

    @Test("string bytes below, at and above the limit", arguments: [0, 1, 7, 8, 9, 5_242_880])
    func stringBytes(bytesMax: Int) {
        let limits = JSONLimits(stringBytesMax: bytesMax)
        for count in max(0, bytesMax - 1)...bytesMax + 1 {
            let text = String(repeating: "s", count: count)
            let expected =
                count > bytesMax ? JSONRefusal(rule: .stringBytes, offset: 1) : nil
            #expect(refusal("[\"\(text)\"]", limits) == expected)
            #expect(refusal("{\"\(text)\":0}", limits) == expected)
        }
    }

    @Test("string bytes are counted as written")
    func stringBytesAsWritten() {
        #expect(refusal(#""\u0041""#, JSONLimits(stringBytesMax: 6)) == nil)
        #expect(refusal(#""\u0041""#, JSONLimits(stringBytesMax: 5))?.rule == .stringBytes)
        #expect(refusal(#""€""#, JSONLimits(stringBytesMax: 3)) == nil)
        #expect(refusal(#""€""#, JSONLimits(stringBytesMax: 2))?.rule == .stringBytes)
    }

    @Test(
        "only the root's entry array is exempt, and only on request",
        arguments: [
            (#"{"entry":[1,2,3]}"#, nil), (#"{"a":1,"\u0065ntry":[1,2,3],"b":[1,2]}"#, nil),
            (#"{"entries":[1,2,3]}"#, 16), (#"{"entr":[1,2,3]}"#, 13), (#"{"":[1,2,3]}"#, 9),
            (#"{"entry":[[1,2,3]]}"#, 15), (#"{"entry":{"entry":[1,2,3]}}"#, 23),
            (#"{"entry":1,"b":[1,2,3]}"#, 20), (#"{"a":{"entry":[1,2,3]}}"#, 19),
            (#"{"entry":{"b":[1,2,3]}}"#, 19), ("[1,2,3]", 5), (#"[{"entry":[1,2,3]}]"#, 15),
        ] as [(String, Int?)])
    func exemption(text: String, offset: Int?) {
        let exempting = JSONLimits(arrayItemsMax: 2, exemptsRootEntryArray: true)
        let expected = offset.map { JSONRefusal(rule: .arrayItems, offset: $0) }
        #expect(refusal(text, exempting) == expected)
        #expect(refusal(text, JSONLimits(arrayItemsMax: 2))?.rule == .arrayItems)
    }
}
