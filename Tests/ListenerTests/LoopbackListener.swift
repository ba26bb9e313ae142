import Foundation
import Logging
import PeerTransport
import ServiceLifecycle
import SiteNode
import Testing

/// The present time, for certificates that real stacks must accept.
func presentSeconds() -> Int64 { Int64(Date().timeIntervalSince1970) }

/// An identity that is valid now.
func freshIdentity() throws -> TLSIdentity {
    try TLSIdentity.make(commonName: "Synthetic site", nowSeconds: presentSeconds())
}

/// A listener on a free port of the loopback interface while `body` runs.
func withPeerListener<Result: Sendable>(
    identity: TLSIdentity? = nil, limits: PeerListenerLimits = PeerListenerLimits(),
    handler: @escaping @Sendable (PeerRequest) async -> PeerAnswer = { request in
        PeerAnswer(status: 200, contentType: "text/plain", body: request.body)
    },
    body: @escaping @Sendable (PeerEndpoint, KeyFingerprint, PeerListener) async throws -> Result
) async throws -> Result {
    let identity = try identity ?? freshIdentity()
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "listener")
    logger.logLevel = .critical
    let listener = try PeerListener(
        host: "127.0.0.1", port: 0, identity: identity, limits: limits, logger: logger,
        onListening: { found.yield($0) }, handler: handler)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            try await listener.run()
            found.finish()
        }
        defer { group.cancelAll() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let endpoint = try #require(PeerEndpoint(host: "127.0.0.1", port: port))
        return try await body(endpoint, identity.fingerprint, listener)
    }
}

/// A client that is shut down when `body` ends.
func withPeerClient<Result: Sendable>(
    identity: TLSIdentity? = nil, limits: PeerClientLimits = PeerClientLimits(),
    body: (PeerClient) async throws -> Result
) async throws -> Result {
    let client = PeerClient(identity: try identity ?? freshIdentity(), limits: limits)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// The failure of a request that must fail.
func failureCode(
    _ client: PeerClient, _ request: PeerClientRequest
) async -> PeerFailure.Code? {
    do {
        let response = try await client.send(request)
        Issue.record("status \(response.status) instead of a failure")
        return nil
    } catch let failure as PeerFailure {
        return failure.code
    } catch {
        Issue.record(error)
        return nil
    }
}
