import ControlProtocol

/// The parts of a peer's progress that several presentations show.
extension PeerStatus {
    /// Titles of `csvCells`.
    static let csvTitles = [
        "state", "lastContactMilliseconds", "exactlyInStepMilliseconds", "isInStep",
        "urgentEvents", "currentEvents", "backfillEvents", "queuedBytes", "oldestMilliseconds",
        "theirQueuedEvents", "reasons", "clockAheadMilliseconds", "withdrawalsOpen",
        "lastRefusal",
    ]

    /// The progress as one row's cells. Reasons are `code=count`, with blanks between.
    var csvCells: [CSVTable.Value] {
        [
            .text(state.rawValue), .text(lastContactMilliseconds.map(String.init)),
            .text(exactlyInStepMilliseconds.map(String.init)), .flag(isInStep),
            .number(queued.urgentEvents), .number(queued.currentEvents),
            .number(queued.backfillEvents), .number(queued.bytes),
            .text(queued.oldestMilliseconds.map(String.init)),
            .text(theirQueuedEvents.map(String.init)),
            .text(reasons.map { "\($0.code)=\($0.count)" }.joined(separator: " ")),
            .text(clockAheadMilliseconds.map(String.init)), .number(withdrawalsOpen),
            .text(lastRefusal),
        ]
    }

    /// When both sides last held exactly the same: `now` only while they talk.
    var exactlyInStep: TextTable.Cell {
        let isTalking = state == .connected || state == .waitingWindow
        if isInStep, isTalking { return .init("now", .good) }
        let last = exactlyInStepMilliseconds.map(FigureText.minute) ?? "never"
        return .init(last, isInStep ? nil : .doubtful)
    }

    /// State, with the rule of a refusal.
    var stateText: String {
        guard state == .refused, let lastRefusal else { return state.rawValue }
        return state.rawValue + ": " + lastRefusal
    }
}

extension PeerState {
    var tone: TextStyle.Tone {
        switch self {
        case .connected: .good
        case .neverContacted, .connecting, .waitingWindow, .paused: .doubtful
        case .unreachable, .refused, .certExpired, .clock, .version, .fullDisk, .revoked: .bad
        }
    }
}
