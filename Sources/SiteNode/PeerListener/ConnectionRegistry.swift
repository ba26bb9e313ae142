import NIOCore
import PeerTransport
import Synchronization

/// Counts the connections of the peer port and refuses those above the limits.
final class ConnectionRegistry: Sendable {
    private struct State {
        var all = 0
        /// Connections whose handshake is not over, by address.
        var unauthenticated: [String: Int] = [:]
        var peers: [KeyFingerprint: [ObjectIdentifier: any Channel]] = [:]
        /// How often keys ask that have asked lately.
        var paces: [KeyFingerprint: RequestPace] = [:]
    }

    /// Keys whose pace is kept before those that rest are forgotten.
    private static let pacesMax = 256

    private let limits: PeerListenerLimits
    private let state = Mutex(State())
    private let began = ContinuousClock.now

    init(limits: PeerListenerLimits) {
        self.limits = limits
    }

    /// Counts a new connection; false when it must be closed at once, and is not counted.
    func admit(address: String) -> Bool {
        state.withLock { state in
            guard state.all < limits.connectionsMax,
                state.unauthenticated[address, default: 0] < limits.unauthenticatedPerAddressMax
            else { return false }
            state.all += 1
            state.unauthenticated[address, default: 0] += 1
            return true
        }
    }

    /// Counts a connection as its peer's; false when the peer has too many.
    func authenticate(_ peer: KeyFingerprint, address: String, channel: any Channel) -> Bool {
        state.withLock { state in
            guard state.peers[peer, default: [:]].count < limits.connectionsPerPeerMax else {
                return false
            }
            state.peers[peer, default: [:]][ObjectIdentifier(channel)] = channel
            Self.release(address, &state)
            return true
        }
    }

    /// How long a request of a peer has to wait for its turn, by whichever of its connections.
    func wait(forRequestOf peer: KeyFingerprint) -> Duration {
        let now = ContinuousClock.now - began
        return state.withLock { state in
            if state.paces.count >= Self.pacesMax {
                state.paces = state.paces.filter { !$0.value.isRested(at: now) }
            }
            let rested = RequestPace(
                perSecond: limits.requestsPerSecond, burst: limits.requestsAtOnce)
            return state.paces[peer, default: rested].take(at: now)
        }
    }

    /// Forgets an admitted connection, authenticated or not.
    func leave(address: String, peer: KeyFingerprint?, channel: any Channel) {
        state.withLock { state in
            state.all -= 1
            let id = ObjectIdentifier(channel)
            guard let peer, state.peers[peer]?.removeValue(forKey: id) != nil else {
                Self.release(address, &state)
                return
            }
            if state.peers[peer]?.isEmpty == true { state.peers[peer] = nil }
        }
    }

    /// The open connections of one key, so that they can be closed when it is revoked.
    func channels(of peer: KeyFingerprint) -> [any Channel] {
        state.withLock { Array($0.peers[peer, default: [:]].values) }
    }

    private static func release(_ address: String, _ state: inout State) {
        let left = state.unauthenticated[address, default: 0] - 1
        state.unauthenticated[address] = left > 0 ? left : nil
    }
}
