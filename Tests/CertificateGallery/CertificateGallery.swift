import Crypto
import CryptoExtras
import PeerTransport
import SwiftASN1
import X509

/// The golden certificates, made in process; both TLS stacks are shown the same ones.
public enum CertificateGallery {
    /// Every specimen, for a clock that shows `nowSeconds`.
    public static func all(nowSeconds now: Int64) throws -> [CertificateSpecimen] {
        try keys(now) + validity(now) + usages(now) + names(now) + bytes(now)
    }

    private static func keys(_ now: Int64) throws -> [CertificateSpecimen] {
        var weakRSA = CertificateForge(nowSeconds: now)
        weakRSA.key = .init(try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1_024)))
        var rsa = CertificateForge(nowSeconds: now)
        rsa.key = .init(try _RSA.Signing.PrivateKey(keySize: .bits2048))
        var edwards = CertificateForge(nowSeconds: now)
        edwards.key = .init(Curve25519.Signing.PrivateKey())
        var p384 = CertificateForge(nowSeconds: now)
        p384.key = .init(P384.Signing.PrivateKey())
        var p521 = CertificateForge(nowSeconds: now)
        p521.key = .init(P521.Signing.PrivateKey())
        p521.algorithm = .ecdsaWithSHA512
        var longDigest = CertificateForge(nowSeconds: now)
        longDigest.algorithm = .ecdsaWithSHA384
        return [
            try specimen("good", CertificateForge(nowSeconds: now), nil),
            try specimen("RSA of 1,024 bits", weakRSA, .notParsable),
            try specimen("RSA of 2,048 bits", rsa, .wrongKeyType),
            try specimen("Ed25519", edwards, .wrongKeyType),
            try specimen("P-384", p384, .wrongKeyType),
            try specimen("P-521", p521, .wrongKeyType),
            try specimen("signed over SHA-384", longDigest, .wrongSignatureAlgorithm),
        ]
    }

    private static func validity(_ now: Int64) throws -> [CertificateSpecimen] {
        func forge(from: Int64, until: Int64) -> CertificateForge {
            var forge = CertificateForge(nowSeconds: now)
            forge.from = now + from
            forge.until = now + until
            return forge
        }
        return [
            try specimen("expired a day ago", forge(from: -90_000, until: -86_400), .expired),
            try specimen("valid from tomorrow", forge(from: 86_400, until: 90_000), .notYetValid),
        ]
    }

    private static func usages(_ now: Int64) throws -> [CertificateSpecimen] {
        var authority = CertificateForge(nowSeconds: now)
        authority.isAuthority = true
        var signsOthers = CertificateForge(nowSeconds: now)
        signsOthers.keyUsage = KeyUsage(digitalSignature: true, keyCertSign: true)
        var noSignature = CertificateForge(nowSeconds: now)
        noSignature.keyUsage = KeyUsage(keyAgreement: true)
        var clientOnly = CertificateForge(nowSeconds: now)
        clientOnly.usages = [.clientAuth]
        var code = CertificateForge(nowSeconds: now)
        code.usages = [.codeSigning]
        var none = CertificateForge(nowSeconds: now)
        none.usages = []
        var critical = CertificateForge(nowSeconds: now)
        critical.extra = [.init(oid: [1, 2, 3, 4], critical: true, value: [5, 0])]
        return [
            try specimen("authority as leaf", authority, .isAuthority),
            try specimen("leaf that signs certificates", signsOthers, .isAuthority),
            try specimen("key usage without signatures", noSignature, .keyUsageMissing),
            try specimen("for clients only", clientOnly, .extendedKeyUsageMissing),
            try specimen("for code signing", code, .extendedKeyUsageMissing),
            try specimen("without extended key usage", none, .extendedKeyUsageMissing),
            try specimen("unknown critical extension", critical, .unknownExtension),
        ]
    }

    private static func names(_ now: Int64) throws -> [CertificateSpecimen] {
        var nameless = CertificateForge(nowSeconds: now)
        nameless.subject = []
        var twoNames = CertificateForge(nowSeconds: now)
        twoNames.subject = ["Synthetic site", "Another"]
        var longName = CertificateForge(nowSeconds: now)
        longName.subject = [String(repeating: "n", count: 65)]
        var issued = CertificateForge(nowSeconds: now)
        issued.issuer = ["Synthetic authority"]
        issued.signer = .init(P256.Signing.PrivateKey())
        var forged = CertificateForge(nowSeconds: now)
        forged.signer = .init(P256.Signing.PrivateKey())
        return [
            try specimen("without a name", nameless, .wrongName),
            try specimen("with two names", twoNames, .wrongName),
            try specimen("name of 65 characters", longName, .wrongName),
            try specimen("issued by somebody else", issued, .notSelfSigned),
            try specimen("signed by another key", forged, .notSelfSigned),
        ]
    }

    private static func bytes(_ now: Int64) throws -> [CertificateSpecimen] {
        let good = try specimen("good", CertificateForge(nowSeconds: now), nil).leafDER
        var padded = CertificateForge(nowSeconds: now)
        padded.extra = [
            .init(oid: [1, 2, 3, 4], critical: false, value: .init(repeating: 0, count: 9_000))
        ]
        func raw(
            _ name: String, _ bytes: [UInt8], _ expected: CertificateRefusal
        ) -> CertificateSpecimen {
            CertificateSpecimen(
                name: name, leafDER: bytes, expected: expected, certificatePEM: "",
                privateKeyPEM: "")
        }
        return [
            try specimen("more than 8 KiB", padded, .tooLarge),
            raw("nothing", [], .notParsable),
            raw("noise", (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 37) }, .notParsable),
            raw("truncated", Array(good.dropLast(20)), .notParsable),
            raw("with a byte behind", good + [0], .notParsable),
        ]
    }

    private static func specimen(
        _ name: String, _ forge: CertificateForge, _ expected: CertificateRefusal?
    ) throws -> CertificateSpecimen {
        let certificate = try forge.make()
        var encoder = DER.Serializer()
        try encoder.serialize(certificate)
        return CertificateSpecimen(
            name: name, leafDER: encoder.serializedBytes, expected: expected,
            certificatePEM: try certificate.serializeAsPEM().pemString,
            privateKeyPEM: try forge.key.serializeAsPEM().pemString)
    }
}
