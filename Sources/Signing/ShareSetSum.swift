import Crypto

/// The digest of a set of streams, kept while streams join and leave it (`sync-v1.md`, *Share
/// set*).
///
/// Each stream name counts as a number, its SHA-256 behind a domain tag; the sum of these numbers
/// modulo 2^256 and their count give the digest, in whatever order the streams came. The type does
/// not know its members: a name that is inserted twice, or removed without having been inserted,
/// gives a sum of no set at all. Counting is modulo 2^64 and never traps.
public struct ShareSetSum: Sendable, Hashable {
    private static let memberTag = Array("accord/shareset-member/v1\0".utf8)
    private static let setTag = Array("accord/shareset/v1\0".utf8)

    /// How many streams the set has.
    public private(set) var count: UInt64
    private var number: Number

    /// The sum of the empty set.
    public init() {
        count = 0
        number = Number()
    }

    /// Takes up a sum that was stored; `nil` unless `sum` has 32 bytes.
    public init?(count: UInt64, sum: [UInt8]) {
        guard sum.count == 32 else { return nil }
        self.count = count
        number = sum.withUnsafeBytes { Number(bigEndian: $0) }
    }

    /// The sum of the members, 32 bytes, most significant first.
    public var sum: [UInt8] { number.bytes }

    /// The 32 bytes that both sides compare.
    public var digest: [UInt8] {
        let size = (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * UInt64($0))) }
        return Digest.sha256(of: [Self.setTag, size, sum])
    }

    /// Adds a stream that is not in the set.
    public mutating func insert(_ name: some Collection<UInt8>) {
        number.add(Self.member(name))
        count &+= 1
    }

    /// Takes a stream out that is in the set.
    public mutating func remove(_ name: some Collection<UInt8>) {
        number.subtract(Self.member(name))
        count &-= 1
    }

    private static func member(_ name: some Collection<UInt8>) -> Number {
        var hasher = SHA256()
        hasher.update(data: memberTag)
        let isContiguous: Void? = name.withContiguousStorageIfAvailable { bytes in
            hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        }
        if isContiguous == nil { hasher.update(data: Array(name)) }
        return hasher.finalize().withUnsafeBytes { Number(bigEndian: $0) }
    }
}

/// An unsigned number of 256 bits, modulo 2^256.
private struct Number: Sendable, Hashable {
    /// The most significant 64 bits first.
    private var limbs: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    /// Reads 32 bytes, most significant first.
    init(bigEndian bytes: UnsafeRawBufferPointer) {
        let limb = { (index: Int) in
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
        }
        limbs = (limb(0), limb(1), limb(2), limb(3))
    }

    /// 32 bytes, most significant first.
    var bytes: [UInt8] {
        [limbs.0, limbs.1, limbs.2, limbs.3].flatMap { limb in
            (0..<8).map { UInt8(truncatingIfNeeded: limb >> (56 - 8 * UInt64($0))) }
        }
    }

    mutating func add(_ other: Number) {
        var carry: UInt64 = 0
        limbs.3 = Self.sum(limbs.3, other.limbs.3, &carry)
        limbs.2 = Self.sum(limbs.2, other.limbs.2, &carry)
        limbs.1 = Self.sum(limbs.1, other.limbs.1, &carry)
        limbs.0 = Self.sum(limbs.0, other.limbs.0, &carry)
    }

    mutating func subtract(_ other: Number) {
        var borrow: UInt64 = 0
        limbs.3 = Self.difference(limbs.3, other.limbs.3, &borrow)
        limbs.2 = Self.difference(limbs.2, other.limbs.2, &borrow)
        limbs.1 = Self.difference(limbs.1, other.limbs.1, &borrow)
        limbs.0 = Self.difference(limbs.0, other.limbs.0, &borrow)
    }

    private static func sum(_ left: UInt64, _ right: UInt64, _ carry: inout UInt64) -> UInt64 {
        let (part, first) = left.addingReportingOverflow(right)
        let (whole, second) = part.addingReportingOverflow(carry)
        carry = first || second ? 1 : 0
        return whole
    }

    private static func difference(
        _ left: UInt64, _ right: UInt64, _ borrow: inout UInt64
    ) -> UInt64 {
        let (part, first) = left.subtractingReportingOverflow(right)
        let (whole, second) = part.subtractingReportingOverflow(borrow)
        borrow = first || second ? 1 : 0
        return whole
    }

    static func == (left: Number, right: Number) -> Bool { left.limbs == right.limbs }

    func hash(into hasher: inout Hasher) {
        hasher.combine(limbs.0)
        hasher.combine(limbs.1)
        hasher.combine(limbs.2)
        hasher.combine(limbs.3)
    }
}
