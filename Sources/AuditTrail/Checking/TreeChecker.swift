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

    mutating func check(_ source: inout some LogSource) throws {
        guard let first = try source.firstEntries(inTreeOf: size) else {
            throw LogFinding(.size, at: 0)
        }
        minimum = first.firstLeaf(at: 0)
        try passPruned(&source)
        for index in first.index...(size - 1) / 256 {
            guard let tile = TileID(level: 0, index: index, inTreeOf: size) else { continue }
            try checkTile(tile, &source)
        }
        try checkUpperTiles(&source)
        guard prunedByEntry == minimum || minimum == 0 else { throw LogFinding(.prune, at: 0) }
    }

    /// Takes the roots of pruned tiles from level 1, which stays.
    private mutating func passPruned(_ source: inout some LogSource) throws {
        var left = minimum / 256
        var index: UInt64 = 0
        while left > 0 {
            guard let tile = TileID(level: 1, index: index, inTreeOf: size) else { break }
            for root in try hashes(of: tile, &source).prefix(Int(min(left, 256))) {
                upperTiles += edge.append(prunedTile: root)
                try compareRoots()
            }
            left -= min(left, 256)
            index += 1
        }
    }

    private mutating func checkTile(_ tile: TileID, _ source: inout some LogSource) throws {
        let first = tile.firstLeaf(at: 0)
        guard try source.openEntries(of: tile) else { throw LogFinding(.size, at: first) }
        let leaves = try hashes(of: tile, &source)
        var position = 0
        let isWhole = try source.forEachEntry(of: tile) { entry in
            try check(entry, at: first + UInt64(position), leaf: leaves[position])
            position += 1
        }
        guard isWhole, position == tile.width else {
            throw LogFinding(.entries, at: first + UInt64(position))
        }
    }

    private mutating func check(
        _ entry: UnsafeRawBufferPointer, at sequence: UInt64, leaf expected: TreeHash
    ) throws {
        guard entry.count <= AuditEntryEncoder.entryBytesMax else {
            throw LogFinding(.entries, at: sequence)
        }
        guard EntryBytes(entry).begins(sequence) else { throw LogFinding(.seq, at: sequence) }
        let leaf = TreeHash.leaf(of: entry)
        guard leaf == expected else { throw LogFinding(.leaf, at: sequence) }
        if minimum > 0, let pruned = EntryBytes(entry).minimumOfPruning() {
            prunedByEntry = max(prunedByEntry, pruned)
        }
        let full = edge.append(leaf)
        if !full.isEmpty { upperTiles += full.dropFirst() }
        try compareRoots()
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
    private mutating func checkUpperTiles(_ source: inout some LogSource) throws {
        for level in 1...TileID.levelMax {
            let hashes = edge.partialTile(level: level)
            guard !hashes.isEmpty else { continue }
            let index = TileID.hashes(level: level, inTreeOf: size) / 256
            upperTiles.append(
                .init(id: TileID(level: level, index: index, width: hashes.count), hashes: hashes))
        }
        upperTiles.sort { ($0.id.level, $0.id.index) < ($1.id.level, $1.id.index) }
        for tile in upperTiles {
            let stored = try hashes(of: tile.id, &source)
            for position in tile.hashes.indices where stored[position] != tile.hashes[position] {
                throw LogFinding(.tile, at: tile.id.firstLeaf(at: position))
            }
        }
    }

    /// Exactly the hashes of a tile.
    private func hashes(of tile: TileID, _ source: inout some LogSource) throws -> [TreeHash] {
        guard let hashes = try source.hashes(of: tile), hashes.count == tile.width else {
            throw LogFinding(.tile, at: tile.firstLeaf(at: 0))
        }
        return hashes
    }
}
