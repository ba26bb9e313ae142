public import PeerTransport

/// One certificate, good or bad, and what the certificate decision must say about it.
public struct CertificateSpecimen: Sendable, CustomStringConvertible {
    /// What is special about it.
    public let name: String
    /// The bytes that a peer would present.
    public let leafDER: [UInt8]
    /// Nil when it must be accepted.
    public let expected: CertificateRefusal?
    /// The certificate in PEM; empty when the bytes are not a certificate.
    public let certificatePEM: String
    /// The key that belongs to it in PEM; empty when there is none.
    public let privateKeyPEM: String

    /// Shown by the test library.
    public var description: String { name }
}
