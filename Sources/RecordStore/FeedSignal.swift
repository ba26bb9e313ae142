import Synchronization

/// Tells those who follow the change feed that it grew; a missed signal costs nothing, since they
/// read from their own position.
public final class FeedSignal: Sendable {
    private struct State {
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var shareChanges: UInt64 = 0
        var wakes: UInt64 = 0
        var next: UInt64 = 0
        var isFinished = false
    }

    private let state = Mutex(State())

    /// A stream that yields once after each change, or several of them together.
    public func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.next += 1
            if state.isFinished { continuation.finish() }
            state.listeners[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// Whether nothing will be followed any more, because the node stops.
    public var isFinished: Bool { state.withLock { $0.isFinished } }

    /// Rises whenever a share set changed or something was made owed that the feed does not show.
    public var shareChanges: UInt64 { state.withLock { $0.shareChanges } }

    /// Rises whenever listeners were woken.
    package var wakes: UInt64 { state.withLock { $0.wakes } }

    /// Wakes every listener, and perhaps tells them that more than the feed changed.
    func notify(sharesToo: Bool = false) {
        if sharesToo { notifyShares() } else { wake() }
    }

    /// Wakes every listener, and tells them that more than the feed changed.
    func notifyShares() {
        state.withLock { $0.shareChanges += 1 }
        wake()
    }

    /// Wakes every listener: the feed grew, or there is something else to look at.
    public func wake() {
        let listeners = state.withLock { state in
            state.wakes += 1
            return Array(state.listeners.values)
        }
        for listener in listeners {
            listener.yield()
        }
    }

    /// Ends every stream.
    public func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            return Array(state.listeners.values)
        }
        for listener in listeners {
            listener.finish()
        }
    }
}
