public import ControlProtocol

extension Presentation {
    /// Presents the enrolled peers.
    public static func peers(_ peers: [PeerSummary]) -> Presentation {
        Presentation(list: peers, csv: csv(peers)) { style in
            guard !peers.isEmpty else { return "No peers. `accord peer add` adds one.\n" }
            return peers.map { text($0, style) }.joined(separator: "\n")
        }
    }

    /// Presents a peer that was just added.
    public static func added(_ peer: PeerSummary) -> Presentation {
        Presentation(value: peer, csv: csv([peer])) { style in
            let name = ShownText.safe(peer.name)
            return text(peer, style) + "\n"
                + "\(name) is enrolled and receives nothing yet.\n"
                + "`accord share grant \(name)` shares patients' records with it.\n"
        }
    }

    private static func csv(_ peers: [PeerSummary]) -> CSVTable {
        var csv = CSVTable([
            "name", "site", "siteName", "endpoint", "fingerprint", "state", "addedMilliseconds",
        ])
        for peer in peers {
            csv.add([
                .text(peer.name), .text(peer.site), .text(peer.siteName), .text(peer.endpoint),
                .text(peer.fingerprint), .text(peer.state.rawValue),
                .number(Int(peer.addedMilliseconds)),
            ])
        }
        return csv
    }

    private static func text(_ peer: PeerSummary, _ style: TextStyle) -> String {
        var fields = FieldList()
        fields.add("name", peer.siteName)
        fields.add("site", peer.site)
        fields.add("endpoint", peer.endpoint ?? "none; it dials us")
        fields.add("fingerprint", peer.fingerprint)
        fields.add("state", peer.state.rawValue, peer.state.tone)
        fields.add("added", FigureText.minute(milliseconds: peer.addedMilliseconds) + " UTC")
        return style.coloured(ShownText.safe(peer.name), .heading) + "\n"
            + fields.text(style, indent: 2)
    }
}
