public import Signing

/// The files of an exported log (`audit-log-v1.md`, *Bundle*): the layout of C2SP tlog-tiles, the
/// signed heads and keys, and a signed list of it all.
public enum LogBundle {
    /// The newest signed head.
    public static let checkpointPath = "checkpoint"
    /// Every signed head, ascending.
    public static let headsPath = "heads"
    /// The keys, as the site gives them.
    public static let keysPath = "keys"
    /// SHA-256 of every file but itself and the export's note.
    public static let filesPath = "files"
    /// The note over the list and the newest head.
    public static let exportPath = "export"

    /// The file of the entries of one tile: each behind its length as two big-endian bytes.
    public static func entriesFile(_ entries: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            precondition(
                entry.count <= AuditEntryEncoder.entryBytesMax, "an entry of \(entry.count) bytes")
            bytes.append(UInt8(entry.count >> 8))
            bytes.append(UInt8(entry.count & 0xFF))
            bytes.append(contentsOf: entry)
        }
        return bytes
    }

    /// The file of a tile: its hashes one behind the other.
    public static func tileFile(_ hashes: some Sequence<TreeHash>) -> [UInt8] {
        hashes.flatMap(\.bytes)
    }

    /// The file of all signed heads: each note with an empty line behind it.
    public static func headsFile(_ heads: some Sequence<SignedHead>) -> [UInt8] {
        heads.flatMap { $0.encoded + [UInt8(ascii: "\n")] }
    }

    /// The notes of such a file; `nil` behind the last whole one if something is left over.
    public static func notes(inHeadsFile bytes: [UInt8]) -> [ArraySlice<UInt8>?] {
        var notes: [ArraySlice<UInt8>?] = []
        var start = 0
        while start < bytes.count {
            guard let middle = emptyLine(in: bytes, from: start),
                let end = emptyLine(in: bytes, from: middle + 2)
            else { return notes + [nil] }
            notes.append(bytes[start...end])
            start = end + 2
        }
        return notes
    }

    /// What a list of files stands for: a note over the one is none over the other.
    public enum Form: String, Sendable {
        /// A bundle, which holds the entries' bytes.
        case bundle = "accord/audit/export/v1"
        /// A table, which leaves them behind.
        case table = "accord/audit/table/v1"
    }

    /// What the export's note says: which list of files, of which log, at which head.
    public static func exportText(
        files: [UInt8], head: LogHead, form: Form = .bundle
    ) -> [UInt8] {
        exportText(digest: Digest.sha256(files), head: head, form: form)
    }

    static func exportText(digest: [UInt8], head: LogHead, form: Form = .bundle) -> [UInt8] {
        Array("\(form.rawValue)\n".utf8) + head.text + Base64.text(digest) + [UInt8(ascii: "\n")]
    }

    private static func emptyLine(in bytes: [UInt8], from start: Int) -> Int? {
        guard start + 1 < bytes.count else { return nil }
        return (start..<bytes.count - 1).first { offset in
            bytes[offset] == UInt8(ascii: "\n") && bytes[offset + 1] == UInt8(ascii: "\n")
        }
    }
}

/// The list of a bundle's files, in the form that `sha256sum -c` reads.
public struct BundleListing: Sendable, Hashable {
    private var digests: [String: [UInt8]] = [:]

    /// A list without files.
    public init() {}

    /// Lists a file with its content; a path once.
    public mutating func add(_ path: String, _ content: [UInt8]) {
        add(path, sha256: Digest.sha256(content))
    }

    /// Lists a file with its SHA-256; a path once.
    public mutating func add(_ path: String, sha256: [UInt8]) {
        precondition(Self.isPath(path[...].utf8), "no path of a bundle")
        precondition(digests[path] == nil, "a file is listed twice")
        digests[path] = sha256
    }

    /// Reads lines of 64 lower-case digits, two spaces and a path, strictly ascending by path;
    /// `nil` for anything else.
    public init?(encoded: [UInt8]) {
        guard encoded.last == UInt8(ascii: "\n") else { return nil }
        var last: ArraySlice<UInt8> = []
        for line in encoded.dropLast().split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            let path = line.dropFirst(66)
            guard let digest = Hexadecimal.bytes(line.prefix(64)), digest.count == 32,
                line.dropFirst(64).starts(with: "  ".utf8), Self.isPath(path),
                last.lexicographicallyPrecedes(path)
            else { return nil }
            digests[String(decoding: path, as: UTF8.self)] = digest
            last = path
        }
    }

    /// The list as a file.
    public var encoded: [UInt8] {
        paths.flatMap { path in
            Array("\(Hexadecimal.text(digests[path] ?? []))  \(path)\n".utf8)
        }
    }

    /// The paths, ascending by their bytes.
    public var paths: [String] {
        digests.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The SHA-256 of a file, 32 bytes; `nil` if it is not listed.
    public func digest(of path: String) -> [UInt8]? { digests[path] }

    /// Whether a path stays inside the bundle and looks alike everywhere: lower-case letters,
    /// digits, `.` and `/`, no part empty or beginning with a dot.
    private static func isPath(_ path: some Collection<UInt8>) -> Bool {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return path.count <= 200
            && parts.allSatisfy { part in
                part.first != nil && part.first != UInt8(ascii: ".")
                    && part.allSatisfy { byte in
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                            || byte == UInt8(ascii: ".")
                    }
            }
    }
}
