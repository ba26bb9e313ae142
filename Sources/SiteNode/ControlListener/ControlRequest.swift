import HTTPTypes

/// One request at the control socket, read completely.
package struct ControlRequest: Sendable {
    /// The HTTP method, in capitals.
    package let method: String
    /// Path and query as sent.
    package let path: String
    /// The body; at most `ControlListenerLimits.door.bodyBytesMax` bytes.
    package let body: [UInt8]
    /// The calling process, as the kernel names it (`SO_PEERCRED`, unix(7)).
    package let caller: ControlCaller

    private let fields: HTTPFields

    init(
        method: String, path: String, fields: HTTPFields, body: [UInt8], caller: ControlCaller
    ) {
        self.method = method
        self.path = path
        self.fields = fields
        self.body = body
        self.caller = caller
    }

    /// The value of a header field, whose name is compared without regard to case.
    package func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { fields[$0] }
    }
}
