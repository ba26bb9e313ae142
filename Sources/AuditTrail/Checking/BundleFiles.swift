import Signing

/// Reads a bundle's files and holds each against the list.
struct BundleFiles: LogSource {
    /// The list as a file.
    let list: [UInt8]
    /// The list.
    let listing: BundleListing

    private let read: (String) throws -> [UInt8]?
    private var seen: Set<String> = []
    private var allAreAsListed = true
    /// The file of entries that was opened last.
    private var entries: [UInt8] = []

    init(_ read: @escaping (String) throws -> [UInt8]?) throws {
        self.read = read
        guard let list = try read(LogBundle.filesPath) else {
            throw LogGap.missing(path: LogBundle.filesPath)
        }
        guard let listing = BundleListing(encoded: list) else { throw LogFinding(.files, at: 0) }
        self.list = list
        self.listing = listing
    }

    mutating func content(of path: String) throws -> [UInt8] {
        guard let content = try listed(path) else { throw LogFinding(.files, at: 0) }
        return content
    }

    func firstEntries(inTreeOf size: UInt64) -> TileID? {
        for index in 0..<TileID.hashes(level: 0, inTreeOf: size) / 256 + 1 {
            guard let tile = TileID(level: 0, index: index, inTreeOf: size) else { continue }
            if listing.digest(of: tile.entriesPath) != nil { return tile }
        }
        return nil
    }

    mutating func openEntries(of tile: TileID) throws -> Bool {
        guard let content = try listed(tile.entriesPath) else { return false }
        entries = content
        return true
    }

    mutating func hashes(of tile: TileID) throws -> [TreeHash]? {
        try listed(tile.path).flatMap { TreeHash.list($0) }
    }

    func forEachEntry(
        of tile: TileID, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        try entries.withUnsafeBytes { bytes in
            var rest = bytes[...]
            for _ in 0..<tile.width {
                guard let entry = Self.takeEntry(&rest) else { return false }
                try body(entry)
            }
            return rest.isEmpty
        }
    }

    /// The content of a file that the list does not name.
    func unlisted(_ path: String) throws -> [UInt8] {
        guard let content = try read(path) else { throw LogGap.missing(path: path) }
        return content
    }

    /// Looks at what is listed and was not needed, and tells whether every file is as listed.
    mutating func checkRest() throws {
        for path in listing.paths where !seen.contains(path) {
            _ = try listed(path)
        }
        guard allAreAsListed else { throw LogFinding(.files, at: 0) }
    }

    /// The content of a file, `nil` for one that is not listed; whether it is as listed is told by
    /// `checkRest`.
    private mutating func listed(_ path: String) throws -> [UInt8]? {
        guard let digest = listing.digest(of: path) else { return nil }
        let content = try unlisted(path)
        if seen.insert(path).inserted, Digest.sha256(content) != digest {
            allAreAsListed = false
        }
        return content
    }

    /// Takes an entry and its length off the beginning; `nil` if it does not end in the file.
    private static func takeEntry(
        _ rest: inout Slice<UnsafeRawBufferPointer>
    ) -> UnsafeRawBufferPointer? {
        guard rest.count >= 2 else { return nil }
        let start = rest.startIndex + 2
        let end = start + Int(rest[rest.startIndex]) << 8 + Int(rest[rest.startIndex + 1])
        guard end <= rest.endIndex else { return nil }
        defer { rest = rest.base[end..<rest.endIndex] }
        return UnsafeRawBufferPointer(rebasing: rest.base[start..<end])
    }
}
