import Foundation
import Testing

/// One case of a vector file.
struct Vector {
    let name: String
    let what: String
    let input: JSON
    let expect: JSON

    init(_ name: String, _ what: String, input: JSON, expect: JSON) {
        self.name = name
        self.what = what
        self.input = input
        self.expect = expect
    }

    /// A case that must be refused for the given reason.
    init(_ name: String, _ what: String, input: JSON, refusal: String) {
        self.init(name, what, input: input, expect: ["refusal": .text(refusal)])
    }
}

/// A file of `Protocols/vectors`.
struct VectorFile {
    let name: String
    let specification: String
    let about: String
    let vectors: [Vector]

    private static let folder = URL(filePath: #filePath)
        .appending(path: "../../../../Protocols/vectors").standardizedFileURL

    /// Whether the files are written anew before they are read.
    static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

    /// Reads the file and holds `evaluate` against every expectation in it.
    ///
    /// - Parameters:
    ///   - made: what `RECORD=1` writes into the file first.
    ///   - evaluate: computes from a vector's input what the vector expects.
    static func check(
        _ made: @autoclosure () throws -> VectorFile, named name: String,
        evaluate: (JSON) throws -> JSON
    ) throws {
        if isRecording { try made().write() }
        let data = try Data(contentsOf: folder.appending(path: "\(name).json"))
        let file = try JSONDecoder().decode(JSON.self, from: data)
        let vectors = file["vectors"].items
        #expect(file["file"].text == name)
        #expect(!vectors.isEmpty)
        var names = Set<String>()
        for vector in vectors {
            let title = vector["name"].text ?? "without a name"
            #expect(names.insert(title).inserted, "\(name): two vectors are called \(title)")
            let found = try evaluate(vector["input"])
            #expect(found == vector["expect"], "\(name): \(title)")
        }
    }

    private func write() throws {
        let head: [(String, String)] = [
            ("file", name), ("specification", specification), ("about", about),
        ]
        let lines = head.map { " \(JSON.text($0).written()): \(JSON.text($1).written())" }
        let items = vectors.map { vector in
            let members: JSON = [
                "name": .text(vector.name), "what": .text(vector.what), "input": vector.input,
                "expect": vector.expect,
            ]
            return "  " + members.written(indent: 2)
        }
        let text =
            "{\n" + lines.joined(separator: ",\n") + ",\n \"vectors\": [\n"
            + items.joined(separator: ",\n") + "\n ]\n}\n"
        let url = Self.folder.appending(path: "\(name).json")
        try Data(text.utf8).write(to: url)
    }
}
