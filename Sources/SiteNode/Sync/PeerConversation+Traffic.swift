import CareRecord
import ControlProtocol
import Logging
import RecordStore
import SyncEngine

extension PeerConversation {
    /// Reads what the administrator allows.
    ///
    /// - Throws: `ConversationFailure.paused` if nothing at all may be exchanged.
    func readTraffic() async throws {
        traffic = try await context.store.traffic(with: peer.site)
        guard !traffic.isPaused else {
            note(.paused)
            throw ConversationFailure.paused
        }
    }

    /// Tells the engine what was read.
    func followTraffic() -> [SyncEffect] {
        let windows = traffic.windows.compactMap { TimeWindow(text: $0) }
        let isOpen =
            windows.isEmpty || windows.contains { $0.contains(minute: LocalTime.minuteOfDay()) }
        if channel != nil { note(isOpen ? .connected : .waitingWindow) }
        return handle(
            .traffic(TrafficPolicy(bytesPerSecond: traffic.bytesPerSecond, allowsBulk: isOpen)))
    }

    /// The administrator changed the limits: they hold from now on.
    func trafficChanged() async {
        do {
            traffic = try await context.store.traffic(with: peer.site)
        } catch {
            context.logger.warning(
                "limits were not read; the next look does", metadata: ["peer": "\(peer.site)"])
        }
        mailbox?.yield(.lookAround)
        pauseEnder?.yield()
        context.store.feedSignal.wake()
    }
}
