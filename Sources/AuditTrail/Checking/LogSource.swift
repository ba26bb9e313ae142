public import Signing

/// Where a verifier finds a log: in the files of a bundle, or in the rows that a store would make
/// them from.
///
/// A verifier asks in the order of its checks (`audit-log-v1.md` §9), for entries once.
public protocol LogSource {
    /// The content of `keys`, `checkpoint` or `heads`.
    ///
    /// - Throws: a `LogFinding` or `LogGap` that ends the check if it is not there.
    mutating func content(of path: String) throws -> [UInt8]

    /// The first tile of level 0 whose entries are there; `nil` if there are none.
    mutating func firstEntries(inTreeOf size: UInt64) throws -> TileID?

    /// Whether there are entries of a tile of level 0, which are read next.
    mutating func openEntries(of tile: TileID) throws -> Bool

    /// The hashes of a tile; `nil` if it is not there.
    mutating func hashes(of tile: TileID) throws -> [TreeHash]?

    /// Gives the entries of the tile that was opened last, in their order and no more than it is wide;
    /// the bytes may be looked at during the call only.
    ///
    /// - Returns: whether nothing but these entries is there.
    mutating func forEachEntry(
        of tile: TileID, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool
}
