import AuditTrail
import Foundation
import PeerTransport
import RecordStore
import Testing

@testable import SiteNode

@Suite("Requests to witnesses that are no peers")
struct WebRequestTests {
    private static func failure(
        of endpoint: PeerEndpoint, authoritiesFile: String?
    ) async throws -> PeerFailure.Code? {
        try await withPeerClient { client in
            do {
                _ = try await client.send(
                    WebClientRequest(
                        endpoint: endpoint, path: "/add-checkpoint", body: [1],
                        authoritiesFile: authoritiesFile, timeout: .seconds(5),
                        responseBytesMax: 100))
                return nil
            } catch let failure as PeerFailure {
                return failure.code
            }
        }
    }

    @Test("a certificate without an authority, or for another host, is refused")
    func certificates() async throws {
        let identity = try freshIdentity()
        let file = NSTemporaryDirectory() + "authority-\(UUID().uuidString).pem"
        try Data(identity.certificatePEM.utf8).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let codes = try await withBareTLSServer(
            certificatePEM: identity.certificatePEM, keyPEM: identity.privateKeyPEM
        ) { endpoint in
            // With the second the chain ends at a known authority; the certificate names no host.
            var codes: [PeerFailure.Code?] = []
            for authorities in [nil, file, file + ".gone"] {
                codes.append(try await Self.failure(of: endpoint, authoritiesFile: authorities))
            }
            return codes
        }
        #expect(codes == [.certificateRefused, .certificateRefused, .invalidRequest])
    }

    @Test(
        "every status has its meaning",
        arguments: [
            (400, "malformed"), (403, "notSigned"), (404, "unknownOrigin"), (422, "inconsistent"),
        ])
    func refusals(status: Int, name: String) throws {
        let reply = ConfiguredWitnessReply(
            PeerResponse(status: status, headers: [], body: Array("words".utf8)))
        guard case .answered(.refused(let refusal)) = reply else {
            Issue.record("\(reply)")
            return
        }
        #expect("\(refusal)" == name)
    }

    @Test("a size is read with its content type alone, and what is no answer has a name")
    func others() throws {
        let size = { (type: String, body: String) in
            ConfiguredWitnessReply(
                PeerResponse(
                    status: 409, headers: [("content-type", type)], body: Array(body.utf8)))
        }
        #expect(size("text/x.tlog.size", "12\n") == .answered(.newestSize(12)))
        for (type, body) in [
            ("text/plain", "12\n"), ("text/x.tlog.size", "12"), ("text/x.tlog.size", "012\n"),
            ("text/x.tlog.size", "-1\n"), ("text/x.tlog.size", "99999999999999999999\n"),
        ] {
            #expect(size(type, body) == .failed(.badAnswer, status: 409))
        }
        for status in [201, 204, 418, 429, 500, 503] {
            let response = PeerResponse(status: status, headers: [], body: [])
            #expect(ConfiguredWitnessReply(response) == .failed(.badAnswer, status: status))
        }
        for status in [301, 302, 307, 308] {
            let response = PeerResponse(
                status: status, headers: [("location", "https://127.0.0.1/")], body: [])
            #expect(ConfiguredWitnessReply(response) == .failed(.redirected, status: status))
        }
        let noLines = PeerResponse(status: 200, headers: [], body: Array("fine".utf8))
        #expect(ConfiguredWitnessReply(noLines) == .failed(.badAnswer, status: 200))
    }

    @Test("failures of the transport are told apart")
    func failures() {
        let states = PeerFailure.Code.allCases.map {
            ConfiguredWitnessRecord.State(PeerFailure(code: $0, context: "")).rawValue
        }
        #expect(
            Set(states) == [
                "unreachable", "closed", "certificate-refused", "too-large", "bad-answer",
            ])
    }
}
