public import CareRecord
public import Signing

/// A key that signs notes, under the name by which notes call it (C2SP signed-note, *Verifier
/// keys*).
public struct NoteKey: Sendable, Hashable {
    /// What the key signs, and so the signature type of its key id.
    public enum Job: UInt8, Sendable, Hashable, CaseIterable {
        /// The text of a note: type 0x01, an origin's own key.
        case log = 0x01
        /// A time and a signed head: type 0x04, a witness (C2SP tlog-cosignature).
        case witness = 0x04
    }

    /// The name: an origin, or `<site>/accord/witness`.
    public let name: String
    /// What it signs.
    public let job: Job
    /// The public half.
    public let publicKey: EventPublicKey
    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key).
    public let id: UInt32

    /// Names a key; `nil` if the name could not stand in a note.
    public init?(name: String, job: Job, publicKey: EventPublicKey) {
        guard Self.isName(name) else { return nil }
        self.name = name
        self.job = job
        self.publicKey = publicKey
        id = Self.id(name: name, material: [job.rawValue] + publicKey.rawBytes)
    }

    /// Reads `<name>+<key id>+<base64 of type and public key>`.
    ///
    /// - Throws: `unknownType` for a key that is well-formed and of a type that is not read here,
    ///   so that a reader can pass over it; `badKey` for anything else.
    public init(text: String) throws(LogRefusal) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let material = Base64.bytes(parts[2].utf8), material.count > 1,
            Self.isName(String(parts[0]))
        else { throw .badKey }
        let id = Self.id(name: String(parts[0]), material: material)
        guard parts[1] == Self.hexadecimal(id) else { throw .badKey }
        guard let job = Job(rawValue: material[0]) else { throw .unknownType }
        guard let publicKey = EventPublicKey(rawBytes: Array(material.dropFirst())),
            let key = NoteKey(name: String(parts[0]), job: job, publicKey: publicKey)
        else { throw .badKey }
        self = key
    }

    /// The key as text, which `init(text:)` reads.
    public var text: String {
        let material = Base64.text([job.rawValue] + publicKey.rawBytes)
        return "\(name)+\(Self.hexadecimal(id))+\(String(decoding: material, as: UTF8.self))"
    }

    /// Whether a text can name a key: 1 to 255 bytes without white space, `+` and control
    /// characters.
    public static func isName(_ text: String) -> Bool {
        (1...LogLimits.nameBytesMax).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20
            }
    }

    /// The name under which a site cosigns.
    public static func witnessName(of site: SiteID) -> String { "\(site)/accord/witness" }

    private static func id(name: String, material: [UInt8]) -> UInt32 {
        let digest = Digest.sha256(Array(name.utf8) + [0x0A] + material)
        return digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func hexadecimal(_ id: UInt32) -> String {
        Hexadecimal.text((0..<4).map { UInt8(truncatingIfNeeded: id >> UInt32(24 - 8 * $0)) })
    }
}

extension NoteKey {
    /// Whether a signature line names this key: then its signature must hold.
    public func isNamed(by signature: NoteSignature) -> Bool {
        signature.name == name && signature.keyID == id
    }

    /// Whether this key made a signature over the text of a note.
    public func isValid(_ signature: NoteSignature, over text: [UInt8]) -> Bool {
        switch job {
        case .log:
            return publicKey.isValid(signature: signature.bytes, over: text)
        case .witness:
            guard let time = signature.cosignedSeconds else { return false }
            return publicKey.isValid(
                signature: Array(signature.bytes.dropFirst(8)),
                over: Self.cosigned(text, seconds: time))
        }
    }

    /// What a witness signs: two lines before the text (C2SP tlog-cosignature).
    static func cosigned(_ text: [UInt8], seconds: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(seconds)\n".utf8) + text
    }
}

/// A `NoteKey` with its private half.
public struct NoteSigner: Sendable {
    /// The public half and its name.
    public let key: NoteKey
    private let secret: EventKey

    /// Names a key pair; `nil` if the name could not stand in a note.
    public init?(name: String, job: NoteKey.Job, secret: EventKey) {
        guard let key = NoteKey(name: name, job: job, publicKey: secret.publicKey) else {
            return nil
        }
        self.key = key
        self.secret = secret
    }

    /// Signs the text of a note with a log's key.
    public func sign(_ text: [UInt8]) -> NoteSignature {
        precondition(key.job == .log, "a witness signs a time with every text")
        return NoteSignature(name: key.name, keyID: key.id, bytes: secret.sign(text))
    }

    /// Cosigns the text of a signed head with a witness's key.
    ///
    /// - Parameter seconds: since 1970 UTC by the witness's clock, at most 2^63 − 1.
    public func cosign(_ text: [UInt8], seconds: UInt64) -> NoteSignature {
        precondition(key.job == .witness, "a log does not cosign")
        precondition(seconds <= LogLimits.sizeMax, "a time of \(seconds) s")
        let time = (0..<8).map { UInt8(truncatingIfNeeded: seconds >> UInt64(56 - 8 * $0)) }
        return NoteSignature(
            name: key.name, keyID: key.id,
            bytes: time + secret.sign(NoteKey.cosigned(text, seconds: seconds)))
    }
}
