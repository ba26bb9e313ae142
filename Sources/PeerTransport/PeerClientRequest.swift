/// One request to a peer.
public struct PeerClientRequest: Sendable {
    /// The two methods that the protocol uses.
    public enum Method: String, Sendable, Hashable {
        /// Reads; `body` must be empty.
        case get = "GET"
        /// Sends `body`, which may be empty.
        case post = "POST"
    }

    /// Where the peer listens.
    public var endpoint: PeerEndpoint
    /// The method.
    public var method: Method
    /// Path and query; starts with `/` and holds printable ASCII without spaces.
    public var path: String
    /// Bytes to send with `.post`.
    public var body: [UInt8]
    /// The only key that the peer may present.
    public var pin: KeyFingerprint
    /// Header fields besides those that the transport sets; names and values in visible ASCII.
    public var headers: [(String, String)]
    /// Time for everything: waiting for a connection, handshake, request and response.
    public var timeout: Duration
    /// Largest response body, in bytes; one byte more fails with `.tooLarge`.
    public var responseBytesMax: Int
    /// An HTTP proxy that the connection is tunnelled through by CONNECT; `nil` for none.
    public var proxy: PeerEndpoint?

    /// Describes a request.
    public init(
        endpoint: PeerEndpoint, method: Method, path: String, body: [UInt8] = [],
        pin: KeyFingerprint, headers: [(String, String)] = [], timeout: Duration = .seconds(30),
        responseBytesMax: Int = 10 << 20, proxy: PeerEndpoint? = nil
    ) {
        self.endpoint = endpoint
        self.method = method
        self.path = path
        self.body = body
        self.pin = pin
        self.headers = headers
        self.timeout = timeout
        self.responseBytesMax = responseBytesMax
        self.proxy = proxy
    }
}
