/// One signature line of a note: `— <name> <base64 of key id and signature>`.
public struct NoteSignature: Sendable, Hashable {
    /// The name of the key.
    public let name: String
    /// Which of the keys and types under that name.
    public let keyID: UInt32
    /// What the key's type makes of it: 64 bytes of Ed25519, behind 8 bytes of time in a
    /// cosignature.
    public let bytes: [UInt8]

    /// An em dash and a space.
    private static let mark = Array("\u{2014} ".utf8)

    /// Assembles a line; nothing is checked.
    public init(name: String, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// Reads a line without its newline.
    public init(line: ArraySlice<UInt8>) throws(LogRefusal) {
        let parts = line.dropFirst(Self.mark.count).split(
            separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard line.starts(with: Self.mark), parts.count == 2,
            let bytes = Base64.bytes(parts[1]), bytes.count > 4
        else { throw .badSignatureLine }
        name = String(decoding: parts[0], as: UTF8.self)
        guard NoteKey.isName(name) else { throw .badSignatureLine }
        keyID = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        self.bytes = Array(bytes.dropFirst(4))
    }

    /// The line with its newline.
    public var line: [UInt8] {
        let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> UInt32(24 - 8 * $0)) }
        return Self.mark + Array(name.utf8) + [UInt8(ascii: " ")] + Base64.text(id + bytes)
            + [UInt8(ascii: "\n")]
    }

    /// When a witness cosigned, in seconds since 1970 UTC by its clock; `nil` if these are not the
    /// 72 bytes of a cosignature.
    public var cosignedSeconds: UInt64? {
        guard bytes.count == 72 else { return nil }
        let seconds = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return seconds <= LogLimits.sizeMax ? seconds : nil
    }

    /// Reads signature lines that stand one behind the other, as a witness answers with.
    static func lines(_ bytes: ArraySlice<UInt8>) throws(LogRefusal) -> [NoteSignature] {
        guard bytes.last == UInt8(ascii: "\n") else { throw .noSignatures }
        let lines = bytes.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count <= LogLimits.signaturesMax else { throw .tooLong }
        var signatures: [NoteSignature] = []
        for line in lines {
            signatures.append(try NoteSignature(line: line))
        }
        return signatures
    }
}
