import Foundation
import Testing

@testable import SiteNode

@Suite("The data directory")
struct DataDirectoryTests {
    private static func withFiles(_ body: (NodeFiles) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(NodeFiles(directory: folder.path))
    }

    @Test("one process uses it, until it lets go")
    func oneAtATime() throws {
        try Self.withFiles { files in
            let lock = try files.lock()
            let failure = try #require(throws: NodeFailure.self) { try files.lock() }
            #expect(failure.code == .inUse)
            withExtendedLifetime(lock) {}
        }
    }

    @Test("a lock that cannot be made is not taken for another process")
    func unusable() throws {
        try Self.withFiles { files in
            try FileManager.default.createDirectory(
                atPath: files.directory + "/lock", withIntermediateDirectories: false)
            let failure = try #require(throws: NodeFailure.self) { try files.lock() }
            #expect(failure.code == .cannotWrite)
        }
    }
}
