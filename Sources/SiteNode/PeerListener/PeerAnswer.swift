/// What a request at the peer port is answered with.
package struct PeerAnswer: Sendable {
    /// HTTP status, 200 to 599.
    package var status: Int
    /// Media type of the body; empty leaves the field out.
    package var contentType: String
    /// The body, complete.
    package var body: [UInt8]

    /// Describes an answer.
    package init(status: Int, contentType: String = "", body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
