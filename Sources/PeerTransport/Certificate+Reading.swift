import FoundationEssentials
import SwiftASN1
import X509

extension Certificate {
    /// First second of validity since 1970, UTC.
    var firstSecond: Int64 { Int64(notValidBefore.timeIntervalSince1970) }

    /// Last second of validity since 1970, UTC.
    var lastSecond: Int64 { Int64(notValidAfter.timeIntervalSince1970) }

    /// The name of the key. For P-256 the DER written here is the only one (RFC 5480 §2.2, with
    /// the uncompressed point), so this is what other TLS libraries digest too.
    ///
    /// - Throws: never for a key that was parsed; the encoder's signature says it may.
    func keyFingerprint() throws -> KeyFingerprint {
        var encoder = DER.Serializer()
        try encoder.serialize(publicKey)
        return KeyFingerprint(subjectPublicKeyInfo: encoder.serializedBytes)
    }
}
