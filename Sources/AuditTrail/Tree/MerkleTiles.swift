public import Signing

/// Gives the hashes of a tile, at least as many as its width; those behind are not looked at, so a
/// full tile answers for each of its partial ones.
public typealias TileReader = (TileID) throws -> [TreeHash]

/// Why a proof could not be made from tiles.
public enum TileFailure: Error, Sendable, Hashable {
    /// The reader has no such tile.
    case missing(TileID)
    /// The reader gave fewer hashes than the tile has.
    case short(TileID)
}

/// A tree of a given size behind its tiles: gives roots and proofs (RFC 6962 §2.1).
///
/// Each tile is read once. A proof in a tree of n leaves reads about 2 · log256(n) tiles and hashes
/// each of them once at most, so it takes about a thousand hashes for ten million leaves.
public struct MerkleTiles {
    /// How many leaves the tree has; the tiles may be those of a larger one.
    public let size: UInt64

    private let reader: TileReader
    private var tiles: [TileID: [TreeHash]] = [:]

    /// The tree of the first `size` leaves.
    public init(size: UInt64, tiles: @escaping TileReader) {
        precondition(size <= LogLimits.sizeMax, "a tree of \(size) leaves")
        self.size = size
        reader = tiles
    }

    /// The root of the tree.
    public mutating func root() throws -> TreeHash {
        size == 0 ? .empty : try hash(0..<size)
    }

    /// Proves that the leaf at `index` is in the tree: the sibling hashes from the leaf upwards.
    ///
    /// - Precondition: `index < size`.
    /// - Throws: what the reader throws, or `TileFailure`.
    public mutating func inclusionProof(of index: UInt64) throws -> [TreeHash] {
        precondition(index < size, "no leaf \(index) in a tree of \(size)")
        var proof: [TreeHash] = []
        var range = 0..<size
        while range.upperBound - range.lowerBound > 1 {
            let middle = Self.middle(of: range)
            let left = range.lowerBound..<middle
            let right = middle..<range.upperBound
            proof.append(try hash(index < middle ? right : left))
            range = index < middle ? left : right
        }
        return proof.reversed()
    }

    /// Proves that the tree begins with the tree of the first `oldSize` leaves.
    ///
    /// - Precondition: `oldSize <= size`.
    /// - Returns: no hashes if `oldSize` is 0 or `size`.
    /// - Throws: what the reader throws, or `TileFailure`.
    public mutating func consistencyProof(from oldSize: UInt64) throws -> [TreeHash] {
        precondition(oldSize <= size, "no tree of \(oldSize) in one of \(size)")
        guard oldSize > 0, oldSize < size else { return [] }
        var proof: [TreeHash] = []
        var range = 0..<size
        while range.upperBound != oldSize {
            let middle = Self.middle(of: range)
            let left = range.lowerBound..<middle
            let right = middle..<range.upperBound
            proof.append(try hash(oldSize <= middle ? right : left))
            range = oldSize <= middle ? left : right
        }
        // The old tree knows its own root; any other subtree it ends in must be shown.
        if range.lowerBound > 0 { proof.append(try hash(range)) }
        return proof.reversed()
    }

    /// The root of a full tile, which is a hash of the level above.
    public static func root(ofTile hashes: [TreeHash]) -> TreeHash {
        precondition(hashes.count == TileID.widthMax, "a tile of \(hashes.count) hashes")
        return root(of: hashes[...])
    }

    /// The root of a perfect subtree over these hashes; their number is a power of two.
    static func root(of hashes: ArraySlice<TreeHash>) -> TreeHash {
        var row = Array(hashes)
        var count = row.count
        while count > 1 {
            count /= 2
            for place in 0..<count {
                row[place] = .node(row[2 * place], row[2 * place + 1])
            }
        }
        return row[0]
    }

    /// Exactly the hashes of a tile.
    static func read(_ id: TileID, _ reader: TileReader) throws -> [TreeHash] {
        let hashes = try reader(id)
        guard hashes.count >= id.width else { throw TileFailure.short(id) }
        return hashes.count == id.width ? hashes : Array(hashes.prefix(id.width))
    }

    /// Where RFC 6962 splits a range: behind the largest power of two below its length.
    private static func middle(of range: Range<UInt64>) -> UInt64 {
        let count = range.upperBound - range.lowerBound
        return range.lowerBound + 1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }

    private mutating func hash(_ range: Range<UInt64>) throws -> TreeHash {
        let count = range.upperBound - range.lowerBound
        if count.nonzeroBitCount == 1 {
            return try perfect(height: count.trailingZeroBitCount, first: range.lowerBound)
        }
        let middle = Self.middle(of: range)
        return .node(
            try hash(range.lowerBound..<middle), try hash(middle..<range.upperBound))
    }

    /// The root of the perfect subtree of 2^height leaves that begins at `first`.
    private mutating func perfect(height: Int, first: UInt64) throws -> TreeHash {
        let level = height / 8
        let place = first >> UInt64(8 * level)
        guard let id = TileID(level: level, index: place / 256, inTreeOf: size) else {
            preconditionFailure("no subtree at \(first) in a tree of \(size)")
        }
        let hashes = try tiles[id] ?? Self.read(id, reader)
        tiles[id] = hashes
        let start = Int(place % 256)
        return Self.root(of: hashes[start..<start + 1 << (height % 8)])
    }
}
