/// One POST to a web server that is no peer, over TLS 1.3 with a certificate from an authority.
public struct WebClientRequest: Sendable {
    /// Where the server listens; its host is the name that the certificate must be for.
    public var endpoint: PeerEndpoint
    /// Path; starts with `/` and holds printable ASCII without spaces.
    public var path: String
    /// Bytes to send.
    public var body: [UInt8]
    /// Header fields besides those that the transport sets; names and values in visible ASCII.
    public var headers: [(String, String)]
    /// Authorities' certificates in PEM; `nil` for those of the machine.
    public var authoritiesFile: String?
    /// Time for everything: waiting for a connection, handshake, request and response.
    public var timeout: Duration
    /// Largest response body, in bytes; one byte more fails with `.tooLarge`.
    public var responseBytesMax: Int

    /// Describes a request.
    public init(
        endpoint: PeerEndpoint, path: String, body: [UInt8], headers: [(String, String)] = [],
        authoritiesFile: String? = nil, timeout: Duration, responseBytesMax: Int
    ) {
        self.endpoint = endpoint
        self.path = path
        self.body = body
        self.headers = headers
        self.authoritiesFile = authoritiesFile
        self.timeout = timeout
        self.responseBytesMax = responseBytesMax
    }
}
