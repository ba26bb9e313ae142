/// One value or member name on a document's tape: 16 bytes, in document order.
///
/// An object is followed by its first name, that name's value, the second name, and so on; an
/// array by its items. `next` leads past everything inside.
struct TapeEntry: Sendable {
    /// Offset of the first byte, the quote or bracket included.
    private let startOffset: UInt32
    /// Offset behind the last byte.
    private var endOffset: UInt32
    /// Tape index behind the value, in the lower 31 bits; `isMarked` in the highest.
    private var nextAndMark: UInt32
    /// Kind in the lower 3 bits; number of items or members in the others.
    private var kindAndCount: UInt32

    /// Makes the entry of a value without children.
    init(kind: JSONKind, start: Int, end: Int, next: Int, isMarked: Bool) {
        startOffset = UInt32(truncatingIfNeeded: start)
        endOffset = UInt32(truncatingIfNeeded: end)
        nextAndMark = UInt32(truncatingIfNeeded: next) | (isMarked ? Self.mark : 0)
        kindAndCount = UInt32(kind.rawValue)
    }

    var start: Int { Int(startOffset) }
    var end: Int { Int(endOffset) }
    var next: Int { Int(nextAndMark & ~Self.mark) }
    var count: Int { Int(kindAndCount >> 3) }

    /// Of a string: it holds escapes. Of an object or array: it holds white space outside strings.
    var isMarked: Bool { nextAndMark & Self.mark != 0 }

    var kind: JSONKind {
        JSONKind(rawValue: UInt8(truncatingIfNeeded: kindAndCount & 7)) ?? .null
    }

    /// Fills in what is known only when the closing bracket has been read.
    mutating func close(end: Int, next: Int, count: Int, isMarked: Bool) {
        endOffset = UInt32(truncatingIfNeeded: end)
        nextAndMark = UInt32(truncatingIfNeeded: next) | (isMarked ? Self.mark : 0)
        kindAndCount |= UInt32(truncatingIfNeeded: count) << 3
    }

    private static let mark: UInt32 = 1 << 31
}
