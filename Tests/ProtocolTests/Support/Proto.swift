/// Protocol Buffers written by hand, one field at a time, so that vectors can hold what the
/// product would never write.
enum Proto {
    /// A base-128 integer without a field in front of it.
    static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// A field of wire type 0.
    static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] {
        varint(field << 3) + varint(value)
    }

    /// A field of wire type 1.
    static func fixed64(_ field: UInt64, _ value: UInt64) -> [UInt8] {
        varint(field << 3 | 1) + (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A field of wire type 2.
    static func data(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }

    /// A field of wire type 2 that holds a text.
    static func text(_ field: UInt64, _ text: String) -> [UInt8] { data(field, Array(text.utf8)) }

    /// A frame with codec 0.
    static func rawFrame(_ content: [UInt8]) -> [UInt8] {
        [0] + varint(UInt64(content.count)) + content
    }
}

/// A message as its fields, each written already, so that one of them can be replaced.
struct ProtoFields {
    private var fields: [UInt64: [UInt8]]

    init(_ fields: [UInt64: [UInt8]]) { self.fields = fields }

    /// The message with other bytes in place of one field; no bytes leave the field out.
    func replacing(_ field: UInt64, _ bytes: [UInt8]) -> ProtoFields {
        var copy = self
        copy.fields[field] = bytes
        return copy
    }

    /// The message, fields ascending.
    var bytes: [UInt8] { fields.sorted { $0.key < $1.key }.flatMap(\.value) }
}
