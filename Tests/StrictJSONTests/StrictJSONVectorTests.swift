import Foundation
import StrictJSON
import Testing

@Suite("strict-json vectors")
struct StrictJSONVectorTests {
    @Test("every verdict in the vector file is the reader's")
    func verdicts() throws {
        let lines = try Self.lines()
        #expect(lines.count >= 150)
        var names: Set<String> = []
        for line in lines {
            let vector = try Vector(line)
            #expect(names.insert(vector.name).inserted, "\(vector.name) is there twice")
            let found = refusal(vector.input, vector.limits)
            #expect(found?.rule.rawValue ?? "accept" == vector.verdict, "\(vector.name)")
            #expect(found?.offset == vector.offset, "\(vector.name)")
            #expect(documentRefusal(vector.input, vector.limits) == found, "\(vector.name)")
        }
    }

    @Test("the vectors show every rule")
    func coverage() throws {
        let verdicts = Set(try Self.lines().map { try Vector($0).verdict })
        let rules = Set(JSONRefusal.Rule.allCases.map(\.rawValue))
        #expect(verdicts == rules.union(["accept"]))
    }

    /// The lines behind the first one, which describes the format.
    private static func lines() throws -> [[UInt8]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocols/vectors/strict-json.jsonl").standardized
        let bytes = [UInt8](try Data(contentsOf: file))
        return bytes.split(separator: 0x0A).dropFirst().map(Array.init)
    }
}

/// One line of the vector file.
private struct Vector {
    let name: String
    let input: [UInt8]
    let verdict: String
    let offset: Int?
    let limits: JSONLimits

    init(_ line: [UInt8]) throws {
        let document = try JSONDocument(line)
        let root = document.root
        name = try #require(document.member("name", of: root).flatMap(document.string))
        verdict = try #require(document.member("verdict", of: root).flatMap(document.string))
        offset = Self.integer("offset", of: root, in: document)
        limits = Self.limits(of: root, in: document)
        guard let parts = document.member("repeat", of: root) else {
            input = try Self.base64("input", of: root, in: document)
            return
        }
        let unit = try Self.base64("unit", of: parts, in: document)
        let count = try #require(Self.integer("count", of: parts, in: document))
        var bytes = try Self.base64("prefix", of: parts, in: document)
        bytes.reserveCapacity(bytes.count + unit.count * count + 64)
        for _ in 0..<count { bytes.append(contentsOf: unit) }
        bytes.append(contentsOf: try Self.base64("suffix", of: parts, in: document))
        input = bytes
    }

    private static func base64(
        _ name: StaticString, of node: JSONNode, in document: JSONDocument
    ) throws -> [UInt8] {
        let text = try #require(document.member(name, of: node).flatMap(document.string))
        return [UInt8](try #require(Data(base64Encoded: text)))
    }

    private static func integer(
        _ name: StaticString, of node: JSONNode, in document: JSONDocument
    ) -> Int? {
        document.member(name, of: node).flatMap(document.numberText).flatMap { Int($0) }
    }

    /// The limits of one value, with those replaced that the line names.
    private static func limits(of root: JSONNode, in document: JSONDocument) -> JSONLimits {
        var limits = JSONLimits.value
        guard let node = document.member("limits", of: root) else { return limits }
        func replace(_ limit: inout Int, _ name: StaticString) {
            limit = integer(name, of: node, in: document) ?? limit
        }
        replace(&limits.documentBytesMax, "documentBytesMax")
        replace(&limits.depthMax, "depthMax")
        replace(&limits.arrayItemsMax, "arrayItemsMax")
        replace(&limits.objectMembersMax, "objectMembersMax")
        replace(&limits.stringBytesMax, "stringBytesMax")
        let exempts = document.member("exemptsRootEntryArray", of: node)
        limits.exemptsRootEntryArray = exempts?.kind == .true
        return limits
    }
}
