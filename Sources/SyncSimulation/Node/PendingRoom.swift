import RecordStore
import Synchronization

/// How many items of one peer a node's store lets wait or sets aside.
final class PendingRoom: Sendable {
    private let current: Mutex<Int>

    init(items: Int) { current = Mutex(items) }

    /// The number that counts now.
    var items: Int { current.withLock { $0 } }

    /// There is as much room as in a real node.
    func widen() { current.withLock { $0 = StoreLimits.itemsPerPeerMax } }
}
