import Foundation
import PeerTransport
import SiteNode
import Testing

@Suite("Peer handshake")
struct PeerHandshakeTests {
    static let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    @Test("TLS 1.2 is refused, TLS 1.3 is not", arguments: ["-tls1_2", "-tls1_3"])
    func versions(option: String) async throws {
        let identity = try freshIdentity()
        try await withPeerListener { endpoint, _, _ in
            let printed = try await withOpenSSL { tool in
                try await tool.client(endpoint, identity, input: Self.request, options: [option])
            }
            #expect(printed.contains("HTTP/1.1 200") == (option == "-tls1_3"))
        }
    }

    @Test("a saved session is not resumed, with a certificate or without")
    func resumption() async throws {
        let identity = try freshIdentity()
        try await withPeerListener { endpoint, _, _ in
            try await withOpenSSL { tool in
                let session = tool.folder.appendingPathComponent("session").path
                let first = try await tool.client(
                    endpoint, identity, input: Self.request,
                    options: ["-tls1_3", "-sess_out", session])
                #expect(first.contains("HTTP/1.1 200"))
                #expect(first.contains("New, TLSv1.3"))
                let second = try await tool.client(
                    endpoint, identity, input: Self.request,
                    options: ["-tls1_3", "-sess_in", session])
                #expect(second.contains("HTTP/1.1 200"))
                #expect(second.contains("New, TLSv1.3"))
                #expect(!second.contains("Reused, TLSv1.3"))
                let third = try await tool.client(
                    endpoint, certificatePEM: nil, keyPEM: nil, input: Self.request,
                    options: ["-tls1_3", "-sess_in", session])
                #expect(!third.contains("HTTP/1.1 200"))
                #expect(!third.contains("Reused, TLSv1.3"))
            }
        }
    }

    @Test("a port without TLS is named as such")
    func plainPort() async throws {
        try await withPlainServer { endpoint in
            try await withPeerClient { client in
                let pin = try freshIdentity().fingerprint
                let code = await failureCode(
                    client,
                    PeerClientRequest(endpoint: endpoint, method: .get, path: "/", pin: pin))
                #expect(code == .notTLS)
            }
        }
    }
}
