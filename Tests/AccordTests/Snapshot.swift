import Foundation
import Testing

/// A text that people see, kept as a file; `RECORD=1` rewrites it.
struct Snapshot {
    /// The file's name without its ending.
    let name: String

    private var file: URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Snapshots/\(name).txt")
    }

    /// Expects the text to be as it was recorded.
    func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try Data(text.utf8).write(to: file)
            return
        }
        let recorded = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        #expect(text == recorded, "RECORD=1 rewrites \(name)", sourceLocation: sourceLocation)
    }
}
