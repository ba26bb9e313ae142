import NIOCore
import PeerTransport
import Synchronization

/// One connection at the peer port: whose key it is, and where its requests' bodies come in.
final class PeerConnection: Sendable {
    /// Where the gate leaves request bodies.
    let exchange = DoorExchange()
    /// The client's address without port.
    let remoteAddress: String

    private let key = Mutex<KeyFingerprint?>(nil)

    init(remoteAddress: String) {
        self.remoteAddress = remoteAddress
    }

    /// The key of the certificate that the handshake accepted; nil before. It is proved once the
    /// handshake is over, which the first request implies.
    var peer: KeyFingerprint? { key.withLock { $0 } }

    /// Remembers the accepted certificate's key, once per connection.
    func accept(_ fingerprint: KeyFingerprint) {
        key.withLock { $0 = fingerprint }
    }
}
