/// Base-128 variable-length integers, least significant group first, as in Protocol Buffers
/// (*Encoding*, "Base 128 Varints"); at most five bytes, at most 2^32 − 1.
enum Varint {
    /// Appends the shortest form of `value`.
    static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Reads a value in its shortest form and moves `position` past it; `nil` if there is none.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> UInt32? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 35 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                let isShortest = byte != 0 || shift == 0
                return isShortest ? UInt32(exactly: value) : nil
            }
            shift += 7
        }
        return nil
    }
}
