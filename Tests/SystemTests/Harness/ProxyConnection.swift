import Foundation
import Synchronization

/// One connection through a `FaultProxy`: two sockets, and what happens to each direction.
final class ProxyConnection: Sendable {
    /// Where bytes go.
    enum Direction: CaseIterable {
        case toServer
        case toClient
    }

    private struct State {
        var frozen: Set<Direction> = []
        var swallowed: Set<Direction> = []
        var isEnded = false
        var last: Direction?
        var bytesOfTurn = 0
        var running = 2
    }

    private let client: Int32
    private let server: Int32
    private let state = Mutex(State())

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    /// Nothing more comes through in a direction.
    ///
    /// - Parameter swallows: whether bytes are still taken, and thrown away.
    func freeze(_ direction: Direction, swallows: Bool) {
        state.withLock { state in
            if swallows { state.swallowed.insert(direction) }
            if !swallows { state.frozen.insert(direction) }
        }
    }

    /// Ends both directions; the sockets are closed once nobody uses them.
    ///
    /// - Parameter resets: whether the ends see a reset, and not an orderly end.
    func end(resets: Bool = false) {
        state.withLock { state in
            guard !state.isEnded else { return }
            state.isEnded = true
            for socket in [client, server] {
                if resets {
                    var linger = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(
                        socket, SOL_SOCKET, SO_LINGER, &linger,
                        socklen_t(MemoryLayout.size(ofValue: linger)))
                }
                // Only what wakes the threads: an orderly end would come before the reset.
                shutdown(socket, Int32(resets ? SHUT_RD : SHUT_RDWR))
            }
        }
    }

    /// Closes the sockets.
    func close() {
        Glibc.close(client)
        Glibc.close(server)
    }

    /// Whether the caller was the last of the two directions.
    func isLastToLeave() -> Bool {
        state.withLock { state in
            state.running -= 1
            return state.running == 0
        }
    }

    /// Waits for as long as the direction is frozen and the connection lasts.
    ///
    /// - Returns: whether it lasts.
    func waitWhileFrozen(_ direction: Direction) -> Bool {
        while true {
            let (isEnded, isFrozen) = state.withLock {
                ($0.isEnded, $0.frozen.contains(direction))
            }
            guard !isEnded else { return false }
            guard isFrozen else { return true }
            usleep(5_000)
        }
    }

    func swallows(_ direction: Direction) -> Bool {
        state.withLock { $0.swallowed.contains(direction) }
    }

    /// Notes which way bytes go now, and how many.
    ///
    /// - Returns: whether they went the other way before: a request or an answer begins.
    func turn(to direction: Direction, _ bytes: Int) -> Bool {
        state.withLock { state in
            let isNew = state.last != direction
            state.bytesOfTurn = bytes + (isNew ? 0 : state.bytesOfTurn)
            state.last = direction
            return isNew
        }
    }

    /// Bytes that went to the server since it last sent any.
    var bytesInRequest: Int { state.withLock { $0.last == .toServer ? $0.bytesOfTurn : 0 } }

    /// Reads what comes from one side; 0 or less at the end.
    func receive(_ buffer: inout [UInt8], atMost most: Int, _ direction: Direction) -> Int {
        recv(direction == .toServer ? client : server, &buffer, most, 0)
    }

    /// Writes to the other side; false if it takes no more.
    func send(_ bytes: ArraySlice<UInt8>, _ direction: Direction) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let done = rest.withUnsafeBytes {
                Glibc.send(
                    direction == .toServer ? server : client, $0.baseAddress, $0.count,
                    Int32(MSG_NOSIGNAL))
            }
            guard done > 0 else { return false }
            rest = rest.dropFirst(done)
        }
        return true
    }
}
