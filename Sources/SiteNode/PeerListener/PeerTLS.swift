import Glibc
import NIOCore
import NIOSSL
import PeerTransport

/// TLS of the peer port; `docs/security.md` §4 is the table that this puts into effect.
struct PeerTLS: Sendable {
    private let configuration: TLSConfiguration

    /// Prepares what all connections share: the configuration, and nothing that holds state.
    init(identity: TLSIdentity) throws {
        let certificate = try NIOSSLCertificate(
            bytes: Array(identity.certificatePEM.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(identity.privateKeyPEM.utf8), format: .pem)
        // The convenience constructor admits TLS 1.0: versions are set right below.
        var configuration = TLSConfiguration.makeServerConfigurationWithMTLS(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(key),
            trustRoots: .certificates([]))
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        configuration.curves = [.x25519, .secp256r1, .secp384r1]
        configuration.certificateVerification = .noHostnameVerification
        self.configuration = configuration
    }

    /// A handler with a context of its own.
    ///
    /// On a resumed connection this stack neither asks for a certificate nor calls the callback,
    /// and it has no switch for tickets. Ticket keys belong to the context: a new context for
    /// every connection cannot read an old ticket, so every handshake is a full one.
    func makeHandler(for connection: PeerConnection) throws -> NIOSSLServerHandler {
        NIOSSLServerHandler(
            context: try NIOSSLContext(configuration: configuration),
            customVerificationCallback: { certificates, promise in
                promise.succeed(Self.verify(certificates, connection))
            },
            configuration: .init())
    }

    /// Any well-formed certificate completes the handshake: an unknown node may ask for the node
    /// card. Which keys may do more is decided for every request.
    private static func verify(
        _ certificates: [NIOSSLCertificate], _ connection: PeerConnection
    ) -> NIOSSLVerificationResult {
        guard let leaf = certificates.first else { return .failed }
        let leafDER: [UInt8]
        do {
            leafDER = try leaf.toDERBytes()
        } catch {
            return .failed
        }
        let decision = CertificatePolicy.decide(
            leafDER: leafDER, nowSeconds: Int64(time(nil)), pinned: { _ in true })
        guard case .accepted(let fingerprint) = decision else { return .failed }
        connection.accept(fingerprint)
        return .certificateVerified
    }
}
