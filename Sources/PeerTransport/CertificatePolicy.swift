import Crypto
import SwiftASN1
import X509

/// The one decision about a peer's certificate, used by the client's and the server's TLS stack.
///
/// Names and chains play no part: trust comes from the pin on the key alone. What remains is to
/// refuse certificates that a node never makes, so that nothing odd reaches two large parsers.
public enum CertificatePolicy {
    /// Largest leaf certificate looked at, in bytes of DER. A node's own has about 450.
    public static let certificateBytesMax = 8 * 1024

    /// Decides on a leaf certificate. Pure, except that it calls `pinned` at most once, and last.
    ///
    /// - Parameters:
    ///   - leafDER: the certificate as it was presented.
    ///   - nowSeconds: seconds since 1970, UTC.
    ///   - pinned: whether the key with this fingerprint is expected here.
    public static func decide(
        leafDER: [UInt8], nowSeconds: Int64, pinned: (KeyFingerprint) -> Bool
    ) -> CertificateDecision {
        guard leafDER.count <= certificateBytesMax else { return .refused(.tooLarge) }
        let certificate: Certificate
        do {
            certificate = try Certificate(derEncoded: leafDER)
        } catch {
            return .refused(.notParsable)
        }
        guard certificate.version == .v3 else { return .refused(.notParsable) }
        if let refusal = refusalOfKey(certificate) ?? refusalOfName(certificate)
            ?? refusalOfValidity(certificate, nowSeconds) ?? refusalOfExtensions(certificate)
        {
            return .refused(refusal)
        }
        guard certificate.publicKey.isValidSignature(certificate.signature, for: certificate) else {
            return .refused(.notSelfSigned)
        }
        guard let fingerprint = fingerprint(of: certificate) else { return .refused(.notParsable) }
        return pinned(fingerprint) ? .accepted(fingerprint) : .refused(.notPinned)
    }

    private static func fingerprint(of certificate: Certificate) -> KeyFingerprint? {
        do {
            return try certificate.keyFingerprint()
        } catch {
            return nil
        }
    }

    private static func refusalOfKey(_ certificate: Certificate) -> CertificateRefusal? {
        guard P256.Signing.PublicKey(certificate.publicKey) != nil else { return .wrongKeyType }
        guard certificate.signatureAlgorithm == .ecdsaWithSHA256 else {
            return .wrongSignatureAlgorithm
        }
        return nil
    }

    private static func refusalOfName(_ certificate: Certificate) -> CertificateRefusal? {
        guard certificate.issuer == certificate.subject else { return .notSelfSigned }
        let attributes = certificate.subject.flatMap { Array($0) }
        guard attributes.count == 1, let name = attributes.first,
            name.type == .RDNAttributeType.commonName,
            let text = String(name.value), (1...64).contains(text.count)
        else { return .wrongName }
        return nil
    }

    private static func refusalOfValidity(
        _ certificate: Certificate, _ nowSeconds: Int64
    ) -> CertificateRefusal? {
        if nowSeconds < certificate.firstSecond { return .notYetValid }
        if nowSeconds > certificate.lastSecond { return .expired }
        return nil
    }

    private static func refusalOfExtensions(_ certificate: Certificate) -> CertificateRefusal? {
        let known: Set<ASN1ObjectIdentifier> = [
            .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage,
            .X509ExtensionID.extendedKeyUsage, .X509ExtensionID.subjectAlternativeName,
        ]
        for found in certificate.extensions where found.critical && !known.contains(found.oid) {
            return .unknownExtension
        }
        do {
            if case .isCertificateAuthority = try certificate.extensions.basicConstraints {
                return .isAuthority
            }
            if let usage = try certificate.extensions.keyUsage {
                if usage.keyCertSign || usage.cRLSign { return .isAuthority }
                if !usage.digitalSignature { return .keyUsageMissing }
            }
            guard let purposes = try certificate.extensions.extendedKeyUsage,
                purposes.contains(.serverAuth), purposes.contains(.clientAuth)
            else { return .extendedKeyUsageMissing }
        } catch {
            return .unknownExtension
        }
        return nil
    }
}
