import CareRecord
import ControlProtocol
import RecordStore
import SyncEngine

extension PeerConversation {
    /// Reads what the administrator allows, and tells the engine.
    ///
    /// - Throws: `ConversationFailure.paused` if nothing at all may be exchanged.
    func followTraffic() async throws -> [SyncEffect] {
        traffic = try await context.store.traffic(with: peer.site)
        guard !traffic.isPaused else {
            note(.paused)
            throw ConversationFailure.paused
        }
        let windows = traffic.windows.compactMap { TimeWindow(text: $0) }
        let isOpen =
            windows.isEmpty || windows.contains { $0.contains(minute: LocalTime.minuteOfDay()) }
        if channel != nil { note(isOpen ? .connected : .waitingWindow) }
        return handle(
            .traffic(TrafficPolicy(bytesPerSecond: traffic.bytesPerSecond, allowsBulk: isOpen)))
    }

    /// The administrator changed the limits: they hold from now on.
    func trafficChanged() async {
        mailbox?.yield(.lookAround)
        pauseEnder?.yield()
        context.store.feedSignal.wake()
    }
}
