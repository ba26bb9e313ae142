import Foundation
import Glibc

/// Files that are replaced whole. What is written is durable, name and all, when a call returns.
enum DurableFile {
    /// Writes a file beside its place, syncs it, and puts it in place.
    ///
    /// - Parameter mode: who may read it; by default its owner alone.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw cannotWrite(path) }
        // A file that was synced has nothing left that closing it could lose.
        defer { close(file) }
        guard writeAll(bytes, to: file), fchmod(file, mode) == 0, fsync(file) == 0 else {
            throw cannotWrite(path)
        }
        try rename(temporary, to: path)
    }

    /// Gives a file another name, in the place of one that has it.
    static func rename(_ old: String, to path: String) throws {
        guard Glibc.rename(old, path) == 0 else {
            throw NodeFailure(
                .cannotWrite, "The file \(path) cannot be put in place: \(reason()).",
                next: "Check the owner of its folder, and the disk.")
        }
        try syncFolder(of: path)
    }

    /// Makes the names in the folder of a file durable: a sync of the file does not.
    static func syncFolder(of path: String) throws {
        let folder = open(
            URL(fileURLWithPath: path).deletingLastPathComponent().path,
            O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw cannotWrite(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw cannotWrite(path) }
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func cannotWrite(_ path: String) -> NodeFailure {
        NodeFailure(
            .cannotWrite, "The file \(path) cannot be written: \(reason()).",
            next: "Check the owner of its folder, the free space and the disk.")
    }

    /// The system's words for what failed last.
    private static func reason() -> String { String(cString: strerror(errno)) }
}
