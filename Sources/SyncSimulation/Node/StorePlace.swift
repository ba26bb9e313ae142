import Foundation

/// Where a node's record store lies: a file in a folder of its own.
///
/// The one place that knows what is under the store: another kind of disk is another path.
struct StorePlace {
    /// The folder that everything of one process lies in.
    private static let root =
        (FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp")
        + "/accord-simulation-\(ProcessInfo.processInfo.processIdentifier)"

    private let name: String
    private let folder: String

    /// An empty folder.
    ///
    /// - Parameter name: distinguishes it from others of the process.
    init(_ name: String) throws {
        self.name = name
        folder = Self.root + "/" + name
        if FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.removeItem(atPath: folder)
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    /// The path that the store is opened by.
    var path: String { folder + "/record.db" }

    /// A place with the files as they lie now, under a store that is open: what is left when its
    /// process is killed.
    func afterKill(_ number: Int) throws -> StorePlace {
        let place = try StorePlace("\(name)-\(number)")
        for file in ["record.db", "record.db-wal"]
        where FileManager.default.fileExists(atPath: folder + "/" + file) {
            try FileManager.default.copyItem(
                atPath: folder + "/" + file, toPath: place.folder + "/" + file)
        }
        return place
    }

    /// Removes everything.
    func remove() throws {
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Removes what the process left.
    static func removeAll() throws {
        guard FileManager.default.fileExists(atPath: root) else { return }
        try FileManager.default.removeItem(atPath: root)
    }
}
