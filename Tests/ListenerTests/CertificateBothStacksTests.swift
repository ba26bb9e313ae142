import CertificateGallery
import PeerTransport
import SiteNode
import Synchronization
import Testing

@Suite("Golden certificates through both TLS stacks")
struct CertificateBothStacksTests {
    /// The specimens that have a key, so that they can be used in a handshake.
    static func usable() -> [CertificateSpecimen] {
        do {
            return try CertificateGallery.all(nowSeconds: presentSeconds())
                .filter { !$0.privateKeyPEM.isEmpty }
        } catch {
            Issue.record(error, "the gallery cannot be made")
            return []
        }
    }

    /// The bare server's own library does not load a certificate that may not sign.
    static let loadable = usable().filter { $0.expected != .keyUsageMissing }

    @Test("the client refuses a server with a bad certificate", arguments: loadable)
    func clientRefuses(specimen: CertificateSpecimen) async throws {
        try await withBareTLSServer(
            certificatePEM: specimen.certificatePEM, keyPEM: specimen.privateKeyPEM
        ) { endpoint in
            try await withPeerClient { client in
                // The key is pinned wherever there is one to pin, so that only the rest decides.
                let pin = try pin(of: specimen)
                let request = PeerClientRequest(
                    endpoint: endpoint, method: .get, path: "/", pin: pin,
                    timeout: .milliseconds(700))
                let code = await failureCode(client, request)
                switch specimen.expected {
                // The bare server answers no HTTP: silence after a good handshake.
                case nil: #expect(code == .timedOut)
                case .expired: #expect(code == .certificateExpired)
                // OpenSSL itself refuses keys this weak before it asks.
                case .notParsable: #expect(code == .certificateRefused || code == .notTLS)
                default: #expect(code == .certificateRefused)
                }
            }
        }
    }

    @Test("the listener refuses a client with a bad certificate", arguments: usable())
    func listenerRefuses(specimen: CertificateSpecimen) async throws {
        let calls = Mutex(0)
        try await withPeerListener { _ in
            calls.withLock { $0 += 1 }
            return PeerAnswer(status: 200)
        } body: { endpoint, _, _ in
            _ = try await withOpenSSL { tool in
                try await tool.client(
                    endpoint, certificatePEM: specimen.certificatePEM,
                    keyPEM: specimen.privateKeyPEM,
                    input: "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                    options: ["-tls1_3", "-cipher", "DEFAULT:@SECLEVEL=0"])
            }
        }
        #expect(calls.withLock { $0 } == (specimen.expected == nil ? 1 : 0))
    }

    @Test("our client is told that the peer refused its certificate")
    func refusedByPeer() async throws {
        let expired = try #require(Self.usable().first { $0.expected == .expired })
        let identity = try TLSIdentity(
            privateKeyPEM: expired.privateKeyPEM, certificatePEM: expired.certificatePEM)
        try await withPeerListener { endpoint, pin, _ in
            try await withPeerClient(identity: identity) { client in
                for method in [PeerClientRequest.Method.get, .post] {
                    let code = await failureCode(
                        client,
                        PeerClientRequest(endpoint: endpoint, method: method, path: "/", pin: pin))
                    #expect(code == .refusedByPeer)
                }
            }
        }
    }

    @Test("a client without a certificate reaches no handler")
    func noCertificate() async throws {
        let calls = Mutex(0)
        try await withPeerListener { _ in
            calls.withLock { $0 += 1 }
            return PeerAnswer(status: 200)
        } body: { endpoint, _, _ in
            let printed = try await withOpenSSL { tool in
                try await tool.client(
                    endpoint, certificatePEM: nil, keyPEM: nil,
                    input: "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                    options: ["-tls1_3"])
            }
            #expect(!printed.contains("HTTP/1.1 200"))
        }
        #expect(calls.withLock { $0 } == 0)
    }

    private func pin(of specimen: CertificateSpecimen) throws -> KeyFingerprint {
        do {
            return try TLSIdentity(
                privateKeyPEM: specimen.privateKeyPEM, certificatePEM: specimen.certificatePEM
            ).fingerprint
        } catch {
            return try freshIdentity().fingerprint
        }
    }
}
