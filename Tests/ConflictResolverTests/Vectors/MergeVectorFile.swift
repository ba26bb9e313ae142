import CareRecord
import Foundation
import MergeComparison
import MergeModel
import TestSupport
import Testing

@testable import ConflictResolver

/// A file of `Protocols/vectors/merge`, as `merge-v1.md` describes it.
enum MergeVectorFile {
    private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
        .appending(path: "../../../../Protocols/vectors/merge").standardizedFileURL

    /// Whether the files are written anew before they are read.
    static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

    /// Writes a file.
    static func write(_ value: WrittenJSON, named name: String) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data((value.lines() + "\n").utf8).write(to: folder.appending(path: "\(name).json"))
    }

    /// Reads a file.
    static func read(_ name: String) throws -> ReadJSON {
        try ReadJSON(Array(Data(contentsOf: folder.appending(path: "\(name).json"))))
    }

    /// Holds every expectation of a file against what its changes give: in their order, reversed
    /// and shuffled.
    static func check(_ made: [MergeCase], about: String, named name: String) throws {
        if isRecording { try write(file(made, about, name), named: name) }
        let vectors = try read(name)["vectors"]?.items ?? []
        #expect(!vectors.isEmpty)
        #expect(Set(vectors.map { $0["name"]?.text }).count == vectors.count)
        for vector in vectors {
            let title = vector["name"]?.text ?? ""
            let input = try #require(vector["input"])
            let changes = try #require(MergeVectorReading(input)?.changes, "\(name): \(title)")
            let root = try #require(MergeVectorReading(input)?.root)
            let expected = vector["expect"]?.canonical
            let read = MergeCase(title, "", root, changes)
            var random = SeededGenerator(seed: UInt64(changes.count))
            let orders = [changes, changes.reversed(), changes.shuffled(using: &random)]
            for (number, order) in orders.enumerated() {
                let found = read.expectation(
                    of: read.history(of: order), showsR4: vector["expect"]?["r4"] != nil)
                #expect(
                    try ReadJSON(Array(found.flat.utf8)).canonical == expected,
                    "\(name): \(title), order \(number)")
            }
        }
    }

    private static func file(_ cases: [MergeCase], _ about: String, _ name: String) -> WrittenJSON {
        .members([
            ("file", .text(name)), ("specification", .text("merge-v1.md")), ("about", .text(about)),
            (
                "vectors",
                .list(
                    cases.map { item in
                        .members([
                            ("name", .text(item.name)), ("what", .text(item.what)),
                            ("input", item.input),
                            ("expect", item.expectation(of: item.history, showsR4: item.showsR4)),
                        ])
                    })
            ),
        ])
    }
}

/// The changes of a vector.
struct MergeVectorReading {
    let root: ModelPart
    let changes: [HeldChange]

    init?(_ input: ReadJSON) {
        guard let type = input["type"]?.text,
            let id = input["id"]?.text.flatMap({ EntityID(text: $0) })
        else { return nil }
        root = ModelPart(kind: type, entity: id)
        let replicas = input["replicas"]?.items.compactMap { Replica(bytes: $0.bytes) } ?? []
        let authors = input["authors"]?.items.map { $0.items.map { $0.text ?? "" } } ?? []
        var changes: [HeldChange] = []
        for event in input["events"]?.items ?? [] {
            for (index, change) in (event["changes"]?.items ?? []).enumerated() {
                guard let dot = Self.reference("\(event["dot"]?.text ?? "").0", replicas)?.dot,
                    let id = event["id"].flatMap({ EventID(bytes: $0.bytes) }),
                    let code = change["operation"]?.number,
                    let time = event["time"]?.text.flatMap({ UInt64($0) })
                else { return nil }
                let author = authors[event["author"]?.number ?? 0]
                func references(_ member: String) -> [ChangeReference] {
                    (change[member]?.items ?? []).compactMap { Self.reference($0.text, replicas) }
                }
                changes.append(
                    HeldChange(
                        name: HeadName(dot: dot, index: UInt32(index), event: id),
                        element: Element(
                            entityType: change["type"]?.text ?? type,
                            entity: change["entity"]?.text.flatMap { EntityID(text: $0) }
                                ?? root.entity, facet: Facet(change["facet"]?.text ?? "*")),
                        operation: Operation(code: UInt32(code)),
                        supersedes: references("supersedes"), covers: references("covers"),
                        holder: change["holder"]?.text.flatMap { EntityID(text: $0) },
                        author: Author(
                            practitioner: author[0], role: author[1], organisation: author[2]),
                        time: HybridTime(bits: time), value: Self.value(of: change)))
            }
        }
        self.changes = changes
    }

    /// A reference as `replica.counter.index`, with `@event` if it names one.
    private static func reference(_ text: String?, _ replicas: [Replica]) -> ChangeReference? {
        let halves = (text ?? "").split(separator: "@")
        let numbers = (halves.first ?? "").split(separator: ".").compactMap { UInt64($0) }
        guard numbers.count == 3, numbers[0] < replicas.count else { return nil }
        let event = halves.count == 2 ? try? ReadJSON(Array("\"\(halves[1])\"".utf8)).bytes : nil
        return ChangeReference(
            dot: Dot(replica: replicas[Int(numbers[0])], counter: numbers[1]),
            index: UInt32(numbers[2]), event: event.flatMap { EventID(bytes: $0) })
    }

    private static func value(of change: ReadJSON) -> HeldChange.Value {
        if let text = change["value"]?.text { return .given(Array(text.utf8)) }
        return switch change["held"]?.text {
        case "on-its-way": .onItsWay
        case "erased": .erased
        default: .none
        }
    }
}
