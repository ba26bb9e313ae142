import Synchronization

/// Carries request bodies from a connection's channel handler to the task that answers.
///
/// Bodies bypass the channel pipeline: they are gathered on the event loop as one array, which
/// spares a hop between threads and a copy for every 16 KiB that TLS delivers.
final class DoorExchange: Sendable {
    /// What the answering task finds once a request has been read.
    enum Arrival: Sendable, Equatable {
        /// The whole body; empty when there was none.
        case complete(body: [UInt8])
        /// The request must be answered with this refusal.
        case refused(DoorRefusal)
    }

    private let slot = Mutex<Arrival?>(nil)

    /// Makes an empty slot.
    init() {}

    /// Leaves an arrival. The gate admits one request at a time, so the slot is empty.
    func put(_ arrival: Arrival) {
        slot.withLock { $0 = arrival }
    }

    /// Takes the arrival; nil when the connection ended before the request did.
    func take() -> Arrival? {
        slot.withLock { slot in
            defer { slot = nil }
            return slot
        }
    }
}
