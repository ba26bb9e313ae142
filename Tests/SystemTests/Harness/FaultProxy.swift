import Foundation
import Synchronization
import TestSupport

/// A TCP forwarder on loopback that knows nothing of TLS, for links that are cut, slow or deaf.
///
/// Cut means what a pulled cable and a closed firewall look like from a program: connections end,
/// and new ones are refused. Frozen connections look alive and carry nothing for ever, as behind a
/// router that has forgotten them.
final class FaultProxy: Sendable {
    /// Where it listens; the same after a cut.
    let port: UInt16
    private let target: UInt16
    private let state: Mutex<State>

    private struct State {
        var listener: Int32?
        var connections: [Int: ProxyConnection] = [:]
        var connectionsMade = 0
        var weather = Weather()
        var cut = ProxyCut()
        var moments: SeededGenerator
    }

    /// What all connections meet.
    private struct Weather {
        var bytesPerSecond: Int?
        var delay: Duration = .zero
        /// Requests wait up to so long, each another time, so that they overtake each other.
        var shuffle: Duration = .zero
        /// New connections are accepted and never answered.
        var isDeaf = false
    }

    /// Forwards from a free port.
    ///
    /// - Parameter seed: of what the proxy draws, such as the times of `shuffle`.
    init(to target: UInt16, seed: UInt64 = 1) throws {
        let (listener, port) = try LoopbackSocket.listen(on: 0)
        self.port = port
        self.target = target
        state = Mutex(State(listener: listener, moments: SeededGenerator(seed: seed)))
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
            for connection in state.connections.values { connection.end() }
        }
    }

    /// Accepts connections again.
    func heal() throws {
        guard state.withLock({ $0.listener }) == nil else { return }
        let (listener, _) = try LoopbackSocket.listen(on: port)
        state.withLock { $0.listener = listener }
        accept(on: listener)
    }

    /// Good weather again; connections that are frozen stay so.
    func clear() {
        state.withLock { $0.weather = Weather() }
    }

    /// Ends every connection by a reset, and accepts new ones as before.
    func reset() {
        state.withLock { state in
            for connection in state.connections.values { connection.end(resets: true) }
        }
    }

    /// Lets so many bytes a second through in each direction of each connection; nil for all.
    func slow(to bytesPerSecond: Int?) {
        state.withLock { $0.weather.bytesPerSecond = bytesPerSecond }
    }

    /// Every piece comes so much later.
    func delay(by delay: Duration) {
        state.withLock { $0.weather.delay = delay }
    }

    /// Every request waits for a time of its own, so that those of different connections overtake
    /// each other.
    func shuffle(within longest: Duration) {
        state.withLock { $0.weather.shuffle = longest }
    }

    /// Accepts new connections and never answers them, until the weather is good again.
    func goDeaf() {
        state.withLock { $0.weather.isDeaf = true }
    }

    /// From now on, the connections that are open carry nothing more in a direction.
    ///
    /// - Parameter swallows: whether what is sent is taken nevertheless; else it stays where it is.
    func freeze(_ direction: ProxyConnection.Direction, swallows: Bool = false) {
        state.withLock { state in
            for connection in state.connections.values {
                connection.freeze(direction, swallows: swallows)
            }
        }
    }

    /// The most bytes of one request that have come through without an answer until now.
    var bytesInRequest: Int {
        state.withLock { $0.connections.values.map(\.bytesInRequest).max() ?? 0 }
    }

    /// Arms one cut of one connection; counts start anew.
    func arm(_ cut: ProxyCut) {
        state.withLock { $0.cut = cut }
    }

    /// Whether the cut that was armed last has happened.
    var hasCut: Bool { state.withLock { $0.cut.isDone } }

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
        let connection = ProxyConnection(client: client, server: server)
        let number = state.withLock { state -> Int? in
            guard state.listener == listener else { return nil }
            if state.weather.isDeaf {
                connection.freeze(.toServer, swallows: false)
                connection.freeze(.toClient, swallows: false)
            }
            state.connectionsMade += 1
            state.connections[state.connectionsMade] = connection
            return state.connectionsMade
        }
        guard let number else {
            close(server)
            return false
        }
        for direction in ProxyConnection.Direction.allCases {
            Thread.detachNewThread {
                self.pump(connection, direction)
                connection.end()
                if connection.isLastToLeave() { self.forget(number) }
            }
        }
        return true
    }

    private func forget(_ number: Int) {
        state.withLock { $0.connections.removeValue(forKey: number)?.close() }
    }

    private func pump(_ connection: ProxyConnection, _ direction: ProxyConnection.Direction) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let rate = state.withLock { $0.weather.bytesPerSecond }
            // A slow link: twenty pieces a second.
            let most = rate.map { min(buffer.count, max(1, $0 / 20)) } ?? buffer.count
            if rate != nil { usleep(50_000) }
            guard connection.waitWhileFrozen(direction) else { return }
            let count = connection.receive(&buffer, atMost: most, direction)
            guard count > 0, connection.waitWhileFrozen(direction) else { return }
            if connection.swallows(direction) { continue }
            let order = handOn(count, of: connection, direction)
            if order.pause > .zero { usleep(UInt32(order.pause / .microseconds(1))) }
            guard connection.send(buffer[..<order.bytes], direction) else { return }
            if order.bytes < count || order.cutsAfter {
                connection.end(resets: order.resets)
                return
            }
        }
    }

    /// What becomes of a piece.
    private struct Order {
        var bytes: Int
        var pause: Duration
        var cutsAfter: Bool
        var resets: Bool
    }

    private func handOn(
        _ count: Int, of connection: ProxyConnection, _ direction: ProxyConnection.Direction
    ) -> Order {
        let isNewTurn = connection.turn(to: direction, count)
        return state.withLock { state in
            var pause = state.weather.delay
            if direction == .toServer, isNewTurn, state.weather.shuffle > .zero {
                let longest = Int(state.weather.shuffle / .milliseconds(1))
                pause += .milliseconds(Int.random(in: 0...longest, using: &state.moments))
            }
            let bytes = state.cut.bytes(of: count, direction, isNewTurn: isNewTurn)
            return Order(
                bytes: bytes ?? count, pause: pause, cutsAfter: bytes != nil,
                resets: state.cut.resets)
        }
    }
}
