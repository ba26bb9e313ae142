import HTTPTypes
package import PeerTransport

/// One request at the peer port, read completely.
package struct PeerRequest: Sendable {
    /// The HTTP method, in capitals.
    package let method: String
    /// Path and query as sent; at most `DoorLimits.urlBytesMax` bytes.
    package let path: String
    /// The body; at most `DoorLimits.bodyBytesMax` bytes.
    package let body: [UInt8]
    /// The key that the client proved to hold. It need not be an enrolled peer's.
    package let peer: KeyFingerprint
    /// The client's address without its port; for logs and counters, never for decisions.
    package let remoteAddress: String

    private let fields: HTTPFields

    init(
        method: String, path: String, fields: HTTPFields, body: [UInt8], peer: KeyFingerprint,
        remoteAddress: String
    ) {
        self.method = method
        self.path = path
        self.fields = fields
        self.body = body
        self.peer = peer
        self.remoteAddress = remoteAddress
    }

    /// The value of a header field, whose name is compared without regard to case. Several fields
    /// of one name are joined by commas (RFC 9110 §5.3).
    package func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { fields[$0] }
    }
}
