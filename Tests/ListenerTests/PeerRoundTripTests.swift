import PeerTransport
import SiteNode
import Synchronization
import Testing

@Suite("Peer round trip")
struct PeerRoundTripTests {
    @Test("a request reaches the handler with its body, header and the client's key")
    func roundTrip() async throws {
        let clientIdentity = try freshIdentity()
        try await withPeerListener { request in
            let facts = [
                request.method, request.path, request.header("X-Test") ?? "",
                request.peer.description, request.remoteAddress,
            ]
            return PeerAnswer(
                status: 201, contentType: "text/plain",
                body: Array(facts.joined(separator: "|").utf8) + request.body)
        } body: { endpoint, pin, _ in
            try await withPeerClient(identity: clientIdentity) { client in
                let response = try await client.send(
                    PeerClientRequest(
                        endpoint: endpoint, method: .post, path: "/v1/deliver?x=1",
                        body: Array("body".utf8), pin: pin, headers: [("X-Test", "yes")]))
                #expect(response.status == 201)
                #expect(response.header("Content-Type") == "text/plain")
                let expected =
                    "POST|/v1/deliver?x=1|yes|\(clientIdentity.fingerprint)|127.0.0.1body"
                #expect(String(decoding: response.body, as: UTF8.self) == expected)
                let get = try await client.send(
                    PeerClientRequest(endpoint: endpoint, method: .get, path: "/", pin: pin))
                #expect(get.status == 201)
            }
        }
    }

    @Test("bodies of several sizes come back unchanged", arguments: [0, 1, 16_384, 5 << 20])
    func sizes(count: Int) async throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        try await withPeerListener { endpoint, pin, _ in
            try await withPeerClient { client in
                let response = try await client.send(
                    PeerClientRequest(
                        endpoint: endpoint, method: .post, path: "/", body: body, pin: pin))
                #expect(response.body == body)
            }
        }
    }

    @Test("eight requests at a time are answered, each with its own body")
    func concurrency() async throws {
        try await withPeerListener { endpoint, pin, _ in
            try await withPeerClient { client in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<64 {
                        group.addTask {
                            let body = [UInt8](repeating: UInt8(number), count: 40_000 + number)
                            let response = try await client.send(
                                PeerClientRequest(
                                    endpoint: endpoint, method: .post, path: "/", body: body,
                                    pin: pin))
                            return response.body == body
                        }
                    }
                    for try await isEqual in group { #expect(isEqual) }
                }
            }
        }
    }

    @Test("the wrong pin is named as the wrong key, and the handler is never reached")
    func wrongPin() async throws {
        let calls = Mutex(0)
        let other = try freshIdentity().fingerprint
        try await withPeerListener { _ in
            calls.withLock { $0 += 1 }
            return PeerAnswer(status: 200)
        } body: { endpoint, _, _ in
            try await withPeerClient { client in
                let code = await failureCode(
                    client,
                    PeerClientRequest(endpoint: endpoint, method: .get, path: "/", pin: other))
                #expect(code == .wrongKey)
            }
        }
        #expect(calls.withLock { $0 } == 0)
    }

    @Test("a parked answer outlasts every limit on slowness")
    func parked() async throws {
        var limits = PeerListenerLimits()
        limits.door.idle = .milliseconds(50)
        limits.door.slowBodyGrace = .milliseconds(50)
        try await withPeerListener(limits: limits) { _ in
            // Stands for a long-poll; there is no event to wait for.
            let clock = ContinuousClock()
            do {
                try await clock.sleep(for: .milliseconds(400))
            } catch {
                return PeerAnswer(status: 503)
            }
            return PeerAnswer(status: 204)
        } body: { endpoint, pin, _ in
            try await withPeerClient { client in
                let request = PeerClientRequest(
                    endpoint: endpoint, method: .get, path: "/wait", pin: pin)
                let response = try await client.send(request)
                #expect(response.status == 204)
            }
        }
    }

    @Test("a renewed certificate and a new key take effect without a restart")
    func renewal() async throws {
        let first = try freshIdentity()
        let second = try freshIdentity()
        try await withPeerListener(identity: first) { request in
            PeerAnswer(status: 200, body: Array(request.peer.description.utf8))
        } body: { endpoint, pin, listener in
            try await withPeerClient { client in
                let request = PeerClientRequest(
                    endpoint: endpoint, method: .get, path: "/", pin: pin)
                _ = try await client.send(request)
                let changed = try freshIdentity()
                client.use(changed)
                let response = try await client.send(request)
                let seen = String(decoding: response.body, as: UTF8.self)
                #expect(seen == changed.fingerprint.description)
                try listener.use(second)
                var repinned = request
                repinned.pin = second.fingerprint
                let answer = try await client.send(repinned)
                #expect(answer.status == 200)
            }
        }
    }

    @Test("a response above the limit is refused", arguments: [9, 10])
    func responseLimit(limit: Int) async throws {
        try await withPeerListener { _ in
            PeerAnswer(status: 200, body: [UInt8](repeating: 7, count: 10))
        } body: { endpoint, pin, _ in
            try await withPeerClient { client in
                let request = PeerClientRequest(
                    endpoint: endpoint, method: .get, path: "/", pin: pin, responseBytesMax: limit)
                if limit == 9 {
                    #expect(await failureCode(client, request) == .tooLarge)
                } else {
                    let response = try await client.send(request)
                    #expect(response.body.count == 10)
                }
            }
        }
    }
}
