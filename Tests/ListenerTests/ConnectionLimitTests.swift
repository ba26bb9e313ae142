import PeerTransport
import SiteNode
import Synchronization
import Testing

@Suite("Connection limits")
struct ConnectionLimitTests {
    /// Parks requests until `count` of them are there, then answers them all.
    final class Gathering: Sendable {
        private let arrived = Mutex(0)
        private let count: Int
        private let gates: Mutex<[AsyncStream<Void>.Continuation]> = Mutex([])

        init(count: Int) { self.count = count }

        func answer() async -> PeerAnswer {
            let (gate, open) = AsyncStream.makeStream(of: Void.self)
            gates.withLock { $0.append(open) }
            let number = arrived.withLock { arrived in
                arrived += 1
                return arrived
            }
            if number == count {
                let all = gates.withLock { $0 }
                for gate in all { gate.finish() }
            }
            for await _ in gate {}
            return PeerAnswer(status: 200)
        }
    }

    @Test("a peer's connection above its limit is refused, the others go on")
    func perPeer() async throws {
        var limits = PeerListenerLimits()
        limits.connectionsPerPeerMax = 2
        let gathering = Gathering(count: 2)
        try await withPeerListener(limits: limits) { _ in
            await gathering.answer()
        } body: {
            endpoint, pin, _ in
            let identity = try freshIdentity()
            let request = PeerClientRequest(endpoint: endpoint, method: .get, path: "/", pin: pin)
            try await withThrowingTaskGroup(of: PeerFailure.Code?.self) { group in
                let clients = (0..<3).map { _ in PeerClient(identity: identity) }
                for client in clients {
                    group.addTask {
                        do {
                            _ = try await client.send(request)
                            return nil
                        } catch let failure as PeerFailure {
                            return failure.code
                        }
                    }
                }
                var codes: [PeerFailure.Code?] = []
                for try await code in group { codes.append(code) }
                #expect(codes.count { $0 == nil } == 2)
                #expect(codes.count { $0 == .refusedByPeer } == 1)
                for client in clients { await client.shutdown() }
            }
        }
    }

    @Test(
        "silent connections from an address keep out one more from there, but no fewer",
        arguments: [3, 4])
    func unauthenticated(silent: Int) async throws {
        try await withPeerListener { endpoint, pin, _ in
            try await withSilentConnections(silent, to: endpoint) {
                try await withPeerClient { client in
                    let request = PeerClientRequest(
                        endpoint: endpoint, method: .get, path: "/", pin: pin)
                    if silent == 3 {
                        let response = try await client.send(request)
                        #expect(response.status == 200)
                    } else {
                        let code = await failureCode(client, request)
                        #expect(code == .unreachable || code == .refusedByPeer || code == .notTLS)
                    }
                }
            }
        }
    }

    @Test("above the limit of all connections nothing gets in until one leaves")
    func all() async throws {
        var limits = PeerListenerLimits()
        limits.connectionsMax = 1
        try await withPeerListener(limits: limits) { endpoint, pin, _ in
            let request = PeerClientRequest(endpoint: endpoint, method: .get, path: "/", pin: pin)
            try await withPeerClient { first in
                _ = try await first.send(request)
                try await withPeerClient { second in
                    let code = await failureCode(second, request)
                    #expect(code != nil && code != .timedOut)
                }
                let again = try await first.send(request)
                #expect(again.status == 200)
            }
        }
    }

    @Test("the open connections of a revoked key are closed")
    func revocation() async throws {
        let identity = try freshIdentity()
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        try await withPeerListener(handler: PeerCancellationTests.parking(arrived)) {
            endpoint, pin, listener in
            try await withPeerClient(identity: identity) { client in
                let request = PeerClientRequest(
                    endpoint: endpoint, method: .get, path: "/", pin: pin)
                await withTaskGroup(of: PeerFailure.Code?.self) { group in
                    group.addTask { await failureCode(client, request) }
                    for await _ in arrivals { break }
                    listener.closeConnections(of: identity.fingerprint)
                    for await code in group {
                        #expect(code == .refusedByPeer || code == .unreachable)
                    }
                }
            }
        }
    }
}
