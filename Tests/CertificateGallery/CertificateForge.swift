import Crypto
import CryptoExtras
import Foundation
import PeerTransport
import SwiftASN1
import X509

/// Makes one certificate; every property defaults to that of a good one.
struct CertificateForge {
    var subject = ["Synthetic site"]
    var issuer: [String]?
    var from: Int64
    var until: Int64
    var key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    var signer: Certificate.PrivateKey?
    var algorithm: Certificate.SignatureAlgorithm?
    var usages: [ExtendedKeyUsage.Usage] = [.serverAuth, .clientAuth]
    var keyUsage = KeyUsage(digitalSignature: true)
    var isAuthority = false
    var extra: [Certificate.Extension] = []

    init(nowSeconds: Int64) {
        from = nowSeconds - 3_600
        until = nowSeconds + 86_400
    }

    func make() throws -> Certificate {
        var list: [Certificate.Extension] = [
            try .init(
                isAuthority
                    ? BasicConstraints.isCertificateAuthority(maxPathLength: nil)
                    : BasicConstraints.notCertificateAuthority, critical: true),
            try .init(keyUsage, critical: true),
        ]
        if !usages.isEmpty { list.append(try .init(ExtendedKeyUsage(usages), critical: false)) }
        list += extra
        let signing = signer ?? key
        return try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSince1970: Double(from)),
            notValidAfter: Date(timeIntervalSince1970: Double(until)),
            issuer: Self.name(issuer ?? subject),
            subject: Self.name(subject),
            signatureAlgorithm: algorithm ?? Self.algorithm(of: signing),
            extensions: try Certificate.Extensions(list),
            issuerPrivateKey: signing)
    }

    private static func name(_ commonNames: [String]) -> DistinguishedName {
        DistinguishedName(
            commonNames.map { name in
                RelativeDistinguishedName(
                    .init(type: .RDNAttributeType.commonName, utf8String: name))
            })
    }

    private static func algorithm(
        of key: Certificate.PrivateKey
    ) -> Certificate.SignatureAlgorithm {
        if P256.Signing.PublicKey(key.publicKey) != nil { return .ecdsaWithSHA256 }
        if P384.Signing.PublicKey(key.publicKey) != nil { return .ecdsaWithSHA384 }
        if Curve25519.Signing.PublicKey(key.publicKey) != nil { return .ed25519 }
        return .sha256WithRSAEncryption
    }
}
