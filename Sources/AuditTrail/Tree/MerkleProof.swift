public import Signing

/// Checks proofs of a Merkle tree as RFC 9162 §2.1.3.2 and §2.1.4.2 describe it; the proofs are
/// those of RFC 6962.
public enum MerkleProof {
    /// The root that follows from a leaf and its inclusion proof; `nil` if the proof does not fit
    /// the place of the leaf in a tree of that size.
    public static func root(
        leaf: TreeHash, index: UInt64, size: UInt64, proof: [TreeHash]
    ) -> TreeHash? {
        guard index < size else { return nil }
        var place = index
        var last = size - 1
        var root = leaf
        for hash in proof {
            guard last > 0 else { return nil }
            if place & 1 == 1 || place == last {
                root = .node(hash, root)
                while place & 1 == 0, place > 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                root = .node(root, hash)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 ? root : nil
    }

    /// Whether a tree of `newSize` leaves begins with the tree of `oldSize` leaves.
    ///
    /// Every tree begins with the empty one; then, and for equal sizes, the proof must be empty.
    public static func isConsistent(
        oldSize: UInt64, oldRoot: TreeHash, newSize: UInt64, newRoot: TreeHash, proof: [TreeHash]
    ) -> Bool {
        guard oldSize <= newSize else { return false }
        guard oldSize > 0 else { return proof.isEmpty && oldRoot == .empty }
        guard oldSize < newSize else { return proof.isEmpty && oldRoot == newRoot }
        var place = oldSize - 1
        var last = newSize - 1
        while place & 1 == 1 {
            place >>= 1
            last >>= 1
        }
        // An old tree that is one perfect subtree is the beginning of the proof itself.
        var hashes = proof[...]
        guard let first = oldSize.nonzeroBitCount == 1 ? oldRoot : hashes.popFirst() else {
            return false
        }
        var old = first
        var new = first
        for hash in hashes {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                old = .node(hash, old)
                new = .node(hash, new)
                while place & 1 == 0, place > 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                new = .node(new, hash)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && old == oldRoot && new == newRoot
    }
}
