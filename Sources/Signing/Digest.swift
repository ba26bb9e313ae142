import Crypto

/// SHA-256 over pieces that come one after the other.
public struct RunningDigest: Sendable {
    private var hasher = SHA256()

    /// Begins without a byte.
    public init() {}

    /// Takes the next piece.
    public mutating func add(_ piece: [UInt8]) { hasher.update(data: piece) }

    /// The 32 bytes over all pieces as if they were one.
    public var bytes: [UInt8] { Array(hasher.finalize()) }
}

/// SHA-256 and HMAC over plain bytes (FIPS 180-4, FIPS 198-1).
public enum Digest {
    /// The 32 bytes of SHA-256 over `bytes`.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: bytes))
    }

    /// The 32 bytes of SHA-256 over several pieces as if they were one.
    public static func sha256(of pieces: [[UInt8]]) -> [UInt8] {
        var hasher = SHA256()
        for piece in pieces {
            hasher.update(data: piece)
        }
        return Array(hasher.finalize())
    }

    /// The 32 bytes of HMAC-SHA-256 under `key` over `message`.
    public static func hmac(key: [UInt8], message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }
}
