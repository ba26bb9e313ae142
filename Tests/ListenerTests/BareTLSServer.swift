import NIOCore
import NIOPosix
import NIOSSL
import PeerTransport
import Testing

/// A TLS 1.3 server with any key and certificate, for showing bad ones to the client.
func withBareTLSServer<Result>(
    certificatePEM: String, keyPEM: String, body: (PeerEndpoint) async throws -> Result
) async throws -> Result {
    let certificate = try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
    let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv13
    configuration.signingSignatureAlgorithms = [
        .ecdsaSecp256R1Sha256, .ecdsaSecp384R1Sha384, .ecdsaSecp521R1Sha512, .ed25519,
        .rsaPssRsaeSha256,
    ]
    let context = try NIOSSLContext(configuration: configuration)
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = NIOSSLServerHandler(context: context)
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(server.localAddress?.port)
    let endpoint = try #require(PeerEndpoint(host: "127.0.0.1", port: port))
    do {
        let result = try await body(endpoint)
        try await server.close()
        return result
    } catch {
        try await server.close()
        throw error
    }
}
