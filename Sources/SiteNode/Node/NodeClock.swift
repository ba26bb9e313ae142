import AuditTrail
import CareRecord
import Glibc
import Synchronization

/// The node's clock: the machine's wall clock under the discipline of `sync.md` §7.
final class NodeClock: Sendable {
    private struct State {
        var clock = SiteClock()
        var life: UInt64 = 0
        var findings: [ClockFinding] = []
        var isSynchronised = false
        /// What the monotonic clock said last, and at the last step.
        var monotonic: UInt64 = 0
        var steppedAt: UInt64?
    }

    private static let findingsMax = 64
    /// How long after a step the audit log says so: an hour, in milliseconds.
    private static let stepMilliseconds: UInt64 = 3_600_000

    private let state = Mutex(State())

    /// Milliseconds since 1970 UTC, as far as the clock is believed.
    func milliseconds() -> Int64 {
        let reading = Self.reading()
        return state.withLock { state in
            let (milliseconds, finding) = state.clock.read(reading)
            state.isSynchronised = reading.isSynchronised
            state.monotonic = reading.monotonicMilliseconds
            if finding != nil { state.steppedAt = state.monotonic }
            if let finding {
                if finding.restartsHybridClock { state.life += 1 }
                if state.findings.count < Self.findingsMax { state.findings.append(finding) }
            }
            return Int64(clamping: milliseconds)
        }
    }

    /// Rises whenever the clock was corrected: hybrid clocks then start anew.
    var life: UInt64 { state.withLock { $0.life } }

    /// How far what `milliseconds()` gave last is to be trusted, for the audit log.
    var trust: AuditClock {
        state.withLock { state in
            let isRecent = state.steppedAt.map { state.monotonic - $0 < Self.stepMilliseconds }
            if state.clock.isHeld || isRecent ?? false { return .stepped }
            return state.isSynchronised ? .synchronised : .unsynchronised
        }
    }

    /// How the clock stands.
    var standing: (isHeld: Bool, isSynchronised: Bool, offMilliseconds: Int64) {
        let reading = Self.reading()
        return state.withLock { state in
            (state.clock.isHeld, reading.isSynchronised, state.clock.offMilliseconds)
        }
    }

    /// An administrator says that the forward step is right.
    func confirm() {
        state.withLock { $0.clock.confirm() }
        _ = milliseconds()
    }

    /// What was found since the last call, for the audit log.
    func takeFindings() -> [ClockFinding] {
        state.withLock { state in
            let findings = state.findings
            state.findings = []
            return findings
        }
    }

    private static func reading() -> ClockReading {
        ClockReading(
            wallMilliseconds: milliseconds(of: CLOCK_REALTIME),
            monotonicMilliseconds: milliseconds(of: CLOCK_BOOTTIME),
            isSynchronised: isSynchronised())
    }

    private static func milliseconds(of clock: clockid_t) -> UInt64 {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0, time.tv_sec >= 0 else { return 0 }
        return UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
    }

    /// Whether the machine's time service says that it has set the clock. The kernel's own word
    /// (adjtimex(2)) is closed to a service that must not touch clocks.
    private static func isSynchronised() -> Bool {
        access("/run/systemd/timesync/synchronized", F_OK) == 0
    }
}
