/// Why a peer's certificate was refused.
public enum CertificateRefusal: String, Sendable, Hashable, CaseIterable {
    /// The peer presented no certificate at all.
    case missing
    /// The DER exceeds `CertificatePolicy.certificateBytesMax`.
    case tooLarge
    /// The bytes are not one X.509 version 3 certificate, and nothing else, in DER.
    case notParsable
    /// The key is not on P-256.
    case wrongKeyType
    /// The certificate is not signed with ECDSA over SHA-256.
    case wrongSignatureAlgorithm
    /// Issuer and subject differ, or the signature is not by the certificate's own key.
    case notSelfSigned
    /// The subject is not exactly one common name of 1 to 64 characters.
    case wrongName
    /// The certificate's last second has passed.
    case expired
    /// The certificate's first second has not come; usually a clock is wrong.
    case notYetValid
    /// The certificate says that it may sign others.
    case isAuthority
    /// Server and client authentication are not both among the extended key usages.
    case extendedKeyUsageMissing
    /// The key usage leaves out digital signatures.
    case keyUsageMissing
    /// An extension is marked critical and unknown here (RFC 5280 §4.2), or cannot be read.
    case unknownExtension
    /// Everything is in order, but the key is not the one expected.
    case notPinned
}

/// The outcome of looking at a peer's certificate. Being refused is a value, not an error.
public enum CertificateDecision: Sendable, Equatable {
    /// The handshake may complete; the peer's key has this fingerprint once it proves possession.
    case accepted(KeyFingerprint)
    /// The handshake must fail.
    case refused(CertificateRefusal)
}
