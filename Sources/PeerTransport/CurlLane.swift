/// The transfers of one destination that wait for their turn, in order of arrival.
///
/// A burst of transfers would otherwise open as many connections at once as there are transfers,
/// and a listener admits only a few unauthenticated connections from one address.
final class CurlLane {
    /// Orders that have not been started.
    var waiting: [CurlInbox.Entry] = []
    /// Transfers that were started and whose handshake is not over.
    var handshakes = 0
    /// Transfers that were started and have not ended.
    var active = 0

    /// Makes an empty lane.
    init() {}

    /// Whether the lane can be forgotten.
    var isIdle: Bool { waiting.isEmpty && active == 0 }
}
