public import ControlProtocol

extension Presentation {
    /// Presents one screen about the node and its peers. As CSV, it is a row for each peer.
    public static func status(_ status: NodeStatus) -> Presentation {
        var csv = CSVTable(["peer", "site", "endpoint"] + PeerStatus.csvTitles)
        for peer in status.peers {
            csv.add([.text(peer.name), .text(peer.site), .text(peer.endpoint)] + peer.csvCells)
        }
        return Presentation(value: status, csv: csv) { style in
            text(status, style) + text(status.peers, style) + waiting(status.peers, style)
                + text(status.alarms, style)
        }
    }

    private static func text(_ status: NodeStatus, _ style: TextStyle) -> String {
        var fields = FieldList()
        fields.add("site", status.site)
        fields.add("replica", status.replica)
        fields.add("fingerprint", status.fingerprint)
        fields.add("listening", status.listening)
        fields.add(
            "service",
            "accordd \(status.version), up \(FigureText.span(seconds: status.uptimeSeconds))")
        fields.add(
            "audit log", status.audit.text, status.audit.isContradicted ? .bad : nil)
        fields.add("clock", status.clock.text, status.clock.tone)
        fields.add(
            "record",
            FigureText.count(status.patients, "patient") + ", "
                + FigureText.count(status.resources, "resource") + ", "
                + FigureText.count(status.events, "event") + ", "
                + FigureText.bytes(status.databaseBytes))
        fields.add(
            "only here",
            FigureText.count(status.eventsOnlyHere, "event") + " not acknowledged by any peer",
            status.eventsOnlyHere > 0 ? .doubtful : nil)
        let oldest = status.pendingOldestMilliseconds.map {
            ", the oldest since " + FigureText.minute(milliseconds: $0) + " UTC"
        }
        fields.add("pending", FigureText.count(status.pending, "event") + (oldest ?? ""))
        fields.add(
            "quarantine", FigureText.count(status.quarantine, "item"),
            status.quarantine > 0 ? .bad : nil)
        return style.coloured(ShownText.safe(status.name), .heading) + "\n" + fields.text(style)
            + "\n"
    }

    private static func text(_ peers: [PeerStatus], _ style: TextStyle) -> String {
        guard !peers.isEmpty else { return "No peers. `accord peer add` adds one.\n" }
        var table = TextTable([
            .init("PEER", wraps: true), .init("STATE", wraps: true), .init("CONTACT (UTC)"),
            .init("EXACTLY IN STEP"), .init("QUEUED U/C/B", isNumber: true),
        ])
        for peer in peers {
            let queued = [
                peer.queued.urgentEvents, peer.queued.currentEvents, peer.queued.backfillEvents,
            ]
            table.add([
                .init(peer.name), .init(peer.stateText, peer.state.tone),
                .init(peer.lastContactMilliseconds.map(FigureText.minute) ?? "never"),
                peer.exactlyInStep,
                .init(queued.map(FigureText.count).joined(separator: "/")),
            ])
        }
        return table.text(style)
    }

    private static func waiting(_ peers: [PeerStatus], _ style: TextStyle) -> String {
        var table = TextTable([
            .init("PEER", wraps: true), .init("WAITING", isNumber: true, wraps: true),
            .init("WHY", wraps: true),
        ])
        for peer in peers {
            for (index, line) in WaitingLine.all(of: peer).enumerated() {
                table.add([
                    .init(index == 0 ? peer.name : ""), .init(line.figure), .init(line.text),
                ])
            }
        }
        return table.rows.isEmpty ? "" : "\n" + table.text(style)
    }

    private static func text(_ alarms: [NodeAlarm], _ style: TextStyle) -> String {
        guard !alarms.isEmpty else { return "" }
        var fields = FieldList()
        for alarm in alarms {
            fields.add("alarm", "\(alarm.code): \(alarm.text) \(alarm.next)", .bad)
        }
        return "\n" + fields.text(style)
    }
}

extension AuditStatus {
    /// How far the log is signed and witnessed, in one line.
    fileprivate var text: String {
        var parts = [FigureText.entries(entries)]
        parts.append(
            signedMilliseconds.map { "signed " + FigureText.clock(milliseconds: $0) }
                ?? "NOT SIGNED")
        let age = unwitnessedSeconds.map { FigureText.span(seconds: $0) }
        if isUnwitnessed {
            parts.append((["UNWITNESSED"] + [age].compactMap(\.self)).joined(separator: " for "))
        } else {
            parts.append("witnessed \(witnessed) of \(witnesses)")
        }
        if unwitnessedEntries > 0 {
            let tail = "tail " + FigureText.entries(unwitnessedEntries)
            parts.append(isUnwitnessed ? tail : tail + (age.map { ", \($0)" } ?? ""))
        }
        if let hold {
            let end = hold.untilMilliseconds.map { " until \(FigureText.day(before: $0))" }
            parts.append("held" + (end ?? ""))
        }
        if isContradicted { parts.append("CONTRADICTED") }
        return parts.joined(separator: " · ")
    }
}
