import Foundation
import Glibc

/// Files of a node's data directory, with owner-only access.
struct NodeFiles: Sendable {
    /// The data directory.
    let directory: String

    var database: String { directory + "/record.db" }
    /// Where the database of a site is made that is not complete yet.
    var newDatabase: String { database + ".new" }
    private var keys: String { directory + "/keys" }

    /// Makes the directories, mode 0700.
    func makeDirectories() throws {
        for path in [directory, keys] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try DurableFile.syncFolder(of: path)
        }
    }

    /// Whether there is a database, or a file in its place.
    var hasDatabase: Bool { FileManager.default.fileExists(atPath: database) }

    /// Whether a site was made but for putting its database in place. A site that lost its database
    /// has no new one either.
    var isAlmostMade: Bool {
        !hasDatabase && FileManager.default.fileExists(atPath: newDatabase)
    }

    /// Removes what an interrupted attempt to make a database left behind.
    func removeNewDatabase() throws {
        for suffix in ["", "-journal", "-wal", "-shm"]
        where FileManager.default.fileExists(atPath: newDatabase + suffix) {
            try FileManager.default.removeItem(atPath: newDatabase + suffix)
        }
    }

    /// Puts the new database, which is closed, in its place: durable when this returns.
    func putDatabaseInPlace() throws {
        try DurableFile.rename(newDatabase, to: database)
    }

    /// Makes this process the only one that uses the data directory, until it ends.
    ///
    /// Two nodes with one replica would write two events under one dot: a fork.
    func lock() throws -> DirectoryLock {
        guard FileManager.default.fileExists(atPath: directory) else {
            throw NodeFailure(
                .notInitialised, "There is no data directory \(directory).",
                next: "Run `accord init` first, or check data_directory.")
        }
        let path = directory + "/lock"
        let lock: DirectoryLock?
        do throws(DirectoryLock.CannotMake) {
            lock = try DirectoryLock(path: path)
        } catch {
            throw NodeFailure(
                .cannotWrite, "\(path) cannot be made or locked: \(error.reason).",
                next: "Check the disk and the permissions of the data directory.")
        }
        guard let lock else {
            throw NodeFailure(
                .inUse, "Another process uses the data directory \(directory).",
                next: "Stop it first; one site is one running service.")
        }
        return lock
    }

    /// Whether a key file is there.
    func hasKey(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: keys + "/" + name)
    }

    /// Reads a key file.
    func readKey(_ name: String) throws -> [UInt8] {
        let path = keys + "/" + name
        try refuseOpenMode(path)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NodeFailure(
                .notInitialised, "The key file \(path) cannot be read.",
                next: "Run `accord init` first, or check the owner of the data directory.")
        }
        return Array(data)
    }

    private func refuseOpenMode(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let mode = attributes[.posixPermissions] as? Int ?? 0o777
        guard mode & 0o077 != 0 else { return }
        throw NodeFailure(
            .damaged, "The key file \(path) may be read by others than its owner.",
            next: "Run `chmod 600` on it, and consider whether the key was copied.")
    }

    /// Writes a key file, mode 0600, durable before this returns.
    func writeKey(_ name: String, _ bytes: [UInt8]) throws {
        try DurableFile.write(bytes, to: keys + "/" + name)
    }
}

/// An exclusive lock on a file (flock(2)); the kernel releases it when the process ends.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// The file cannot be made or locked.
    struct CannotMake: Error {
        /// As the system numbers it.
        let code: Int32

        var reason: String { String(cString: strerror(code)) }
    }

    /// `nil` if another process holds the lock.
    init?(path: String) throws(CannotMake) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CannotMake(code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw CannotMake(code: code)
        }
    }

    deinit {
        Glibc.close(descriptor)
    }
}
