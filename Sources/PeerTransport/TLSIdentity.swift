import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A node's TLS key (ECDSA P-256) with a self-signed certificate around it.
///
/// The key is what peers pin; the certificate is a wrapper that is made anew every 60 days.
/// The value holds the private key: never log it, keep it in memory or sealed.
public struct TLSIdentity: Sendable {
    /// Validity of a new certificate: 90 days, in seconds.
    public static let validitySeconds: Int64 = 90 * 86_400

    /// Age at which a certificate is renewed: 60 days, in seconds.
    public static let renewalAgeSeconds: Int64 = 60 * 86_400

    /// How far a certificate is dated back, in seconds, because peers' clocks differ.
    public static let backdatingSeconds: Int64 = 3_600

    /// The private key, PKCS #8 in PEM.
    public let privateKeyPEM: String
    /// The certificate in PEM.
    public let certificatePEM: String
    /// The name of the key.
    public let fingerprint: KeyFingerprint
    /// When the certificate was made: seconds since 1970, UTC.
    public let madeAtSeconds: Int64
    /// Last second of the certificate's validity: seconds since 1970, UTC.
    public let notAfterSeconds: Int64
    /// The certificate's common name.
    public let commonName: String

    /// Reads an identity that was stored as PEM. An expired certificate loads, so that a node
    /// that slept through its renewal can still renew.
    ///
    /// - Throws: `TLSIdentityFailure` when either text cannot be read or the two do not belong
    ///   together.
    public init(privateKeyPEM: String, certificatePEM: String) throws {
        let key: P256.Signing.PrivateKey
        do {
            key = try P256.Signing.PrivateKey(pemRepresentation: privateKeyPEM)
        } catch {
            throw TLSIdentityFailure(code: .keyNotReadable, underlying: error)
        }
        let certificate: Certificate
        do {
            certificate = try Certificate(pemEncoded: certificatePEM)
        } catch {
            throw TLSIdentityFailure(code: .certificateNotReadable, underlying: error)
        }
        try self.init(key: key, certificate: certificate)
    }

    /// Makes a new key and its first certificate.
    ///
    /// - Parameters:
    ///   - commonName: 1 to 64 characters that name the site; for people only, nothing checks it.
    ///   - nowSeconds: seconds since 1970, UTC.
    public static func make(commonName: String, nowSeconds: Int64) throws -> TLSIdentity {
        try make(key: P256.Signing.PrivateKey(), commonName: commonName, nowSeconds: nowSeconds)
    }

    /// The same key in a new certificate, valid for 90 days from now.
    public func renewed(nowSeconds: Int64) throws -> TLSIdentity {
        let key = try P256.Signing.PrivateKey(pemRepresentation: privateKeyPEM)
        return try Self.make(key: key, commonName: commonName, nowSeconds: nowSeconds)
    }

    /// Whether the certificate is 60 days old or older, or not valid yet: made while the clock was
    /// ahead, it would keep every peer away until then.
    public func needsRenewal(nowSeconds: Int64) -> Bool {
        nowSeconds >= madeAtSeconds + Self.renewalAgeSeconds
            || nowSeconds < madeAtSeconds - Self.backdatingSeconds
    }

    private init(key: P256.Signing.PrivateKey, certificate: Certificate) throws {
        guard certificate.publicKey == Certificate.PublicKey(key.publicKey) else {
            throw TLSIdentityFailure(code: .keyDoesNotMatch, underlying: nil)
        }
        privateKeyPEM = key.pemRepresentation
        certificatePEM = try certificate.serializeAsPEM().pemString
        fingerprint = try certificate.keyFingerprint()
        madeAtSeconds = certificate.firstSecond + Self.backdatingSeconds
        notAfterSeconds = certificate.lastSecond
        let names = certificate.subject.flatMap { Array($0) }
            .filter { $0.type == .RDNAttributeType.commonName }
        commonName = names.first.flatMap { String($0.value) } ?? ""
    }

    private static func make(
        key: P256.Signing.PrivateKey, commonName: String, nowSeconds: Int64
    ) throws -> TLSIdentity {
        guard (1...64).contains(commonName.count) else {
            throw TLSIdentityFailure(code: .nameNotUsable, underlying: nil)
        }
        let name = try DistinguishedName { CommonName(commonName) }
        let from = nowSeconds - backdatingSeconds
        let until = nowSeconds + validitySeconds
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: Double(from)),
            notValidAfter: Date(timeIntervalSince1970: Double(until)),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth, .clientAuth])
            },
            issuerPrivateKey: Certificate.PrivateKey(key))
        return try TLSIdentity(key: key, certificate: certificate)
    }
}
