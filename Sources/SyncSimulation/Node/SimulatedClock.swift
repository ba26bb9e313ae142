import CareRecord
import Synchronization

/// A node's clock: a wall clock that may be wrong in any way, under the production discipline
/// (`SiteClock`), over the virtual time of the world.
final class SimulatedClock: Sendable {
    private struct State {
        var clock = SiteClock()
        var life: UInt64 = 0
        /// The world's time, in milliseconds.
        var world: UInt64
        /// What the wall clock shows beyond the world's time, in milliseconds.
        var offset: Int64
        /// How much faster the wall clock runs, in parts of a million.
        var drift: Int64
        /// The world's time since which the drift adds up.
        var driftsSince: UInt64
        /// What the wall clock shows for ever, while it stands.
        var standsAt: Int64?
        var isSynchronised = false
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - world: the world's time, in milliseconds since 1970 UTC.
    ///   - offset: what the wall clock shows beyond the world's time, in milliseconds.
    ///   - drift: how much faster it runs, in parts of a million.
    init(world: UInt64, offset: Int64, drift: Int64) {
        state = Mutex(State(world: world, offset: offset, drift: drift, driftsSince: world))
    }

    /// Lets the world's time go on.
    func advance(to world: UInt64) {
        state.withLock { $0.world = world }
    }

    /// The machine starts again: the first reading is believed.
    func reboot() {
        state.withLock { $0.clock = SiteClock() }
    }

    /// The wall clock jumps by so many milliseconds.
    func jump(by milliseconds: Int64) {
        state.withLock { $0.offset += milliseconds }
    }

    /// The wall clock shows the world's time from now on, and is known to.
    func synchronise() {
        state.withLock { state in
            state.offset = 0
            state.drift = 0
            state.standsAt = nil
            state.isSynchronised = true
        }
    }

    /// The wall clock stands still, or goes on from where it would be.
    func stand(_ stands: Bool) {
        state.withLock { $0.standsAt = stands ? Self.wall($0) : nil }
    }

    /// An administrator says that a step that is held is right.
    func confirm() {
        state.withLock { $0.clock.confirm() }
    }

    /// Milliseconds since 1970 UTC, as far as the clock is believed.
    func milliseconds() -> Int64 {
        state.withLock { state in
            let reading = ClockReading(
                wallMilliseconds: UInt64(max(0, state.standsAt ?? Self.wall(state))),
                monotonicMilliseconds: state.world, isSynchronised: state.isSynchronised)
            let (milliseconds, finding) = state.clock.read(reading)
            if let finding, finding.restartsHybridClock { state.life += 1 }
            return Int64(clamping: milliseconds)
        }
    }

    /// Whether a forward step is held.
    var isHeld: Bool { state.withLock { $0.clock.isHeld } }

    /// Rises whenever the clock was corrected.
    var life: UInt64 { state.withLock { $0.life } }

    private static func wall(_ state: State) -> Int64 {
        let elapsed = Int64(state.world - state.driftsSince)
        return Int64(state.world) + state.offset + elapsed / 1_000_000 * state.drift
            + elapsed % 1_000_000 * state.drift / 1_000_000
    }
}
