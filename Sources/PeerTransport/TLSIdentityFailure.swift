/// An identity could not be made or loaded.
public struct TLSIdentityFailure: Error, CustomStringConvertible {
    /// What was wrong.
    public enum Code: String, Sendable, Hashable {
        /// The private key is not PEM of a P-256 key.
        case keyNotReadable
        /// The certificate is not PEM of an X.509 certificate.
        case certificateNotReadable
        /// The certificate is around another key.
        case keyDoesNotMatch
        /// The common name is empty or has more than 64 characters.
        case nameNotUsable
    }

    /// What was wrong.
    public let code: Code
    /// The parser's complaint, when there was one.
    public let underlying: (any Error)?

    /// What was attempted and what to do next; holds no key material.
    public var description: String {
        switch code {
        case .keyNotReadable:
            "The TLS key could not be read. Restore the key file from its copy."
        case .certificateNotReadable:
            "The TLS certificate could not be read. Remove it; the node makes a new one."
        case .keyDoesNotMatch:
            "The TLS certificate belongs to another key. Remove it; the node makes a new one."
        case .nameNotUsable:
            "The site's name must have 1 to 64 characters to stand in a certificate."
        }
    }
}
