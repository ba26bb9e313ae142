public import Signing

/// The right edge of a Merkle tree (RFC 6962 §2.1): all that is needed to append to it and to name
/// its root.
///
/// A value of a few hundred hashes at most. It is kept in memory; whoever appends in a transaction
/// keeps the edge from before and puts it back if the transaction fails. What must be stored with
/// each append, in the same transaction, is the entry, its leaf hash and every tile that
/// `append` returns. With these the edge is built anew by `init(size:tiles:)`, and every proof can
/// be given by `MerkleTiles`.
public struct MerkleEdge: Sendable, Hashable {
    /// How many leaves the tree has.
    public private(set) var size: UInt64 = 0
    /// The roots of the perfect subtrees, one for each bit of `size`, from the left.
    private var peaks: [TreeHash] = []
    /// For each level the hashes of the tile that is not full yet.
    private var partial: [[TreeHash]] = []

    /// The edge of a tree without leaves.
    public init() {}

    /// Appends a leaf; returns the tiles that are full with it, from level 0 upwards.
    ///
    /// The cost is one hash for each append on average, and memory for a tile in every 256.
    public mutating func append(_ leaf: TreeHash) -> [CompletedTile] {
        append(leaf, height: 0)
    }

    /// Appends 256 leaves of which only the root is known: a full tile of level 0 that was pruned.
    ///
    /// The size must be a multiple of 256. Returns the tiles of level 1 and above that are full.
    public mutating func append(prunedTile root: TreeHash) -> [CompletedTile] {
        precondition(size % 256 == 0, "a pruned tile behind \(size) leaves")
        return append(root, height: 8)
    }

    /// The root of the tree as it stands.
    public var root: TreeHash {
        guard var root = peaks.last else { return .empty }
        for peak in peaks.dropLast().reversed() {
            root = .node(peak, root)
        }
        return root
    }

    /// The hashes of the tile of a level that is not full yet, from the left; none if it is empty.
    ///
    /// The store keeps full tiles only and answers for partial ones from here: the partial tile of
    /// any earlier size is the beginning of this one or of a full one.
    public func partialTile(level: Int) -> [TreeHash] {
        partial.indices.contains(level) ? partial[level] : []
    }

    private mutating func append(_ subtree: TreeHash, height: Int) -> [CompletedTile] {
        var completed: [CompletedTile] = []
        var node = subtree
        var height = height
        var rest = size >> UInt64(height)
        size += 1 << UInt64(height)
        add(node, level: height / 8)
        while rest & 1 == 1 {
            node = .node(peaks.removeLast(), node)
            height += 1
            rest >>= 1
            guard height % 8 == 0 else { continue }
            let level = height / 8 - 1
            let id = TileID(level: level, index: (size >> UInt64(height)) - 1)
            completed.append(CompletedTile(id: id, hashes: partial[level]))
            partial[level].removeAll(keepingCapacity: true)
            add(node, level: level + 1)
        }
        peaks.append(node)
        return completed
    }

    private mutating func add(_ hash: TreeHash, level: Int) {
        while partial.count <= level { partial.append([]) }
        partial[level].append(hash)
    }

    /// A tile that has become full, to be stored for good.
    public struct CompletedTile: Sendable, Hashable {
        /// Its name; the width is 256.
        public let id: TileID
        /// Its 256 hashes.
        public let hashes: [TreeHash]

        /// The 8,192 bytes that are stored and exported.
        public var bytes: [UInt8] { hashes.flatMap(\.bytes) }
    }
}

extension MerkleEdge {
    /// Builds the edge anew, as after a start.
    ///
    /// - Parameters:
    ///   - size: how many leaves the stored log has.
    ///   - tiles: gives the partial tile at the end of each level. The store has the one of level 0
    ///     in its leaf hashes; each hash of a higher level is the root of a full tile below it
    ///     (`MerkleTiles.root(ofTile:)`).
    /// - Throws: what `tiles` throws, or `TileFailure`.
    public init(size: UInt64, tiles: TileReader) throws {
        for level in 0...TileID.levelMax {
            let count = Int(TileID.hashes(level: level, inTreeOf: size) % 256)
            let index = TileID.hashes(level: level, inTreeOf: size) / 256
            guard count > 0 || index > 0 else { break }
            guard count > 0 else {
                partial.append([])
                continue
            }
            let id = TileID(level: level, index: index, width: count)
            partial.append(try MerkleTiles.read(id, tiles))
        }
        self.size = size
        for hashes in partial.reversed() {
            var rest = hashes[...]
            for height in (0..<8).reversed() where hashes.count >> height & 1 == 1 {
                peaks.append(MerkleTiles.root(of: rest.prefix(1 << height)))
                rest = rest.dropFirst(1 << height)
            }
        }
    }
}
