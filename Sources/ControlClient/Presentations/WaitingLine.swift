import ControlProtocol

/// One thing that waits between this node and a peer, in words.
struct WaitingLine {
    /// How much of what; empty where nothing is counted.
    let figure: String
    /// Code and sentence.
    let text: String
    /// What to do, if it is known.
    let next: String?

    /// Everything that a peer's status says waits, the reasons first.
    static func all(of peer: PeerStatus) -> [WaitingLine] {
        var lines = peer.reasons.map(WaitingLine.init)
        if let theirs = peer.theirQueuedEvents, theirs > 0 {
            lines.append(
                WaitingLine(
                    figure: FigureText.count(theirs, "event"),
                    text: "there: The peer still has that for this node.",
                    next: "`accord status` at the peer says why they wait."))
        }
        if let ahead = peer.clockAheadMilliseconds {
            lines.append(
                WaitingLine(
                    figure: FigureText.span(seconds: Int((ahead / 1_000).magnitude)),
                    text: "clock-suspect: The peer's clock is "
                        + (ahead < 0 ? "behind" : "ahead of") + " this node's by that much.",
                    next: "`accord clock show` at both sites says whose clock is off."))
        }
        if peer.withdrawalsOpen > 0 {
            lines.append(
                WaitingLine(
                    figure: FigureText.count(peer.withdrawalsOpen, "notice"),
                    text: "withdrawals: Not acknowledged by the peer yet.",
                    next: "`accord share list` shows which."))
        }
        return lines
    }

    private init(_ reason: LateReason) {
        let code = LateReason.Code(rawValue: reason.code)
        figure = reason.count == 0 ? "" : FigureText.count(reason.count, code?.noun ?? "event")
        text = reason.code + ": " + reason.text
        next = code?.next
    }

    private init(figure: String, text: String, next: String?) {
        self.figure = figure
        self.text = text
        self.next = next
    }
}
