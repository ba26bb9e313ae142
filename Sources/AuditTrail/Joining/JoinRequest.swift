/// Asks a peer for its half of the sessions with the asker: the body of `POST /audit/join`
/// (`audit-log-v1.md` §10).
public struct JoinRequest: Sendable, Hashable {
    /// The size of the peer's log that the asker, as a witness, has cosigned last; 0 if none.
    public var cosigned: UInt64
    /// The size of the head that all pages are of; 0 for the newest, which the first page says.
    public var size: UInt64
    /// The first place to look at.
    public var from: UInt64

    /// Asks for the page that begins at a place.
    public init(cosigned: UInt64, size: UInt64 = 0, from: UInt64 = 0) {
        self.cosigned = cosigned
        self.size = size
        self.from = from
    }

    /// Reads a request.
    ///
    /// - Throws: `tooLong` or `badRequest`.
    public init(encoded: [UInt8]) throws(LogRefusal) {
        guard encoded.count <= LogLimits.joinRequestBytesMax else { throw .tooLong }
        var lines = NoteLines(encoded)
        guard let cosigned = lines.number("old "), let size = lines.number("size "),
            let from = lines.number("from "), lines.rest.isEmpty, from <= size
        else { throw .badRequest }
        self.init(cosigned: cosigned, size: size, from: from)
    }

    /// The body.
    public var encoded: [UInt8] { Array("old \(cosigned)\nsize \(size)\nfrom \(from)\n".utf8) }
}

extension NoteLines {
    /// The number on the next line behind a word; `nil` for any other line.
    mutating func number(_ word: String) -> UInt64? {
        next()?.droppingPrefix(word).flatMap(Decimal.value)
    }
}
