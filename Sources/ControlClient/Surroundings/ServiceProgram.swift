import Foundation

/// The service's program, which does what needs the store or the configuration without a running
/// service.
public struct ServiceProgram: Sendable, Hashable {
    /// Where the program is.
    public let path: String

    /// Why the program cannot do the work.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What stands in the way, and what to do.
        public let description: String
    }

    /// Looks for `accordd` beside the program at `ownPath`, then in the given folders.
    public static func find(
        besides ownPath: String?, folders: [String],
        isExecutable: (String) -> Bool = ServiceProgram.isExecutable
    ) throws(Failure) -> ServiceProgram {
        let own = ownPath.flatMap { path in
            path.lastIndex(of: "/").map { String(path[..<$0]) }
        }
        let candidates = ([own].compactMap { $0 } + folders).map { $0 + "/accordd" }
        guard let path = candidates.first(where: isExecutable) else {
            throw Failure(
                description: "The program accordd is neither beside accord nor in PATH. "
                    + "Install the package that holds both.")
        }
        return ServiceProgram(path: path)
    }

    /// The path of this process's own program; nil where the system does not tell.
    public static var ownPath: String? {
        do {
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        } catch {
            return nil
        }
    }

    /// Whether this account may run the file.
    public static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }

    /// Becomes the program: terminal, signals and exit status are then its own.
    ///
    /// - Throws: if the system does not start it; otherwise this never returns.
    public func replaceProcess(arguments: [String]) throws(Failure) -> Never {
        var pointers = ([path] + arguments).map { strdup($0) }
        pointers.append(nil)
        execv(path, pointers)
        for pointer in pointers { free(pointer) }
        throw Failure(description: "\(path) cannot be started. Install the package again.")
    }
}
