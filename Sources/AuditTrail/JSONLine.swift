import Signing

/// Writes one JSON object on one line, members in the order of the calls (RFC 8259).
struct JSONLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var isEmpty = true

    /// Writes a text member; nothing for `nil`.
    mutating func text(_ name: String, _ value: String?) {
        guard let value else { return }
        member(name)
        append(quoted: value)
    }

    /// Writes an integer member.
    mutating func number(_ name: String, _ value: some BinaryInteger) {
        member(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes an object member.
    mutating func object(_ name: String, _ content: (inout JSONLine) -> Void) {
        member(name)
        var inner = JSONLine()
        content(&inner)
        bytes.append(contentsOf: inner.finished())
    }

    /// The finished object.
    func finished() -> [UInt8] {
        bytes + [UInt8(ascii: "}")]
    }

    private mutating func member(_ name: String) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        append(quoted: name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20, 0x7F:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: Hexadecimal.text([byte]).utf8)
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
