import Interchange
import StrictJSON
import Testing

@Suite struct ImportFileTests {
    @Test("the content tells one document from lines")
    func formats() throws {
        func kinds(_ text: String) throws -> [UnitKind] {
            try ImportFile.read(Array(text.utf8), format: nil).map(\.kind)
        }
        let line = #"{"resourceType":"Group"}"#
        #expect(try kinds(line) == [.resource])
        #expect(try kinds(" \n" + line + "\n") == [.resource])
        #expect(try kinds("{\n \"resourceType\"\n:\"Group\"}") == [.resource])
        #expect(try kinds(line + "\n\n" + line + "\r\n") == [.line, .line])
        #expect(try kinds("{broken\n" + line) == [.line, .line])
        #expect(try kinds(line + "\nbroken\n" + line) == [.line, .line, .line])
        #expect(
            try kinds("{\"resourceType\":\"List\",\"entry\":[\n{},\n{}]}") == [.resource])
    }

    @Test("each kind of Bundle becomes its units, also without entries")
    func bundles() throws {
        func units(_ type: String, _ entries: [String]) throws -> [UnitSource] {
            try ImportFile.read(Fixture.bundle(type, entries), format: .bundle)
        }
        let two = [Fixture.post("Group"), Fixture.post("Slot")]
        #expect(try units("transaction", two).map(\.kind) == [.transaction])
        #expect(try units("collection", two).map(\.kind) == [.collection])
        #expect(try units("batch", two).map(\.kind) == [.batchEntry, .batchEntry])
        #expect(try units("batch", two).map(\.position) == [0, 1])
        #expect(try units("batch", []).isEmpty)
        for type in ["transaction", "collection"] {
            let unit = try #require(try units(type, []).first)
            #expect(try unit.drafts().get().entries.isEmpty)
        }
        let bare = Array(#"{"resourceType":"Bundle","type":"transaction"}"#.utf8)
        #expect(try Fixture.unit(bare).entries.isEmpty)
    }

    @Test("a bad line is refused alone, with its number and the offset in the file")
    func badLine() throws {
        let good = #"{"resourceType":"Group"}"#
        let text = good + "\n\n" + #"{"resourceType":"Group","a":1,"a":2}"# + "\n" + good
        let sources = try ImportFile.read(Array(text.utf8), format: .ndjson)
        #expect(sources.map(\.position) == [1, 3, 4])
        let refusals = sources.map { source -> ImportRefusal? in
            if case .failure(let refusal) = source.drafts() { return refusal }
            return nil
        }
        let refusal = ImportRefusal(
            rule: .json(.duplicateMember), line: 3, offset: good.utf8.count + 2 + 30)
        #expect(refusals == [nil, refusal, nil])
        #expect(refusal.message.hasPrefix("line 3: "))
    }

    @Test("a line may not be a Bundle, nor break the shape of a resource")
    func lineShapes() {
        func rule(_ line: String) -> ImportRefusal.Rule? {
            let refusal = Fixture.refusal(Array((line + "\n" + line).utf8), format: .ndjson)
            #expect(refusal?.line == 1 && refusal?.entry == nil)
            return refusal?.rule
        }
        #expect(rule(#"{"resourceType":"Bundle","type":"collection"}"#) == .bundleInLines)
        #expect(rule(#"{"a":1}"#) == .resourceTypeMissing)
        #expect(rule("[1]") == .resourceNotAnObject)
        #expect(rule("7") == .resourceNotAnObject)
    }

    @Test("an empty file of lines has no units, an empty document is refused")
    func empty() throws {
        #expect(try ImportFile.read([], format: .ndjson).isEmpty)
        #expect(try ImportFile.read(Array("\n \n".utf8), format: .ndjson).isEmpty)
        #expect(Fixture.refusal([])?.rule == .json(.emptyInput))
    }

    @Test("a stated format must fit")
    func statedFormats() {
        let bundle = Fixture.bundle("collection", [])
        let resource = Array(#"{"resourceType":"Group"}"#.utf8)
        #expect(Fixture.refusal(bundle, format: .resource)?.rule == .formatMismatch)
        #expect(Fixture.refusal(resource, format: .bundle)?.rule == .formatMismatch)
        #expect(Fixture.refusal(resource, format: .resource) == nil)
    }

    @Test("equal inputs have equal key bytes, whatever their white space and file")
    func keyBytes() throws {
        func keys(_ text: String, _ format: ImportFormat?) throws -> [[UInt8]] {
            try ImportFile.read(Array(text.utf8), format: format).map(\.keyBytes)
        }
        let plain = #"{"resourceType":"Group","name":"a \" { b","n":1.0}"#
        let spaced = "{ \"resourceType\" :\t\"Group\",\n \"name\":\"a \\\" { b\", \"n\": 1.0 }"
        let one = try keys(plain, nil)
        #expect(try keys(spaced, nil) == one)
        #expect(try keys(" " + plain + " \r\n", .ndjson) == one)
        #expect(one == [Array(("create\n" + plain).utf8)])
        let entry = Fixture.post("Group")
        let bundles = try ["transaction", "collection"].map {
            try ImportFile.read(Fixture.bundle($0, [entry]), format: nil)[0].keyBytes
        }
        #expect(bundles[0] != bundles[1])
        let batch = try ImportFile.read(Fixture.bundle("batch", [entry, entry]), format: nil)
        #expect(batch[0].keyBytes == Array(("batch-entry\n" + entry).utf8))
        #expect(batch[0].keyBytes == batch[1].keyBytes)
    }

    @Test("a batch entry keeps its place in the Bundle, and fails alone")
    func batch() throws {
        let bytes = Fixture.bundle("batch", [Fixture.post("Group"), "7", Fixture.post("Slot")])
        let results = try ImportFile.read(bytes, format: nil).map { $0.drafts() }
        #expect(try results[2].get().entries.map(\.index) == [2])
        guard case .failure(let refusal) = results[1] else {
            Issue.record("entry 1 was not refused")
            return
        }
        #expect(refusal.rule == .entryNotAnObject && refusal.entry == 1)
    }

    @Test("every rule has a name of its own, a reason and a next step")
    func ruleNames() {
        let rules = ImportRefusal.Rule.allCases
        #expect(Set(rules.map(\.rawValue)).count == rules.count)
        for rule in rules {
            #expect(ImportRefusal.Rule(rawValue: rule.rawValue) == rule)
            #expect(rule.rawValue.allSatisfy { $0.isLowercase || $0 == "-" || $0.isNumber })
            let message = ImportRefusal(rule: rule, entry: 17, offset: 5).message
            #expect(message.hasPrefix("Bundle.entry[17]: "))
            #expect(message.hasSuffix("(\(rule.rawValue), byte 5)"))
            #expect(message.contains("; "))
        }
        #expect(ImportRefusal.Rule(rawValue: "none") == nil)
    }
}
