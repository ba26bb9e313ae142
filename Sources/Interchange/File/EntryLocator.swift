/// Finds which entry of a Bundle a byte of a document lies in, when the document could not be read.
///
/// It follows strings and brackets only, up to the byte, so it works on whatever a reader accepted
/// before it refused. It is a help for people and decides nothing.
enum EntryLocator {
    /// The index in the root object's array `entry` of the item that the offset lies in; `nil` if
    /// the offset lies elsewhere.
    static func entryIndex(of offset: Int, in bytes: [UInt8]) -> Int? {
        var state = State()
        let end = min(offset, bytes.count)
        bytes.withUnsafeBufferPointer { buffer in
            for index in 0..<end { state.take(buffer[index], at: index, in: buffer) }
        }
        // At the end of a truncated file, and at the byte that opens an item, too.
        return state.entry
    }

    private struct State {
        private var depth = 0
        private var isInString = false
        private var isEscaped = false
        private var stringStart = 0
        private var isEntryNamed = false
        private var isInEntries = false
        private var items = 0

        var entry: Int? { isInEntries ? items : nil }

        mutating func take(_ byte: UInt8, at index: Int, in bytes: UnsafeBufferPointer<UInt8>) {
            if isInString {
                takeInString(byte, at: index, in: bytes)
                return
            }
            switch byte {
            case UInt8(ascii: "\""):
                isInString = true
                stringStart = index + 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth == 2, isEntryNamed, byte == UInt8(ascii: "[") { isInEntries = true }
                isEntryNamed = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth < 2 { isInEntries = false }
            case UInt8(ascii: ","):
                if depth == 2, isInEntries { items += 1 }
                isEntryNamed = false
            default:
                break
            }
        }

        private mutating func takeInString(
            _ byte: UInt8, at index: Int, in bytes: UnsafeBufferPointer<UInt8>
        ) {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
                isEntryNamed = depth == 1 && bytes[stringStart..<index].elementsEqual("entry".utf8)
            }
        }
    }
}
