/// What a request at the control socket is answered with.
package struct ControlAnswer: Sendable {
    /// The two ways of giving a body.
    package enum Body: Sendable {
        /// All of it at once.
        case bytes([UInt8])
        /// Pieces as they are made, such as progress lines. Each is sent at once. The stream ends
        /// early when the client goes away.
        case pieces(AsyncStream<[UInt8]>)
    }

    /// HTTP status, 200 to 599.
    package var status: Int
    /// Media type of the body; empty leaves the field out.
    package var contentType: String
    /// The body.
    package var body: Body

    /// Describes an answer.
    package init(status: Int, contentType: String = "", body: Body = .bytes([])) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
