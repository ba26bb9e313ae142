import Foundation
import Synchronization

/// A TCP forwarder on loopback that knows nothing of TLS, and whose link can be cut and healed.
///
/// Cut means what a pulled cable and a closed firewall look like from a program: connections end,
/// and new ones are refused.
final class LinkProxy: Sendable {
    /// Where it listens; the same after a cut.
    let port: UInt16
    private let target: UInt16
    private let state: Mutex<State>

    private struct State {
        var listener: Int32?
        var open: Set<Int32> = []
        var bytesPerSecond: Int?
    }

    /// Forwards from a free port.
    init(to target: UInt16) throws {
        let (listener, port) = try LoopbackSocket.listen(on: 0)
        self.port = port
        self.target = target
        state = Mutex(State(listener: listener))
        accept(on: listener)
    }

    deinit {
        cut()
    }

    /// Where to dial.
    var endpoint: String { "127.0.0.1:\(port)" }

    /// Ends every connection and refuses new ones.
    func cut() {
        state.withLock { state in
            if let listener = state.listener { shutdown(listener, Int32(SHUT_RDWR)) }
            state.listener = nil
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Accepts connections again.
    func heal() throws {
        guard state.withLock({ $0.listener }) == nil else { return }
        let (listener, _) = try LoopbackSocket.listen(on: port)
        state.withLock { $0.listener = listener }
        accept(on: listener)
    }

    /// Lets so many bytes a second through in each direction of each connection; nil for all.
    func slow(to bytesPerSecond: Int?) {
        state.withLock { $0.bytesPerSecond = bytesPerSecond }
    }

    private func accept(on listener: Int32) {
        // Not held by the thread: a proxy that nobody needs goes away.
        Thread.detachNewThread { [weak self] in
            while true {
                let client = Glibc.accept(listener, nil, nil)
                guard client >= 0 else { break }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard let self, self.forward(client, of: listener) else {
                    close(client)
                    continue
                }
            }
            close(listener)
        }
    }

    private func forward(_ client: Int32, of listener: Int32) -> Bool {
        guard let server = LoopbackSocket.connect(to: target) else { return false }
        let isOpen = state.withLock { state in
            guard state.listener == listener else { return false }
            state.open.formUnion([client, server])
            return true
        }
        guard isOpen else {
            close(server)
            return false
        }
        let directions = Directions()
        for (from, to) in [(client, server), (server, client)] {
            Thread.detachNewThread {
                self.pump(from, to)
                shutdown(client, Int32(SHUT_RDWR))
                shutdown(server, Int32(SHUT_RDWR))
                if directions.isLastToEnd() { self.forget(client, server) }
            }
        }
        return true
    }

    private func forget(_ descriptors: Int32...) {
        state.withLock { state in
            for descriptor in descriptors {
                state.open.remove(descriptor)
                close(descriptor)
            }
        }
    }

    private func pump(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let rate = state.withLock { $0.bytesPerSecond }
            // A slow link: twenty pieces a second.
            let most = rate.map { min(buffer.count, max(1, $0 / 20)) } ?? buffer.count
            if rate != nil { usleep(50_000) }
            let count = recv(from, &buffer, most, 0)
            guard count > 0 else { return }
            var sent = 0
            while sent < count {
                let done = buffer[sent..<count].withUnsafeBytes {
                    send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard done > 0 else { return }
                sent += done
            }
        }
    }

    /// Counts the two directions of a connection down.
    private final class Directions: Sendable {
        private let running = Atomic<Int>(2)

        func isLastToEnd() -> Bool {
            running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0
        }
    }
}
