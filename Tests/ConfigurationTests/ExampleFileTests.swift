import Foundation
import SiteNode
import Testing

@Suite("config/accord.example.yaml")
struct ExampleFileTests {
    /// The nearest folder above this file that holds a manifest.
    private static let root: URL = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path() != "/",
            !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path())
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    private static func text() throws -> String {
        try String(
            contentsOf: root.appending(path: "config/accord.example.yaml"), encoding: .utf8)
    }

    @Test("reads without a problem and says every default, and the two names of the example")
    func defaults() throws {
        let example = try NodeConfiguration.read(yaml: Self.text(), path: "example")
        for key in ConfigurationTable.keys where key.name != "site.postal_address" {
            guard let texts = key.defaultTexts else { continue }
            #expect(key.texts(in: example) == texts, "\(key.name)")
        }
        #expect(!example.siteName.isEmpty)
    }

    @Test("holds every key of the table exactly once, and no other")
    func keys() throws {
        var section = ""
        var found: [String] = []
        for line in try Self.text().split(separator: "\n") where line.contains(":") {
            let text = line.drop { $0 == " " }
            guard !text.hasPrefix("#") else { continue }
            let name = String(text.prefix { $0 != ":" })
            let isNested = line.hasPrefix(" ")
            if !isNested { section = name }
            if !text.hasSuffix(":") { found.append(isNested ? "\(section).\(name)" : name) }
        }
        #expect(found.sorted() == ConfigurationTable.keys.map(\.name).sorted())
    }

    @Test("has a comment above every key")
    func comments() throws {
        let lines = try Self.text().split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where index > 0 {
            let text = line.drop { $0 == " " }
            let isValue = text.contains(": ") && !text.hasPrefix("#")
            guard isValue else { continue }
            #expect(lines[index - 1].drop { $0 == " " }.hasPrefix("#"), "line \(index + 1)")
        }
    }
}
