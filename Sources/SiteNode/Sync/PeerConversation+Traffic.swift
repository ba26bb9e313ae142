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
        let windows = traffic.windows.compactMap { TrafficWindow(text: $0) }
        let isOpen =
            windows.isEmpty || windows.contains { $0.holds(minuteOfDay: LocalTime.minuteOfDay()) }
        if channel != nil { note(isOpen ? .connected : .waitingWindow) }
        return handle(
            .traffic(TrafficPolicy(bytesPerSecond: traffic.bytesPerSecond, allowsBulk: isOpen)))
    }

    /// The administrator changed the limits: they hold from now on.
    func trafficChanged() async {
        errandMailbox.yield(.lookAround)
        context.store.feedSignal.wake()
    }
}

/// A part of the day in which anything may leave: from one minute up to another, local time.
struct TrafficWindow: Sendable, Hashable {
    /// Minutes since midnight; the window holds it.
    let start: Int
    /// Minutes since midnight; the window ends before it. May lie before `start`: past midnight.
    let end: Int

    /// Reads `HH:MM-HH:MM`; `nil` if it is something else or no time lies between.
    init?(text: some StringProtocol) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = Self.minutes(ends[0]), let end = Self.minutes(ends[1]),
            start != end
        else { return nil }
        self.start = start
        self.end = end
    }

    /// Whether a minute of the day lies in the window.
    func holds(minuteOfDay minute: Int) -> Bool {
        start < end ? minute >= start && minute < end : minute >= start || minute < end
    }

    private static func minutes(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return hours * 60 + minutes
    }
}
