import Synchronization

/// Says once that the store has stopped and why, whoever wrote when it did.
public final class StopNotice: Sendable {
    private let cause = Mutex<StoreFailure?>(nil)
    private let noted: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (noted, continuation) = AsyncStream.makeStream(of: Void.self)
    }

    /// What stopped the store; `nil` while it works.
    public var failure: StoreFailure? { cause.withLock { $0 } }

    /// Returns once the store has stopped, or when the calling task is cancelled. For one caller.
    public func wait() async {
        for await _ in noted {}
    }

    func give(_ failure: StoreFailure) {
        cause.withLock { $0 = $0 ?? failure }
        continuation.finish()
    }
}
