public import Signing

/// The proof that an entry is in a log, as a file that anyone can check (C2SP tlog-proof).
public struct EntryProof: Sendable, Hashable {
    /// The entry's bytes, which travel as the proof's extra data; `nil` if they are handed over
    /// in another way.
    public var entry: [UInt8]?
    /// The entry's place in the log.
    public var index: UInt64
    /// From the leaf's sibling up to the root's child.
    public var hashes: [TreeHash]
    /// A signed head of the log that is larger than `index`.
    public var head: SignedHead

    private static let title = Array("c2sp.org/tlog-proof@v1".utf8)

    /// Puts a proof together.
    public init(entry: [UInt8]?, index: UInt64, hashes: [TreeHash], head: SignedHead) {
        self.entry = entry
        self.index = index
        self.hashes = hashes
        self.head = head
    }

    /// Reads a proof file; nothing is believed yet.
    ///
    /// - Throws: `tooLong`, `badRequest` for lines out of place, `badHash`, or what the signed
    ///   head throws.
    public init(encoded: [UInt8]) throws(LogRefusal) {
        guard encoded.count <= LogLimits.proofBytesMax else { throw .tooLong }
        var lines = NoteLines(encoded)
        guard lines.next() == Self.title[...], var line = lines.next() else { throw .badRequest }
        if let text = line.droppingPrefix("extra ") {
            guard let bytes = Base64.bytes(text), let next = lines.next() else {
                throw .badRequest
            }
            entry = bytes
            line = next
        }
        guard let text = line.droppingPrefix("index "), let index = Decimal.value(of: text) else {
            throw .badRequest
        }
        self.index = index
        hashes = try lines.hashes()
        head = try SignedHead(encoded: lines.rest)
    }

    /// The file.
    public var encoded: [UInt8] {
        let newline: [UInt8] = [UInt8(ascii: "\n")]
        var bytes = Self.title + newline
        if let entry { bytes += Array("extra ".utf8) + Base64.text(entry) + newline }
        bytes += Array("index \(index)\n".utf8)
        for hash in hashes { bytes += Base64.text(hash.bytes) + newline }
        return bytes + newline + head.encoded
    }

    /// Checks the head's signatures and that the entry is under its root.
    ///
    /// - Parameters:
    ///   - entry: the entry, if the proof does not carry it.
    ///   - keys: the log's keys and those of known witnesses, from a source that the holder of the
    ///     proof trusts.
    /// - Returns: the known witnesses that cosigned the head.
    /// - Throws: `badSignature`, `notSigned`, or `badProof`.
    public func verify(entry given: [UInt8]? = nil, keys: [NoteKey]) throws(LogRefusal) -> [NoteKey]
    {
        let signers = try head.note.signers(among: keys)
        guard signers.contains(where: { $0.job == .log && $0.name == head.head.origin }) else {
            throw .notSigned
        }
        guard let entry = given ?? entry else { throw .badProof }
        let root = MerkleProof.root(
            leaf: .leaf(of: entry), index: index, size: head.head.size, proof: hashes)
        guard root == head.head.root else { throw .badProof }
        return signers.filter { $0.job == .witness }
    }
}

/// Takes lines off the beginning of a text.
struct NoteLines {
    /// What no line was taken of yet.
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// The next line without its newline; `nil` if none ends with one.
    mutating func next() -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    /// Hashes in base64, one a line, up to and with the empty line behind them.
    mutating func hashes() throws(LogRefusal) -> [TreeHash] {
        var hashes: [TreeHash] = []
        while true {
            guard let line = next() else { throw .badRequest }
            guard !line.isEmpty else { return hashes }
            guard hashes.count < LogLimits.proofHashesMax else { throw .tooLong }
            guard let hash = Base64.bytes(line).flatMap({ TreeHash(bytes: $0) }) else {
                throw .badHash
            }
            hashes.append(hash)
        }
    }
}

extension ArraySlice<UInt8> {
    /// What follows an ASCII prefix; `nil` without it.
    func droppingPrefix(_ prefix: String) -> ArraySlice<UInt8>? {
        starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
    }
}
