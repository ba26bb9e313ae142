import Foundation
import ProgramSupport

/// The checkout that this test file was compiled from.
enum SourceTree {
    /// A Swift file with its path from the root.
    struct File {
        let path: String
        let source: MaskedSource

        /// The file name without folders and without `.swift`.
        var stem: String {
            String(path.split(separator: "/").last?.dropLast(".swift".count) ?? "")
        }
    }

    /// The folder that holds `Package.swift`.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file of the product: hand-written, sorted by path.
    static let sources = swiftFiles(under: ["Sources", "Benchmarks"])

    /// Every Swift file of the tests, sorted by path.
    static let tests = swiftFiles(under: ["Tests"])

    /// The manifest's text.
    static func manifest() throws -> String {
        try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    }

    /// The paths that git tracks or would track, sorted. Without git: every file that is not in
    /// a hidden folder.
    static func trackedPaths() -> [String] {
        let words = [
            "-C", root.path, "ls-files", "-z", "--cached", "--others", "--exclude-standard",
        ]
        guard let git = try? SpawnedProgram.output(of: "git", words), git.status == 0 else {
            return filePaths(under: "")
        }
        return git.bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }

    /// The bytes of a file; none if it was deleted but is still in git's index.
    static func bytes(of path: String) -> [UInt8] {
        FileManager.default.contents(atPath: root.appending(path: path).path).map(Array.init) ?? []
    }

    private static func swiftFiles(under folders: [String]) -> [File] {
        folders.flatMap(filePaths(under:))
            .filter { $0.hasSuffix(".swift") && !$0.hasSuffix(".pb.swift") }
            .map { File(path: $0, source: MaskedSource(bytes: bytes(of: $0))) }
    }

    private static func filePaths(under folder: String) -> [String] {
        let start = root.appending(path: folder).path
        let names =
            FileManager.default.enumerator(atPath: start)?.compactMap { $0 as? String } ?? []
        return
            names
            .filter { name in !name.split(separator: "/").contains { $0.hasPrefix(".") } }
            .map { folder.isEmpty ? $0 : folder + "/" + $0 }
            .filter { path in
                var isFolder: ObjCBool = false
                let full = root.appending(path: path).path
                return FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
            .sorted()
    }
}
