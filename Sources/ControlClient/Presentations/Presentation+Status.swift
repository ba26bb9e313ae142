public import ControlProtocol

extension Presentation {
    /// Presents one screen about the node and its peers. As CSV, it is a row for each peer.
    public static func status(_ status: NodeStatus) -> Presentation {
        var csv = CSVTable([
            "peer", "site", "endpoint", "state", "lastContactMilliseconds",
            "inStepSinceMilliseconds", "behindEvents", "owedStreams", "lastRefusal",
        ])
        for peer in status.peers {
            csv.add([
                .text(peer.name), .text(peer.site), .text(peer.endpoint),
                .text(peer.state.rawValue), .text(peer.lastContactMilliseconds.map(String.init)),
                .text(peer.inStepSinceMilliseconds.map(String.init)), .number(peer.behindEvents),
                .number(peer.owedStreams), .text(peer.lastRefusal),
            ])
        }
        return Presentation(value: status, csv: csv) { style in
            text(status, style) + text(status.peers, style)
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
            "record",
            FigureText.count(status.patients, "patient") + ", "
                + FigureText.count(status.resources, "resource") + ", "
                + FigureText.count(status.events, "event") + ", "
                + FigureText.bytes(status.databaseBytes))
        fields.add("pending", FigureText.count(status.pending, "event"))
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
            .init("IN STEP SINCE"), .init("BEHIND", isNumber: true), .init("OWED", isNumber: true),
        ])
        for peer in peers {
            let refusal = peer.lastRefusal.map { ": " + $0 } ?? ""
            table.add([
                .init(peer.name),
                .init(peer.state.rawValue + refusal, peer.state.tone),
                .init(peer.lastContactMilliseconds.map(FigureText.minute) ?? "never"),
                .init(peer.inStepSinceMilliseconds.map(FigureText.minute) ?? "not in step"),
                .init(FigureText.count(peer.behindEvents)),
                .init(FigureText.count(peer.owedStreams)),
            ])
        }
        return table.text(style)
    }
}

extension PeerState {
    var tone: TextStyle.Tone {
        switch self {
        case .connected: .good
        case .neverContacted, .connecting, .paused: .doubtful
        case .unreachable, .refused, .revoked: .bad
        }
    }
}
