import PeerTransport
import SiteNode
import Synchronization
import Testing

@Suite("Hostile requests")
struct HostileRequestTests {
    /// Sends bytes over TLS; returns what the listener printed back and how often it was asked.
    private func send(
        _ input: String, limits: PeerListenerLimits = PeerListenerLimits()
    ) async throws -> (printed: String, calls: Int) {
        let identity = try freshIdentity()
        let calls = Mutex(0)
        let printed = try await withPeerListener(limits: limits) { _ in
            calls.withLock { $0 += 1 }
            return PeerAnswer(status: 200)
        } body: { endpoint, _, _ in
            try await withOpenSSL { try await $0.client(endpoint, identity, input: input) }
        }
        return (printed, calls.withLock { $0 })
    }

    @Test(
        "a request with two lengths, or a length and chunking, closes the connection",
        arguments: [
            "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "Content-Length: 3, 3\r\n\r\nabc",
            "Content-Length: +3\r\n\r\nabc",
            "Content-Length: -3\r\n\r\nabc",
        ])
    func twoLengths(tail: String) async throws {
        let outcome = try await send("POST / HTTP/1.1\r\nHost: a\r\n" + tail)
        #expect(outcome.calls == 0)
        #expect(outcome.printed.contains("HTTP/1.1 400"))
    }

    @Test("a chunked body without a length is read")
    func chunked() async throws {
        let outcome = try await send(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        #expect(outcome.calls == 1)
        #expect(outcome.printed.contains("HTTP/1.1 200"))
    }

    @Test("a header that does not end is cut off")
    func slowHeader() async throws {
        var limits = PeerListenerLimits()
        limits.door.headerWithin = .milliseconds(300)
        let outcome = try await send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow:", limits: limits)
        #expect(outcome.calls == 0)
        #expect(!outcome.printed.contains("HTTP/1.1 2"))
    }

    @Test("a client that says nothing is cut off")
    func silence() async throws {
        var limits = PeerListenerLimits()
        limits.door.headerWithin = .milliseconds(300)
        let outcome = try await send("", limits: limits)
        #expect(outcome.calls == 0)
    }

    @Test("a body that does not come is cut off")
    func slowBody() async throws {
        var limits = PeerListenerLimits()
        limits.door.slowBodyGrace = .milliseconds(300)
        let outcome = try await send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc", limits: limits)
        #expect(outcome.calls == 0)
    }

    @Test("an idle connection is closed")
    func idle() async throws {
        var limits = PeerListenerLimits()
        limits.door.idle = .milliseconds(300)
        let outcome = try await send("GET / HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits)
        #expect(outcome.calls == 1)
    }

    @Test("a request target above the limit is answered 414")
    func longURL() async throws {
        var limits = PeerListenerLimits()
        limits.door.urlBytesMax = 100
        let path = "/" + String(repeating: "a", count: 100)
        let outcome = try await send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits)
        #expect(outcome.calls == 0)
        #expect(outcome.printed.contains("HTTP/1.1 414"))
    }

    @Test("a header block above the limit is answered 431, far above it 400")
    func largeHeader() async throws {
        let field = "X-Large: " + String(repeating: "a", count: 17_000) + "\r\n\r\n"
        let outcome = try await send("GET / HTTP/1.1\r\nHost: a\r\n" + field)
        #expect(outcome.calls == 0)
        #expect(outcome.printed.contains("HTTP/1.1 431"))
        let huge = "X-Huge: " + String(repeating: "a", count: 60_000) + "\r\n\r\n"
        let refused = try await send("GET / HTTP/1.1\r\nHost: a\r\n" + huge)
        #expect(refused.calls == 0)
        #expect(refused.printed.contains("HTTP/1.1 400"))
    }

    @Test("a second request before the first is answered closes the connection")
    func pipelining() async throws {
        let one = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let outcome = try await send(one + one)
        #expect(outcome.calls <= 1)
    }

    @Test("a body above the limit is answered 413, at the limit it is read")
    func bodyLimit() async throws {
        var limits = PeerListenerLimits()
        limits.door.bodyBytesMax = 1 << 20
        try await withPeerListener(limits: limits) { endpoint, pin, _ in
            try await withPeerClient { client in
                var request = PeerClientRequest(
                    endpoint: endpoint, method: .post, path: "/",
                    body: [UInt8](repeating: 1, count: (1 << 20) + 1), pin: pin)
                let refused = try await client.send(request)
                #expect(refused.status == 413)
                request.body.removeLast()
                let read = try await client.send(request)
                #expect(read.status == 200)
            }
        }
    }

    @Test("a chunked body that grows above the limit is answered 413")
    func chunkedLimit() async throws {
        var limits = PeerListenerLimits()
        limits.door.bodyBytesMax = 4
        let outcome = try await send(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n", limits: limits)
        #expect(outcome.calls == 0)
        #expect(outcome.printed.contains("HTTP/1.1 413"))
    }
}
