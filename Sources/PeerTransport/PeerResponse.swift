/// What came back; every HTTP status is a response, not a failure.
public struct PeerResponse: Sendable {
    /// HTTP status code, 200 to 599.
    public let status: Int
    /// Header fields in the order received, names as sent.
    public let headers: [(String, String)]
    /// The body, complete.
    public let body: [UInt8]

    /// Assembles a response.
    public init(status: Int, headers: [(String, String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first field of that name, which is compared without regard to case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.0.lowercased() == wanted }?.1
    }
}
