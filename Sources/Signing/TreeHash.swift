import Crypto

/// A hash of a Merkle tree: 32 bytes of SHA-256, as RFC 6962 §2.1 computes them for leaves and
/// nodes.
///
/// The two prefixes keep an entry from passing for a node. Values are plain words, so that a tree
/// of millions needs no memory of its own for each hash.
public struct TreeHash: Sendable, Hashable {
    /// How many bytes a hash has.
    public static let byteCount = 32

    private let words: SIMD4<UInt64>

    /// Reads exactly 32 bytes; `nil` for any other number.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        words = withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 32) { raw in
            raw.copyBytes(from: bytes)
            return raw.load(as: SIMD4<UInt64>.self)
        }
    }

    private init(words: SIMD4<UInt64>) {
        self.words = words
    }

    private init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: words) { Array($0) }
    }

    /// Whether some bytes are these 32; nothing is copied.
    public func isEqual(to bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count == Self.byteCount && bytes.loadUnaligned(as: SIMD4<UInt64>.self) == words
    }

    /// The root of a tree without leaves: SHA-256 of nothing.
    public static let empty = TreeHash(SHA256.hash(data: [] as [UInt8]))

    /// The hash of an entry: SHA-256(0x00 ‖ entry).
    public static func leaf(of entry: UnsafeRawBufferPointer) -> TreeHash {
        var hasher = SHA256()
        withUnsafeBytes(of: 0x00 as UInt8) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: entry)
        return TreeHash(hasher.finalize())
    }

    /// The hash of an entry: SHA-256(0x00 ‖ entry).
    public static func leaf(of entry: some Sequence<UInt8>) -> TreeHash {
        entry.withContiguousStorageIfAvailable { leaf(of: UnsafeRawBufferPointer($0)) }
            ?? Array(entry).withUnsafeBytes { leaf(of: $0) }
    }

    /// The hash of a node: SHA-256(0x01 ‖ left ‖ right).
    public static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 1) { raw in
            raw[0] = 0x01
            raw.storeBytes(of: left.words, toByteOffset: 1, as: SIMD4<UInt64>.self)
            raw.storeBytes(of: right.words, toByteOffset: 33, as: SIMD4<UInt64>.self)
            return TreeHash(SHA256.hash(data: UnsafeRawBufferPointer(raw)))
        }
    }

    /// Hashes that stand one behind the other, 32 bytes each; `nil` if bytes are left over.
    public static func list(_ bytes: some RandomAccessCollection<UInt8>) -> [TreeHash]? {
        bytes.withContiguousStorageIfAvailable { list(UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { list($0) }
    }

    private static func list(_ bytes: UnsafeRawBufferPointer) -> [TreeHash]? {
        guard bytes.count % byteCount == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: byteCount).map { offset in
            TreeHash(words: bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self))
        }
    }
}
