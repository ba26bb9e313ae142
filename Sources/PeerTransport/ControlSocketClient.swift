/// Talks HTTP/1.1 to the node on this machine over its Unix socket, for the command line.
public final class ControlSocketClient: Sendable {
    /// Path of the node's socket.
    public let socketPath: String

    private let driver: CurlDriver

    /// Largest response that is collected, in bytes.
    public static let responseBytesMax = 256 << 20

    /// Starts a client; nothing is dialled before the first request.
    public init(socketPath: String) {
        self.socketPath = socketPath
        driver = CurlDriver(limits: PeerClientLimits())
    }

    /// Sends a request and returns the whole response, whatever its status.
    ///
    /// - Throws: `PeerFailure`; `.unreachable` when no node listens.
    public func request(
        method: PeerClientRequest.Method, path: String, body: [UInt8] = [],
        headers: [(String, String)] = [], timeout: Duration = .seconds(30)
    ) async throws -> PeerResponse {
        try await driver.perform(
            order(method, path, body, headers, timeout, bytesMax: Self.responseBytesMax))
    }

    /// Sends a request and hands the body of a 2xx response over piece by piece as it arrives.
    ///
    /// Pieces end where the network ended them, not at line ends. `onChunk` runs on the client's
    /// thread and must not block; all its calls happen before this function returns. The returned
    /// response has an empty body; that of any other status is collected as by `request`.
    public func stream(
        method: PeerClientRequest.Method, path: String, body: [UInt8] = [],
        headers: [(String, String)] = [], timeout: Duration,
        onChunk: @escaping @Sendable ([UInt8]) -> Void
    ) async throws -> PeerResponse {
        try await driver.perform(
            order(method, path, body, headers, timeout, bytesMax: .max, onChunk))
    }

    /// Closes the connection and ends the thread.
    public func shutdown() async {
        await driver.shutdown()
    }

    private func order(
        _ method: PeerClientRequest.Method, _ path: String, _ body: [UInt8],
        _ headers: [(String, String)], _ timeout: Duration, bytesMax: Int,
        _ onChunk: (@Sendable ([UInt8]) -> Void)? = nil
    ) -> TransferOrder {
        TransferOrder(
            destination: .socket(path: socketPath), identity: nil, method: method, path: path,
            body: body, headers: headers, deadline: .now + timeout, responseBytesMax: bytesMax,
            onChunk: onChunk)
    }
}
