import Synchronization

/// Sends requests to peers over mutual TLS 1.3 and HTTP/1.1.
///
/// Connections are kept and used again for requests to the same endpoint with the same pin.
/// Responses come in any order; requests to one peer start in the order they were sent.
public final class PeerClient: Sendable {
    private let driver: CurlDriver
    private let identity: Mutex<TLSIdentity>

    /// Starts a client that presents `identity` to every peer.
    public init(identity: TLSIdentity, limits: PeerClientLimits = PeerClientLimits()) {
        self.identity = Mutex(identity)
        driver = CurlDriver(limits: limits)
    }

    /// Presents another certificate, or key, on connections that are opened from now on.
    public func use(_ identity: TLSIdentity) {
        self.identity.withLock { $0 = identity }
    }

    /// Sends a request and returns the response, whatever its status.
    ///
    /// Cancelling the task aborts the transfer. A request that was sent on a kept connection which
    /// the peer had just closed is repeated on a new one, so a peer may see it twice.
    ///
    /// - Throws: `PeerFailure`.
    public func send(_ request: PeerClientRequest) async throws -> PeerResponse {
        let order = TransferOrder(
            destination: .peer(request.endpoint, pin: request.pin, proxy: request.proxy),
            identity: identity.withLock { $0 },
            method: request.method,
            path: request.path,
            body: request.body,
            headers: request.headers,
            deadline: .now + request.timeout,
            responseBytesMax: request.responseBytesMax,
            onChunk: nil)
        return try await driver.perform(order)
    }

    /// Sends a request to a web server and returns the response, whatever its status; a redirection
    /// is not followed. The server learns nothing of this node's key.
    ///
    /// - Throws: `PeerFailure`; `invalidRequest` if there is no file of authorities.
    public func send(_ request: WebClientRequest) async throws -> PeerResponse {
        try await driver.perform(
            TransferOrder(
                destination: .web(request.endpoint, authoritiesFile: request.authoritiesFile),
                identity: nil, method: .post, path: request.path, body: request.body,
                headers: request.headers, deadline: .now + request.timeout,
                responseBytesMax: request.responseBytesMax, onChunk: nil))
    }

    /// Aborts what is under way with `.cancelled`, closes all connections and ends the thread.
    public func shutdown() async {
        await driver.shutdown()
    }
}
