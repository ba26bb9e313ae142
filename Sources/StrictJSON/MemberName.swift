/// A member's name while its object is open: where it stands, and a fingerprint of its content.
struct MemberName {
    /// Mixed from the length and the first and last eight bytes after unescaping. Equal names
    /// have equal fingerprints; the reverse is likely but nothing depends on it.
    let fingerprint: UInt64
    private let startOffset: UInt32
    private let endOffset: UInt32
    private let hasEscapes: Bool

    /// Describes the name between its quotes, from `start` to before `end`.
    @inline(__always)
    init(_ input: InputBytes, from start: Int, to end: Int, hasEscapes: Bool) {
        startOffset = UInt32(truncatingIfNeeded: start)
        endOffset = UInt32(truncatingIfNeeded: end)
        self.hasEscapes = hasEscapes
        fingerprint =
            hasEscapes
            ? Self.fingerprintOfEscaped(input, from: start, to: end)
            : Self.fingerprintOfPlain(input, from: start, to: end)
    }

    /// Offset of the first byte behind the opening quote.
    var start: Int { Int(startOffset) }

    /// Offset of the closing quote.
    var end: Int { Int(endOffset) }

    /// Whether both names are the same after unescaping, byte for byte (RFC 8259 §8.3).
    ///
    /// No Unicode normalisation takes part: it would need tables, and no peer would agree on the
    /// version.
    func isSame(as other: MemberName, in input: InputBytes) -> Bool {
        guard fingerprint == other.fingerprint else { return false }
        if hasEscapes || other.hasEscapes {
            return Self.unescapedOrder(self, other, in: input) == 0
        }
        return end - start == other.end - other.start
            && Self.plainOrder(self, other, in: input) == 0
    }

    /// A total order in which equal names are neighbours, earlier ones first.
    ///
    /// Comparing bytes decides between equal fingerprints, so names made to collide cost what
    /// sorting them costs, and no more.
    func precedes(_ other: MemberName, in input: InputBytes) -> Bool {
        if fingerprint != other.fingerprint { return fingerprint < other.fingerprint }
        let order =
            hasEscapes || other.hasEscapes
            ? Self.unescapedOrder(self, other, in: input)
            : Self.plainOrder(self, other, in: input)
        return order != 0 ? order < 0 : start < other.start
    }

    /// Below, at or above 0 as the left name comes before, equals or comes after the right one.
    private static func plainOrder(
        _ left: MemberName, _ right: MemberName, in input: InputBytes
    ) -> Int {
        let leftCount = left.end - left.start
        let rightCount = right.end - right.start
        let common = min(leftCount, rightCount)
        var at = 0
        while at + 8 <= common {
            let leftWord = input.word(at: left.start + at)
            let rightWord = input.word(at: right.start + at)
            if leftWord != rightWord {
                return leftWord.byteSwapped < rightWord.byteSwapped ? -1 : 1
            }
            at += 8
        }
        while at < common {
            let difference = Int(input[left.start + at]) - Int(input[right.start + at])
            if difference != 0 { return difference }
            at += 1
        }
        return leftCount - rightCount
    }

    private static func unescapedOrder(
        _ left: MemberName, _ right: MemberName, in input: InputBytes
    ) -> Int {
        var leftBytes = UnescapedBytes(input, from: left.start, to: left.end)
        var rightBytes = UnescapedBytes(input, from: right.start, to: right.end)
        while true {
            let leftByte = leftBytes.next().map(Int.init) ?? -1
            let rightByte = rightBytes.next().map(Int.init) ?? -1
            if leftByte != rightByte { return leftByte - rightByte }
            if leftByte < 0 { return 0 }
        }
    }

    @inline(__always)
    private static func fingerprintOfPlain(
        _ input: InputBytes, from start: Int, to end: Int
    ) -> UInt64 {
        let count = end - start
        if count >= 8 {
            return mix(
                first: input.word(at: start), last: input.word(at: end - 8), count: count)
        }
        var only: UInt64 = 0
        if start + 8 <= input.count {
            only = input.word(at: start) & ((1 << UInt64(8 * count)) - 1)
        } else {
            for offset in 0..<count {
                only |= UInt64(input[start + offset]) << UInt64(8 * offset)
            }
        }
        return mix(first: only, last: only, count: count)
    }

    private static func fingerprintOfEscaped(
        _ input: InputBytes, from start: Int, to end: Int
    ) -> UInt64 {
        var bytes = UnescapedBytes(input, from: start, to: end)
        var first: UInt64 = 0
        var last: UInt64 = 0
        var count = 0
        while let byte = bytes.next() {
            if count < 8 { first |= UInt64(byte) << UInt64(8 * count) }
            last = last >> 8 | UInt64(byte) << 56
            count += 1
        }
        return mix(first: first, last: count < 8 ? first : last, count: count)
    }

    /// Two odd constants from the golden ratio and from the square root of 2 spread the bits.
    @inline(__always)
    private static func mix(first: UInt64, last: UInt64, count: Int) -> UInt64 {
        let rotated = last << 29 | last >> 35
        return (first &* 0x9E37_79B9_7F4A_7C15) ^ (rotated &* 0x6A09_E667_F3BC_C909)
            ^ UInt64(truncatingIfNeeded: count)
    }
}
