import CCurl
import Synchronization

/// The only thing that callers and the loop's thread share: orders in, a wake-up, and the end.
final class CurlInbox: Sendable {
    /// One order on its way to the loop.
    struct Entry: Sendable {
        let id: UInt64
        let order: TransferOrder
        let continuation: CheckedContinuation<PeerResponse, any Error>
    }

    /// What the loop finds when it looks.
    struct Delivery: Sendable {
        var entries: [Entry] = []
        var cancelled: [UInt64] = []
        var isStopping = false
    }

    private struct State {
        var delivery = Delivery()
        var lastID: UInt64 = 0
        /// The loop's multi handle as an address, while a wake-up may use it.
        var multi: UnsafeMutableRawPointer?
        var isFinished = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Makes an empty inbox.
    init() {}

    /// A number for a new order.
    func nextID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Hands an order over; answers it with `.cancelled` when the loop is stopping.
    func submit(_ entry: Entry) {
        let isTaken = state.withLock { state in
            guard !state.delivery.isStopping else { return false }
            state.delivery.entries.append(entry)
            Self.wake(state)
            return true
        }
        if !isTaken {
            entry.continuation.resume(throwing: Self.stopped(entry.order))
        }
    }

    /// Asks for an order to be dropped. Does nothing if it has been answered.
    func cancel(_ id: UInt64) {
        state.withLock { state in
            guard !state.isFinished else { return }
            state.delivery.cancelled.append(id)
            Self.wake(state)
        }
    }

    /// Asks the loop to answer everything with `.cancelled` and to end.
    func stop() {
        state.withLock { state in
            state.delivery.isStopping = true
            Self.wake(state)
        }
    }

    /// Returns when the loop has ended.
    func ended() async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished { state.waitingForEnd.append(continuation) }
                return state.isFinished
            }
            if isFinished { continuation.resume() }
        }
    }

    /// For the loop: what has come in since the last look.
    func take() -> Delivery {
        state.withLock { state in
            let delivery = state.delivery
            state.delivery = Delivery(isStopping: delivery.isStopping)
            return delivery
        }
    }

    /// For the loop: from now on callers may wake this handle.
    ///
    /// - Parameter address: the multi handle as an integer, because a pointer may not cross.
    func attach(address: UInt) {
        state.withLock { $0.multi = UnsafeMutableRawPointer(bitPattern: address) }
    }

    /// For the loop: nobody may touch the handle any more. Orders that came in before the stop
    /// are still to be taken and answered before it calls `finish`.
    func detach() {
        state.withLock { $0.multi = nil }
    }

    /// For the loop: it has ended.
    func finish() {
        let waiting = state.withLock { state in
            state.isFinished = true
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    /// The failure of an order that came too late.
    static func stopped(_ order: TransferOrder) -> PeerFailure {
        PeerFailure(code: .cancelled, context: "\(order.summary): the client has shut down")
    }

    private static func wake(_ state: borrowing State) {
        if let multi = state.multi { curl_multi_wakeup(multi) }
    }
}
