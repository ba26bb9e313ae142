import Signing

/// Checks entries, tiles and roots of a log, entry by entry.
struct TreeChecker {
    /// The first entry that is there; a multiple of 256.
    private(set) var minimum: UInt64 = 0
    /// How many heads lie inside the pruned part.
    private(set) var headsPassedOver = 0

    private let size: UInt64
    private let brought: [LogHead]
    /// Heads whose roots are still to be compared, the smallest first.
    private var roots: ArraySlice<LogHead>
    /// The size of the first of them.
    private var nextSize: UInt64 = 0
    private var edge = MerkleEdge()
    private var upperTiles: [MerkleEdge.CompletedTile] = []
    /// The size of the last head whose root was right.
    private var covered: UInt64 = 0
    /// The greatest minimum that an entry about pruning gives.
    private var prunedByEntry: UInt64 = 0

    /// - Parameters:
    ///   - heads: the log's own, ascending by size.
    ///   - brought: those of the auditor, none larger than the newest.
    init(heads: [LogHead], brought: [LogHead]) {
        size = heads.last?.size ?? 0
        self.brought = brought
        roots = (heads + brought).sorted { $0.size < $1.size }[...]
    }

    mutating func check(_ files: inout BundleFiles) throws {
        try findMinimum(files.listing)
        try passPruned(&files)
        for index in minimum / 256...(size - 1) / 256 {
            guard let tile = TileID(level: 0, index: index, inTreeOf: size) else { continue }
            try checkTile(tile, &files)
        }
        try checkUpperTiles(&files)
        guard prunedByEntry == minimum || minimum == 0 else { throw LogFinding(.prune, at: 0) }
    }

    /// Where the entries begin: the first file of them that is listed.
    private mutating func findMinimum(_ listing: BundleListing) throws {
        for index in 0...(size - 1) / 256 {
            guard let tile = TileID(level: 0, index: index, inTreeOf: size) else { continue }
            guard listing.digest(of: tile.entriesPath) == nil else {
                minimum = index * 256
                return
            }
        }
        throw LogFinding(.size, at: 0)
    }

    /// Takes the roots of pruned tiles from level 1, which stays.
    private mutating func passPruned(_ files: inout BundleFiles) throws {
        var left = minimum / 256
        var index: UInt64 = 0
        while left > 0 {
            guard let tile = TileID(level: 1, index: index, inTreeOf: size) else { break }
            for root in try hashes(of: tile, &files).prefix(Int(min(left, 256))) {
                upperTiles += edge.append(prunedTile: root)
                try compareRoots()
            }
            left -= min(left, 256)
            index += 1
        }
    }

    private mutating func checkTile(_ tile: TileID, _ files: inout BundleFiles) throws {
        let first = tile.firstLeaf(at: 0)
        let content = try files.content(tile.entriesPath, orFind: LogFinding(.size, at: first))
        let leaves = try hashes(of: tile, &files)
        try content.withUnsafeBytes { bytes in
            var rest = bytes[...]
            for position in 0..<tile.width {
                let sequence = first + UInt64(position)
                guard let entry = Self.takeEntry(&rest) else {
                    throw LogFinding(.entries, at: sequence)
                }
                guard Self.hasSequence(sequence, entry) else {
                    throw LogFinding(.seq, at: sequence)
                }
                let leaf = TreeHash.leaf(of: entry)
                guard leaf == leaves[position] else { throw LogFinding(.leaf, at: sequence) }
                if minimum > 0, let pruned = Self.prunedMinimum(entry) {
                    prunedByEntry = max(prunedByEntry, pruned)
                }
                let full = edge.append(leaf)
                if !full.isEmpty { upperTiles += full.dropFirst() }
                try compareRoots()
            }
            guard rest.isEmpty else {
                throw LogFinding(.entries, at: first + UInt64(tile.width))
            }
        }
    }

    /// Compares the heads of exactly the size reached.
    private mutating func compareRoots() throws {
        guard edge.size >= nextSize else { return }
        let before = covered
        while let head = roots.first, head.size <= edge.size {
            roots.removeFirst()
            if head.size < edge.size {
                guard !brought.contains(head) else { throw LogGap.earlyHead }
                headsPassedOver += 1
            } else if head.root == edge.root {
                covered = head.size
            } else {
                throw LogFinding(.root, at: before)
            }
        }
        nextSize = roots.first?.size ?? .max
    }

    /// Compares levels 1 and above with what follows from the tiles below.
    private mutating func checkUpperTiles(_ files: inout BundleFiles) throws {
        for level in 1...TileID.levelMax {
            let hashes = edge.partialTile(level: level)
            guard !hashes.isEmpty else { continue }
            let index = TileID.hashes(level: level, inTreeOf: size) / 256
            upperTiles.append(
                .init(id: TileID(level: level, index: index, width: hashes.count), hashes: hashes))
        }
        upperTiles.sort { ($0.id.level, $0.id.index) < ($1.id.level, $1.id.index) }
        for tile in upperTiles {
            let stored = try hashes(of: tile.id, &files)
            for position in tile.hashes.indices where stored[position] != tile.hashes[position] {
                throw LogFinding(.tile, at: tile.id.firstLeaf(at: position))
            }
        }
    }

    /// Exactly the hashes of a tile's file.
    private func hashes(of tile: TileID, _ files: inout BundleFiles) throws -> [TreeHash] {
        let finding = LogFinding(.tile, at: tile.firstLeaf(at: 0))
        let content = try files.content(tile.path, orFind: finding)
        guard let hashes = TreeHash.list(content), hashes.count == tile.width else {
            throw finding
        }
        return hashes
    }
}

extension TreeChecker {
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

    /// Whether an entry begins with its number and the name of the next field.
    private static func hasSequence(_ sequence: UInt64, _ entry: UnsafeRawBufferPointer) -> Bool {
        guard entry.starts(with: #"{"seq":"#.utf8) else { return false }
        let digits = entry.dropFirst(7).prefix { $0 != UInt8(ascii: ",") }
        return Decimal.value(of: digits) == sequence
            && entry[digits.endIndex...].starts(with: #","time":"#.utf8)
    }

    /// The new minimum in an entry about pruning; `nil` in every other entry.
    ///
    /// Quotes inside texts are escaped, so these bytes can only be members.
    private static func prunedMinimum(_ entry: UnsafeRawBufferPointer) -> UInt64? {
        guard let kind = find(#""kind":"prune","outcome":"success""#, in: entry[...]),
            let data = find(#""data":{"events":"#, in: entry[kind...])
        else { return nil }
        let digits = entry[data...].prefix {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        return Decimal.value(of: digits)
    }

    /// The offset behind the first place where a text occurs.
    private static func find(_ text: String, in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return nil }
        return (bytes.startIndex...bytes.endIndex - wanted.count).first {
            bytes[$0...].starts(with: wanted)
        }.map { $0 + wanted.count }
    }
}
