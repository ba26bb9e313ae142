import Foundation

/// The programs under test: beside the test bundle, or in the folder that `ACCORD_BIN` names.
enum ProgramFiles {
    /// The path of a program.
    ///
    /// - Throws: `Missing` with the remedy if it was not built.
    static func path(of program: String) throws -> String {
        guard let folder else { throw Missing(program: program) }
        let path = folder + "/" + program
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(program: program)
        }
        return path
    }

    private static let folder: String? = {
        if let named = Surrounding.value("ACCORD_BIN") { return named }
        let starts = ["/proc/self/exe", CommandLine.arguments.first ?? "."].map {
            URL(filePath: $0).resolvingSymlinksInPath()
        }
        return starts.lazy.compactMap { folder(above: $0) }.first
    }()

    private static func folder(above file: URL) -> String? {
        var folder = file.deletingLastPathComponent().standardizedFileURL
        while folder.pathComponents.count > 1 {
            let daemon = folder.appending(path: "accordd").path(percentEncoded: false)
            if FileManager.default.isExecutableFile(atPath: daemon) {
                return folder.path(percentEncoded: false)
            }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    /// A program was not found.
    struct Missing: Error, CustomStringConvertible {
        let program: String

        var description: String {
            "\(program) is not beside the tests; build it, or name its folder in ACCORD_BIN."
        }
    }
}
