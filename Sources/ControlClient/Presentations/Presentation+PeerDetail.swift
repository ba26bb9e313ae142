public import ControlProtocol

extension Presentation {
    /// Sessions that a table shows; the other formats have all.
    private static let sessionsShown = 10

    /// Presents one peer with what explains its progress. As CSV, it is one row without sessions.
    public static func peer(_ peer: PeerDetail) -> Presentation {
        Presentation(value: peer, csv: csv(peer)) { style in
            fields(peer, style)
                + section("Waiting", waiting(peer.status), style)
                + section("Agreements", ShareTables.agreements(peer.shares), style)
                + section("Latest sessions", sessions(peer.sessions), style)
                + section("Refused", refusals(peer.refusals), style)
                + section("Pending here", pending(peer.pending), style)
        }
    }

    private static func csv(_ peer: PeerDetail) -> CSVTable {
        var csv = CSVTable(
            ["name", "site", "siteName", "endpoint", "fingerprint", "addedMilliseconds"]
                + PeerStatus.csvTitles
                + ["isPaused", "bytesPerSecond", "windows", "proxy", "inFlightDeliveries"])
        csv.add(
            [
                .text(peer.summary.name), .text(peer.summary.site), .text(peer.summary.siteName),
                .text(peer.summary.endpoint), .text(peer.summary.fingerprint),
                .number(Int(peer.summary.addedMilliseconds)),
            ] + peer.status.csvCells + [
                .flag(peer.traffic.isPaused),
                .text(peer.traffic.bytesPerSecond.map(String.init)),
                .text(peer.traffic.windows.joined(separator: " ")), .text(peer.traffic.proxy),
                .number(peer.inFlightDeliveries),
            ])
        return csv
    }

    private static func fields(_ peer: PeerDetail, _ style: TextStyle) -> String {
        let status = peer.status
        let inStep = status.exactlyInStep
        var fields = FieldList()
        fields.add("name", peer.summary.siteName)
        fields.add("site", peer.summary.site)
        fields.add("endpoint", peer.summary.endpoint ?? "none; it dials us")
        fields.add("fingerprint", peer.summary.fingerprint)
        fields.add("added", FigureText.minute(milliseconds: peer.summary.addedMilliseconds))
        fields.add("state", status.state.rawValue, status.state.tone)
        fields.add("last refusal", status.lastRefusal)
        fields.add("contact", status.lastContactMilliseconds.map(FigureText.minute) ?? "never")
        fields.add("exactly in step", inStep.text, inStep.tone)
        fields.add("queued here", text(status.queued))
        fields.add(
            "queued there",
            status.theirQueuedEvents.map { FigureText.count($0, "event") } ?? "not said yet")
        fields.add("in flight", deliveries(peer.inFlightDeliveries))
        fields.add("paused", peer.traffic.isPaused ? "yes" : "no")
        fields.add(
            "limit",
            peer.traffic.bytesPerSecond.map { FigureText.bytes($0) + " a second" } ?? "none")
        fields.add(
            "windows",
            peer.traffic.windows.isEmpty
                ? "always" : peer.traffic.windows.joined(separator: ", ") + " (the node's time)")
        fields.add("proxy", peer.traffic.proxy ?? "none")
        return style.coloured(ShownText.safe(peer.summary.name), .heading) + "\n"
            + fields.text(style, indent: 2)
    }

    private static func text(_ queue: PeerQueue) -> String {
        let oldest = queue.oldestMilliseconds.map {
            ", the oldest since " + FigureText.minute(milliseconds: $0)
        }
        return FigureText.count(queue.urgentEvents) + " urgent, "
            + FigureText.count(queue.currentEvents) + " current, "
            + FigureText.count(queue.backfillEvents) + " backfill; "
            + FigureText.bytes(queue.bytes) + (oldest ?? "")
    }

    private static func deliveries(_ number: Int) -> String {
        FigureText.count(number) + (number == 1 ? " delivery" : " deliveries")
    }

    private static func section(_ title: String, _ table: TextTable, _ style: TextStyle) -> String {
        table.rows.isEmpty
            ? "" : "\n" + style.coloured(title, .heading) + "\n" + table.text(style)
    }

    private static func waiting(_ status: PeerStatus) -> TextTable {
        var table = TextTable([
            .init("WAITING", isNumber: true, wraps: true), .init("WHY", wraps: true),
            .init("NEXT", wraps: true),
        ])
        for line in WaitingLine.all(of: status) {
            table.add([.init(line.figure), .init(line.text), .init(line.next ?? "")])
        }
        return table
    }

    private static func sessions(_ sessions: [SessionRecord]) -> TextTable {
        var table = TextTable([
            .init("BEGAN (UTC)"), .init("LASTED", isNumber: true), .init("DIALLED BY"),
            .init("SENT", isNumber: true), .init("RECEIVED", isNumber: true),
            .init("END", wraps: true),
        ])
        for session in sessions.prefix(sessionsShown) {
            let lasted = session.endedMilliseconds.map { ended in
                FigureText.span(seconds: Int(max(0, ended - session.startedMilliseconds) / 1_000))
            }
            table.add([
                .init(FigureText.minute(milliseconds: session.startedMilliseconds)),
                .init(lasted ?? "goes on"), .init(session.dialledByUs ? "us" : "the peer"),
                .init(FigureText.count(session.sentEvents)),
                .init(FigureText.count(session.receivedEvents)), .init(session.end ?? ""),
            ])
        }
        return table
    }

    private static func refusals(_ refusals: [RefusalCount]) -> TextTable {
        var table = TextTable([
            .init("TIMES", isNumber: true), .init("LATEST (UTC)"), .init("BY"),
            .init("REASON", wraps: true),
        ])
        for refusal in refusals {
            table.add([
                .init(FigureText.count(refusal.count)),
                .init(FigureText.minute(milliseconds: refusal.lastMilliseconds)),
                .init(refusal.direction == .incoming ? "us" : "the peer"), .init(refusal.reason),
            ])
        }
        return table
    }

    private static func pending(_ pending: [PendingCount]) -> TextTable {
        var table = TextTable([
            .init("EVENTS", isNumber: true), .init("OLDEST (UTC)"),
            .init("WAITING FOR", wraps: true),
        ])
        for count in pending {
            table.add([
                .init(FigureText.count(count.count)),
                .init(FigureText.minute(milliseconds: count.oldestMilliseconds)),
                .init(count.reason),
            ])
        }
        return table
    }
}
