/// The names of all objects that are open at one moment, innermost last.
///
/// One array serves the whole document: it grows to the largest number of names that were open at
/// once and is never shrunk, so an ordinary object costs no allocation.
struct OpenNames {
    private var names: [MemberName] = []
    private(set) var count = 0

    /// Objects up to this size are compared name by name; larger ones are sorted.
    private static let pairwiseMax = 16

    @inline(__always)
    mutating func append(_ name: MemberName) {
        if count < names.count {
            names[count] = name
        } else {
            names.append(name)
        }
        count += 1
    }

    /// Forgets the names from `lower` on; their object has closed.
    @inline(__always)
    mutating func drop(from lower: Int) {
        count = lower
    }

    /// The first name from `lower` on that repeats an earlier one, or nil.
    @inline(__always)
    mutating func firstRepeated(from lower: Int, in input: InputBytes) -> MemberName? {
        guard count - lower > 1 else { return nil }
        return count - lower <= Self.pairwiseMax
            ? firstRepeatedPairwise(from: lower, in: input)
            : firstRepeatedSorted(from: lower, in: input)
    }

    private func firstRepeatedPairwise(from lower: Int, in input: InputBytes) -> MemberName? {
        names.withUnsafeBufferPointer { names in
            for later in lower + 1..<count {
                let fingerprint = names[later].fingerprint
                for earlier in lower..<later where names[earlier].fingerprint == fingerprint {
                    if names[earlier].isSame(as: names[later], in: input) {
                        return names[later]
                    }
                }
            }
            return nil
        }
    }

    private mutating func firstRepeatedSorted(
        from lower: Int, in input: InputBytes
    ) -> MemberName? {
        let upper = count
        return names.withUnsafeMutableBufferPointer { names in
            var own = UnsafeMutableBufferPointer(rebasing: names[lower..<upper])
            own.sort { $0.precedes($1, in: input) }
            var first: MemberName?
            for index in 1..<own.count where own[index].isSame(as: own[index - 1], in: input) {
                if let known = first, known.start < own[index].start { continue }
                first = own[index]
            }
            return first
        }
    }
}
