/// What the loop is asked to transfer; everything in it may cross to the loop's thread.
struct TransferOrder: Sendable {
    /// Whom to talk to, and with which keys.
    enum Destination: Sendable, Hashable {
        /// A peer over mutual TLS. Connections are shared among transfers with equal values.
        case peer(PeerEndpoint, pin: KeyFingerprint, proxy: PeerEndpoint?)
        /// A web server whose certificate comes from an authority: of the file, or of the machine's
        /// store. Nothing of this node is shown to it.
        case web(PeerEndpoint, authoritiesFile: String?)
        /// A service on this machine, over a Unix socket and without TLS.
        case socket(path: String)
    }

    let destination: Destination
    /// Our own key and certificate; nil for a web server and over a Unix socket.
    let identity: TLSIdentity?
    let method: PeerClientRequest.Method
    let path: String
    let body: [UInt8]
    let headers: [(String, String)]
    let deadline: ContinuousClock.Instant
    let responseBytesMax: Int
    /// Receives the body of a 2xx response as it arrives, on the loop's thread; nil collects it.
    let onChunk: (@Sendable ([UInt8]) -> Void)?

    /// What a failure may say about this order.
    var summary: String {
        switch destination {
        case .peer(let endpoint, _, _): "\(method.rawValue) \(path) at \(endpoint)"
        case .web(let endpoint, _): "\(method.rawValue) \(path) at \(endpoint)"
        case .socket(let socket): "\(method.rawValue) \(path) at \(socket)"
        }
    }

    /// Whether path and header fields can be put into a request without changing its meaning.
    var isWellFormed: Bool {
        guard path.hasPrefix("/"), path.utf8.count <= 8 * 1024,
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            method == .post || body.isEmpty
        else { return false }
        return headers.allSatisfy { name, value in
            !name.isEmpty
                && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3A && $0 != 0x3B }
                && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        }
    }
}
