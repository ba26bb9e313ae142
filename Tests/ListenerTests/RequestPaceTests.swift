import PeerTransport
import Testing

@testable import SiteNode

@Suite("Request pace")
struct RequestPaceTests {
    @Test("a burst is answered at once, what follows has its turn every fiftieth of a second")
    func burst() {
        var pace = RequestPace(perSecond: 50, burst: 3)
        let now = Duration.seconds(7)
        let waits = (0..<6).map { _ in pace.take(at: now) }
        #expect(waits == [0, 0, 0, 20, 40, 60].map { .milliseconds($0) })
        #expect(!pace.isRested(at: now))
        #expect(pace.isRested(at: now + .milliseconds(120)))
        #expect(pace.take(at: .seconds(8)) == .zero)
    }

    @Test("a pause earns one burst, however long it is")
    func longPause() {
        var pace = RequestPace(perSecond: 10, burst: 2)
        _ = pace.take(at: .zero)
        let waits = (0..<3).map { _ in pace.take(at: .seconds(3_600)) }
        #expect(waits == [.zero, .zero, .milliseconds(100)])
    }

    @Test("a key waits for its turn over all of its connections, another key does not")
    func connections() throws {
        var limits = PeerListenerLimits()
        limits.requestsPerSecond = 1
        limits.requestsAtOnce = 2
        let registry = ConnectionRegistry(limits: limits)
        let first = try #require(KeyFingerprint(bytes: [UInt8](repeating: 1, count: 32)))
        let second = try #require(KeyFingerprint(bytes: [UInt8](repeating: 2, count: 32)))
        for _ in 0..<2 { #expect(registry.wait(forRequestOf: first) == .zero) }
        #expect(registry.wait(forRequestOf: first) > .zero)
        #expect(registry.wait(forRequestOf: second) == .zero)
    }

    @Test("requests beyond the pace are answered, later")
    func answered() async throws {
        var limits = PeerListenerLimits()
        limits.requestsPerSecond = 50
        limits.requestsAtOnce = 2
        let started = ContinuousClock.now
        try await withPeerListener(limits: limits) { endpoint, pin, _ in
            try await withPeerClient { client in
                let request = PeerClientRequest(
                    endpoint: endpoint, method: .post, path: "/echo", body: [1], pin: pin)
                for _ in 0..<7 {
                    let answer = try await client.send(request)
                    #expect(answer.status == 200)
                }
            }
        }
        #expect(ContinuousClock.now - started >= .milliseconds(100))
    }
}
