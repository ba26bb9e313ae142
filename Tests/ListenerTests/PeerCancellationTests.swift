import Logging
import PeerTransport
import ServiceLifecycle
import SiteNode
import Testing

@Suite("Peer cancellation and shutdown")
struct PeerCancellationTests {
    /// A handler that tells when a request has come in and then never answers by itself.
    static func parking(
        _ arrived: AsyncStream<Void>.Continuation
    ) -> @Sendable (PeerRequest) async -> PeerAnswer {
        { _ in
            arrived.yield()
            let (never, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            return PeerAnswer(status: 503)
        }
    }

    @Test("cancelling the task aborts the transfer")
    func cancellation() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        try await withPeerListener(handler: Self.parking(arrived)) { endpoint, pin, _ in
            try await withPeerClient { client in
                await withTaskGroup(of: PeerFailure.Code?.self) { group in
                    group.addTask {
                        await failureCode(
                            client,
                            PeerClientRequest(
                                endpoint: endpoint, method: .get, path: "/", pin: pin))
                    }
                    for await _ in arrivals { break }
                    group.cancelAll()
                    for await code in group { #expect(code == .cancelled) }
                }
            }
        }
    }

    @Test("a task that is cancelled before it sends fails at once")
    func cancelledBefore() async throws {
        try await withPeerClient { client in
            let endpoint = try #require(PeerEndpoint(host: "127.0.0.1", port: 9))
            let pin = try freshIdentity().fingerprint
            await withTaskGroup(of: PeerFailure.Code?.self) { group in
                group.cancelAll()
                group.addTask {
                    await failureCode(
                        client,
                        PeerClientRequest(endpoint: endpoint, method: .get, path: "/", pin: pin))
                }
                for await code in group { #expect(code == .cancelled) }
            }
        }
    }

    @Test("time runs out while the peer is silent")
    func timeout() async throws {
        let (_, arrived) = AsyncStream.makeStream(of: Void.self)
        try await withPeerListener(handler: Self.parking(arrived)) { endpoint, pin, _ in
            try await withPeerClient { client in
                let code = await failureCode(
                    client,
                    PeerClientRequest(
                        endpoint: endpoint, method: .get, path: "/", pin: pin,
                        timeout: .milliseconds(300)))
                #expect(code == .timedOut)
            }
        }
    }

    @Test("shutdown answers what is under way, and everything afterwards, with cancelled")
    func shutdown() async throws {
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        try await withPeerListener(handler: Self.parking(arrived)) { endpoint, pin, _ in
            try await withPeerClient { client in
                let request = PeerClientRequest(
                    endpoint: endpoint, method: .get, path: "/", pin: pin)
                await withTaskGroup(of: PeerFailure.Code?.self) { group in
                    group.addTask { await failureCode(client, request) }
                    for await _ in arrivals { break }
                    await client.shutdown()
                    for await code in group { #expect(code == .cancelled) }
                }
                #expect(await failureCode(client, request) == .cancelled)
            }
        }
    }

    @Test("where nobody listens is unreachable")
    func unreachable() async throws {
        // tcpmux: no program is given this port by chance, as happens with one that was just freed.
        let endpoint = try #require(PeerEndpoint(text: "127.0.0.1:1"))
        try await withPeerClient { client in
            let pin = try freshIdentity().fingerprint
            let code = await failureCode(
                client,
                PeerClientRequest(endpoint: endpoint, method: .get, path: "/", pin: pin))
            #expect(code == .unreachable)
        }
    }

    @Test("graceful shutdown lets the answer under way finish")
    func graceful() async throws {
        let identity = try freshIdentity()
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        let (releases, release) = AsyncStream.makeStream(of: Void.self)
        var logger = Logger(label: "listener")
        logger.logLevel = .critical
        let listener = try PeerListener(
            host: "127.0.0.1", port: 0, identity: identity, logger: logger,
            onListening: { found.yield($0) },
            handler: { _ in
                arrived.yield()
                for await _ in releases { break }
                return PeerAnswer(status: 200, body: [1, 2, 3])
            })
        let services = ServiceGroup(services: [listener], logger: logger)
        try await withPeerClient { client in
            try await withThrowingTaskGroup(of: PeerResponse?.self) { group in
                group.addTask {
                    try await services.run()
                    return nil
                }
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                let endpoint = try #require(PeerEndpoint(host: "127.0.0.1", port: port))
                group.addTask {
                    try await client.send(
                        PeerClientRequest(
                            endpoint: endpoint, method: .get, path: "/", pin: identity.fingerprint))
                }
                for await _ in arrivals { break }
                await services.triggerGracefulShutdown()
                release.yield()
                for try await response in group {
                    if let response { #expect(response.body == [1, 2, 3]) }
                }
            }
        }
    }
}
