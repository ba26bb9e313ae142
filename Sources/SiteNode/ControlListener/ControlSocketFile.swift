import Glibc

/// The file of a Unix socket: who listens at it, and how it gets its final name.
struct ControlSocketFile: Sendable {
    /// What stands in the way of listening at a path.
    struct Failure: Error, CustomStringConvertible {
        /// The kinds of obstacle.
        enum Code: String, Sendable, Hashable {
            /// Another process answers at this path.
            case inUse
            /// Something that is not a socket has this name.
            case notASocket
            /// The path is longer than a socket address holds (unix(7): 107 bytes).
            case tooLong
            /// The file system refused; `systemError` says why.
            case fileSystem
        }

        let code: Code
        let path: String
        var systemError: Int32 = 0

        var description: String {
            switch code {
            case .inUse: "Another node listens at \(path). Stop it first."
            case .notASocket: "\(path) exists and is not a socket. Move it away."
            case .tooLong: "\(path) is too long for a socket. Configure a shorter path."
            case .fileSystem:
                "\(path) cannot be prepared: \(String(cString: strerror(systemError)))."
            }
        }
    }

    /// The socket's final path.
    let path: String

    /// The name under which it is bound first, so that it is never reachable with wrong rights.
    var temporaryPath: String { path + ".new" }

    /// Makes room: succeeds when nothing, or a socket at which nobody listens, has the name.
    func checkIsFree() throws(Failure) {
        guard temporaryPath.utf8.count <= 107 else { throw Failure(code: .tooLong, path: path) }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw fileSystemFailure() }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw Failure(code: .notASocket, path: path)
        }
        if try hasListener() { throw Failure(code: .inUse, path: path) }
    }

    /// Gives the bound socket its rights and then its name, in that order.
    func publish(mode: UInt32) throws(Failure) {
        guard chmod(temporaryPath, mode) == 0, rename(temporaryPath, path) == 0 else {
            throw fileSystemFailure()
        }
    }

    /// Removes the socket file; one that is gone is as good as removed.
    func remove() throws(Failure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw fileSystemFailure() }
    }

    private func hasListener() throws(Failure) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw fileSystemFailure() }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { space in
            space.copyBytes(from: path.utf8)
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                connect(descriptor, general, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result == 0 { return true }
        guard errno == ECONNREFUSED else { throw fileSystemFailure() }
        return false
    }

    private func fileSystemFailure() -> Failure {
        Failure(code: .fileSystem, path: path, systemError: errno)
    }
}
