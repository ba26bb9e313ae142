import Crypto

/// The name of a node's TLS key: SHA-256 of its SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7).
///
/// Pins are fingerprints, never certificates, so that a renewed certificate keeps its pin.
/// Ordering is that of the 32 bytes, for output that must not depend on hashing.
public struct KeyFingerprint: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Length of the digest, in bytes.
    public static let byteCount = 32

    /// The digest.
    public let bytes: [UInt8]

    /// Takes a digest over; nil unless it has exactly 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Digests the DER of a SubjectPublicKeyInfo.
    public init(subjectPublicKeyInfo der: some Sequence<UInt8>) {
        bytes = Array(SHA256.hash(data: Array(der)))
    }

    /// Reads the text that `description` writes.
    ///
    /// Case, dashes and spaces do not matter. Nil when a character is foreign, when the length is
    /// wrong, when a check digit does not fit its group, or when unused bits are set. Any single
    /// wrong character, and any two exchanged characters of one group, are found.
    public init?(text: String) {
        var digits: [UInt8] = []
        for character in text.utf8 where character != 0x2D && character != 0x20 {
            guard let digit = Base32.digit(character), digits.count < 56 else { return nil }
            digits.append(digit)
        }
        guard digits.count == 56 else { return nil }
        var payload: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: Self.groupDigits + 1) {
            let group = digits[start..<start + Self.groupDigits]
            guard Base32.checkDigit(group) == digits[start + Self.groupDigits] else { return nil }
            payload += group
        }
        guard let decoded = Base32.bytes(payload) else { return nil }
        self.init(bytes: decoded)
    }

    /// Base32 (RFC 4648 §6, lower case, unpadded): four groups of 13 digits and a check digit
    /// each, written as eight blocks of seven.
    public var description: String {
        let digits = Base32.digits(bytes)
        var text: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: Self.groupDigits) {
            let group = digits[start..<start + Self.groupDigits]
            for digit in group + [Base32.checkDigit(group)] {
                if text.count % 8 == 7 { text.append(0x2D) }
                text.append(Base32.character(digit))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Lexicographic order of the bytes.
    public static func < (left: KeyFingerprint, right: KeyFingerprint) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// Digits that one check digit covers.
    private static let groupDigits = 13
}
