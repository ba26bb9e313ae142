public import CareRecord
import Crypto

/// The private half of an event key (Ed25519, RFC 8032); it belongs to one incarnation.
public struct EventKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// Makes a key from the system's cryptographic generator.
    public static func make() -> EventKey {
        EventKey(key: Curve25519.Signing.PrivateKey())
    }

    private init(key: Curve25519.Signing.PrivateKey) {
        self.key = key
    }

    /// Reads the 32 bytes that `rawBytes` gave; `nil` for anything else.
    public init?(rawBytes: [UInt8]) {
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: rawBytes)
        } catch {
            return nil
        }
    }

    /// The 32 secret bytes, for storage in a file of mode 0600.
    public var rawBytes: [UInt8] { Array(key.rawRepresentation) }

    /// The public half.
    public var publicKey: EventPublicKey { EventPublicKey(key: key.publicKey) }

    /// Signs the 32 bytes of an event id, or any other domain-separated digest; 64 bytes.
    public func sign(_ message: [UInt8]) -> [UInt8] {
        do {
            return Array(try key.signature(for: message))
        } catch {
            preconditionFailure("Ed25519 signing cannot fail: \(error)")
        }
    }
}

/// The public half of an event key.
public struct EventPublicKey: Sendable, Hashable {
    /// 32 bytes (RFC 8032 §5.1.5).
    public let rawBytes: [UInt8]
    private let key: Curve25519.Signing.PublicKey

    /// Reads 32 bytes; `nil` for any other number of bytes.
    public init?(rawBytes: [UInt8]) {
        do {
            key = try Curve25519.Signing.PublicKey(rawRepresentation: rawBytes)
            self.rawBytes = rawBytes
        } catch {
            return nil
        }
    }

    fileprivate init(key: Curve25519.Signing.PublicKey) {
        self.key = key
        rawBytes = Array(key.rawRepresentation)
    }

    /// Whether the 64 bytes of `signature` were made over `message` with this key.
    public func isValid(signature: [UInt8], over message: [UInt8]) -> Bool {
        key.isValidSignature(signature, for: message)
    }

    /// The site id that follows from a site's first event key: the first 128 bits of its SHA-256.
    public var siteID: SiteID {
        guard let id = SiteID(bytes: SHA256.hash(data: rawBytes).prefix(16)) else {
            preconditionFailure("a SHA-256 digest has at least 16 bytes")
        }
        return id
    }

    public static func == (left: EventPublicKey, right: EventPublicKey) -> Bool {
        left.rawBytes == right.rawBytes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawBytes)
    }
}
