/// A JSON document that has passed every rule of ``JSONRefusal/Rule``, with a tape that says
/// where its values are.
///
/// Nothing is converted: values are ranges of ``bytes``, numbers stay the text they were written
/// as, and strings are unescaped when somebody asks for them. The tape takes 16 bytes for a value
/// or name: about four fifths of the document's size for formatted FHIR, at worst eight times it.
/// Input that need only be judged goes to ``check(_:limits:)-(UnsafeRawBufferPointer,_)``.
public struct JSONDocument: Sendable {
    /// The document as it was given, unchanged.
    public let bytes: [UInt8]

    let tape: [TapeEntry]

    /// Reads a document (RFC 8259) in one pass over its bytes.
    ///
    /// - Parameters:
    ///   - bytes: the whole document in UTF-8.
    ///   - limits: how much of it is accepted.
    /// - Throws: ``JSONRefusal`` with the rule that is broken first.
    public init(_ bytes: [UInt8], limits: JSONLimits = .value) throws(JSONRefusal) {
        let outcome = bytes.withUnsafeBytes { buffer in
            Self.read(buffer, limits: limits, sink: Tape(documentBytes: buffer.count))
        }
        self.bytes = bytes
        tape = try outcome.get().entries
    }

    /// Judges a document by the same rules, in the same order, and keeps nothing of it.
    ///
    /// - Parameters:
    ///   - bytes: the whole document in UTF-8; not kept.
    ///   - limits: how much of it is accepted.
    /// - Throws: ``JSONRefusal``, the same one that reading the document would throw.
    public static func check(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = .value
    ) throws(JSONRefusal) {
        _ = try read(bytes, limits: limits, sink: NoTape()).get()
    }

    /// Judges a document by the same rules, in the same order, and keeps nothing of it.
    ///
    /// - Parameters:
    ///   - bytes: the whole document in UTF-8.
    ///   - limits: how much of it is accepted.
    /// - Throws: ``JSONRefusal``, the same one that reading the document would throw.
    public static func check(
        _ bytes: [UInt8], limits: JSONLimits = .value
    ) throws(JSONRefusal) {
        let outcome = bytes.withUnsafeBytes { buffer in
            read(buffer, limits: limits, sink: NoTape())
        }
        _ = try outcome.get()
    }

    /// The value that the document is.
    public var root: JSONNode {
        node(at: 0)
    }

    /// Where the value stands in ``bytes``, in bytes from 0; quotes and brackets are included,
    /// white space around it is not.
    public func byteRange(_ node: JSONNode) -> Range<Int> {
        let entry = entry(of: node)
        return entry.start..<entry.end
    }

    /// The value's bytes as they were written, without a copy.
    public func rawBytes(_ node: JSONNode) -> ArraySlice<UInt8> {
        bytes[byteRange(node)]
    }

    /// The value of `true` or `false`; nil for any other kind.
    public func bool(_ node: JSONNode) -> Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// The text of a number exactly as it was written (RFC 8259 §6); nil for any other kind.
    ///
    /// It is never converted here: FHIR decimals differ by trailing zeros, and a binary fraction
    /// loses them. Its length is bounded by the document alone.
    public func numberText(_ node: JSONNode) -> String? {
        guard node.kind == .number else { return nil }
        return String(decoding: rawBytes(node), as: UTF8.self)
    }

    func node(at index: Int) -> JSONNode {
        JSONNode(kind: tape[index].kind, index: index)
    }

    func entry(of node: JSONNode) -> TapeEntry {
        tape[Int(node.index)]
    }

    private static func read<Sink: ValueSink>(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits, sink: Sink
    ) -> Result<Sink, JSONRefusal> {
        let bytesMax = max(0, min(limits.documentBytesMax, JSONLimits.offsetBytesMax))
        guard bytes.count <= bytesMax else {
            return .failure(JSONRefusal(rule: .documentBytes, offset: bytesMax))
        }
        guard let input = InputBytes(bytes) else {
            return .failure(JSONRefusal(rule: .emptyInput, offset: 0))
        }
        var reader = Reader(input, limits: limits, sink: sink)
        do {
            try reader.readDocument()
        } catch {
            return .failure(error)
        }
        return .success(reader.sink)
    }
}
