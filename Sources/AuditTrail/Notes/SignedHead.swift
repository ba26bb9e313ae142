public import CareRecord
public import Signing

/// The size and root of a log, as the three lines of a C2SP tlog-checkpoint.
public struct LogHead: Sendable, Hashable {
    /// The log's name: `<site>/accord/audit/<incarnation>`.
    public let origin: String
    /// How many entries.
    public let size: UInt64
    /// The root of the tree over them.
    public let root: TreeHash

    /// The name of the log that one life of a site's store writes.
    public static func origin(of replica: Replica) -> String {
        originPrefix(of: replica.site) + Hexadecimal.text(replica.bytes.suffix(8))
    }

    /// What the names of all logs of a site begin with.
    public static func originPrefix(of site: SiteID) -> String { "\(site)/accord/audit/" }

    /// Creates a head; `nil` if the origin could not name a key, or the size is beyond 2^63 − 1.
    public init?(origin: String, size: UInt64, root: TreeHash) {
        guard NoteKey.isName(origin), size <= LogLimits.sizeMax else { return nil }
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a note.
    ///
    /// - Throws: `badHead`, also for extension lines.
    public init(text: [UInt8]) throws(LogRefusal) {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty,
            let origin = String(validating: lines[0], as: UTF8.self),
            let size = Decimal.value(of: lines[1]),
            let root = Base64.bytes(lines[2]).flatMap({ TreeHash(bytes: $0) }),
            let head = LogHead(origin: origin, size: size, root: root)
        else { throw .badHead }
        self = head
    }

    /// The three lines.
    public var text: [UInt8] {
        Array("\(origin)\n\(size)\n".utf8) + Base64.text(root.bytes) + [UInt8(ascii: "\n")]
    }
}

/// A log's head with the signatures of its log and of witnesses.
public struct SignedHead: Sendable, Hashable {
    /// What was signed.
    public let head: LogHead
    /// The note around it.
    public private(set) var note: SignedNote

    /// Signs a head with the log's own key, whose name is the origin.
    public init(_ head: LogHead, signer: NoteSigner) {
        precondition(signer.key.name == head.origin, "the key of another origin")
        self.head = head
        note = SignedNote(text: head.text, signatures: [signer.sign(head.text)])
    }

    /// Reads a signed head; no signature is checked yet.
    public init(encoded: some Collection<UInt8>) throws(LogRefusal) {
        note = try SignedNote(encoded: encoded)
        head = try LogHead(text: note.text)
    }

    /// Whether a key has a line under the head, and each of its lines holds.
    public func isSigned(by key: NoteKey) -> Bool {
        do throws(LogRefusal) {
            return try !note.signers(among: [key]).isEmpty
        } catch {
            return false
        }
    }

    /// Whether a cosignature of a witness is there that holds.
    public func isCosigned(by witness: NoteKey) -> Bool {
        note.signatures.contains {
            witness.isNamed(by: $0) && witness.isValid($0, over: note.text)
        }
    }

    /// The bytes that are stored, served and exported.
    public var encoded: [UInt8] { note.encoded }

    /// Takes over one cosignature that holds of each known witness; everything else in the answer is
    /// passed over, so that nobody fills a note with lines of its own.
    ///
    /// - Returns: the witnesses that cosigned, each once.
    @discardableResult
    public mutating func add(_ answer: [NoteSignature], of witnesses: [NoteKey]) -> [NoteKey] {
        witnesses.filter { key in
            let line = answer.first { key.isNamed(by: $0) && key.isValid($0, over: note.text) }
            guard key.job == .witness, let line else { return false }
            note.add([line])
            return true
        }
    }
}
