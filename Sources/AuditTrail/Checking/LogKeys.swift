/// The keys that a log is checked with: the log's own, under its origin, and those of witnesses.
///
/// They prove as much as their source: take them from node cards, not from the bundle that is to
/// be checked.
public struct LogKeys: Sendable, Hashable {
    /// The log's keys; the name of each is the origin.
    public let log: [NoteKey]
    /// The keys of known witnesses.
    public let witnesses: [NoteKey]

    /// Puts keys together; `nil` without a log's key, with log keys of two origins, or with more
    /// than `LogLimits.keysMax`.
    public init?(log: [NoteKey], witnesses: [NoteKey]) {
        guard let origin = log.first?.name, log.count + witnesses.count <= LogLimits.keysMax,
            log.allSatisfy({ $0.job == .log && $0.name == origin }),
            witnesses.allSatisfy({ $0.job == .witness })
        else { return nil }
        self.log = log
        self.witnesses = witnesses
    }

    /// Reads lines `log <key>` and `witness <key>`; keys of other types are passed over.
    ///
    /// - Throws: `tooLong` or `badKey`.
    public init(encoded: [UInt8]) throws(LogRefusal) {
        guard encoded.count <= LogLimits.noteBytesMax else { throw .tooLong }
        guard SignedNote.isText(encoded), encoded.last == UInt8(ascii: "\n") else { throw .badKey }
        var log: [NoteKey] = []
        var witnesses: [NoteKey] = []
        for line in encoded.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            if let text = line.droppingPrefix("log ") {
                guard let key = try Self.key(text) else { continue }
                log.append(key)
            } else if let text = line.droppingPrefix("witness ") {
                guard let key = try Self.key(text) else { continue }
                witnesses.append(key)
            } else {
                throw .badKey
            }
        }
        guard let keys = LogKeys(log: log, witnesses: witnesses) else { throw .badKey }
        self = keys
    }

    /// The lines.
    public var encoded: [UInt8] {
        let lines = log.map { "log \($0.text)\n" } + witnesses.map { "witness \($0.text)\n" }
        return lines.flatMap(\.utf8)
    }

    /// The name of the log.
    public var origin: String { log[0].name }

    private static func key(_ text: ArraySlice<UInt8>) throws(LogRefusal) -> NoteKey? {
        do throws(LogRefusal) {
            return try NoteKey(text: String(decoding: text, as: UTF8.self))
        } catch {
            guard error == .unknownType else { throw error }
            return nil
        }
    }
}
