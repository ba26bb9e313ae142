import Foundation

/// A small ext4 file system in a file: it can be filled, and its power can be cut. It is unmounted
/// with this object at the latest.
final class LoopDisk {
    /// Where it is mounted.
    let path: String
    private let image: String
    private let folder: TemporaryFolder

    /// Makes and mounts it.
    ///
    /// - Parameter path: a folder, which is made if it is not there.
    init(at path: String, megabytes: Int = 64, in folder: TemporaryFolder) async throws {
        self.path = path
        self.folder = folder
        image = try folder.path("disks/\(UUID().uuidString).img")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        try await HostProgram.run("truncate", "-s", "\(megabytes)M", image, in: folder)
        // No blocks kept back for root: the tests are root.
        try await HostProgram.run("mkfs.ext4", "-q", "-m", "0", image, in: folder)
        try await mount()
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }

    deinit {
        HostProgram.attempt("umount", "-l", path)
    }

    /// Cuts the power: nothing is written any more, not even what the journal holds in memory
    /// (ioctl EXT4_IOC_SHUTDOWN with NOLOGFLUSH, linux/fs/ext4/ioctl.c).
    func cutPower() throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failed(call: "open", code: errno) }
        defer { close(descriptor) }
        var flags: UInt32 = 2
        guard ioctl(descriptor, 0x8004_587D, &flags) == 0 else {
            throw Failed(call: "shut down", code: errno)
        }
    }

    /// Unmounts, which needs that nobody uses it, and mounts again, as after a power cut.
    func remount() async throws {
        try await Deadline.wait(for: "the disk is unmounted", within: .seconds(10)) {
            do {
                try await HostProgram.run("umount", path, in: folder)
                return true
            } catch let failed as HostProgram.Failed where failed.text.contains("busy") {
                return false
            }
        }
        try await mount()
    }

    /// Takes all the room that is left.
    func fill() throws {
        let file = open(path + "/ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failed(call: "open", code: errno) }
        defer { close(file) }
        var length: off_t = 0
        for step in [1 << 20, 1 << 16, 1 << 12] {
            while posix_fallocate(file, length, off_t(step)) == 0 { length += off_t(step) }
        }
    }

    /// Makes room again.
    func makeRoom() throws {
        try FileManager.default.removeItem(atPath: path + "/ballast")
    }

    private func mount() async throws {
        try await HostProgram.run("mount", "-o", "loop", image, path, in: folder)
    }

    /// A call failed.
    struct Failed: Error {
        let call: String
        let code: Int32
    }
}
