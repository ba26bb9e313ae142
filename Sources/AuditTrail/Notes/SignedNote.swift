/// A text with signatures (C2SP signed-note).
///
/// Lines of keys that a reader does not know are kept and not looked at: a log may change its key,
/// and anyone may add a cosignature.
public struct SignedNote: Sendable, Hashable {
    /// The text that is signed, with its last newline.
    public let text: [UInt8]
    /// The signature lines in their order.
    public private(set) var signatures: [NoteSignature]

    /// Puts signatures under a text.
    public init(text: [UInt8], signatures: [NoteSignature]) {
        precondition(text.last == UInt8(ascii: "\n"), "a text ends with a newline")
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note; nothing is believed yet.
    ///
    /// - Throws: `tooLong`, `notText`, `noSignatures` or `badSignatureLine`, in this order.
    public init(encoded: some Collection<UInt8>) throws(LogRefusal) {
        let bytes = Array(encoded)
        guard bytes.count <= LogLimits.noteBytesMax else { throw .tooLong }
        guard Self.isText(bytes) else { throw .notText }
        guard let split = Self.lastEmptyLine(in: bytes) else { throw .noSignatures }
        text = Array(bytes[..<split])
        signatures = try NoteSignature.lines(bytes[(split + 1)...])
    }

    /// The note as it travels and is stored.
    public var encoded: [UInt8] {
        text + [UInt8(ascii: "\n")] + signatures.flatMap(\.line)
    }

    /// Adds signatures that the note does not have yet.
    public mutating func add(_ more: [NoteSignature]) {
        for signature in more where !signatures.contains(signature) {
            signatures.append(signature)
        }
    }

    /// The keys that signed, each once, in the order given.
    ///
    /// - Throws: `badSignature` if a line names one of the keys and does not hold; `notSigned` if
    ///   none of the keys signed.
    public func signers(among keys: [NoteKey]) throws(LogRefusal) -> [NoteKey] {
        var signers: [NoteKey] = []
        for key in keys {
            let own = signatures.filter(key.isNamed)
            guard own.allSatisfy({ key.isValid($0, over: text) }) else { throw .badSignature }
            if !own.isEmpty { signers.append(key) }
        }
        guard !signers.isEmpty else { throw .notSigned }
        return signers
    }

    /// Whether bytes are UTF-8 without control characters other than newlines.
    static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 || $0 == 0x0A }
            && String(validating: bytes, as: UTF8.self) != nil
    }

    /// The offset of the second of the last two newlines in a row.
    private static func lastEmptyLine(in bytes: [UInt8]) -> Int? {
        bytes.indices.dropFirst().last { offset in
            bytes[offset] == UInt8(ascii: "\n") && bytes[offset - 1] == UInt8(ascii: "\n")
        }
    }
}
