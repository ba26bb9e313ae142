public import ControlProtocol

extension Presentation {
    /// Presents the sharing agreements in force.
    public static func shares(_ shares: [ShareSummary]) -> Presentation {
        var csv = CSVTable([
            "peer", "compartments", "scope", "purpose", "streams", "version", "madeMilliseconds",
        ])
        for share in shares {
            csv.add([
                .text(share.peer), .text(share.compartments.joined(separator: " ")),
                .text(share.scope.rawValue), .text(share.purpose), .number(share.streams),
                .number(share.version), .number(Int(share.madeMilliseconds)),
            ])
        }
        return Presentation(list: shares, csv: csv) { style in
            guard !shares.isEmpty else {
                return "Nothing is shared. `accord share grant` makes an agreement.\n"
            }
            var table = TextTable([
                .init("PEER", wraps: true), .init("COMPARTMENTS", wraps: true), .init("WHO"),
                .init("PURPOSE"), .init("STREAMS", isNumber: true),
                .init("VERSION", isNumber: true), .init("MADE (UTC)"),
            ])
            for share in shares {
                table.add([
                    .init(share.peer), .init(share.compartments.joined(separator: ", ")),
                    .init(share.scope.rawValue), .init(share.purpose),
                    .init(FigureText.count(share.streams)), .init(String(share.version)),
                    .init(FigureText.minute(milliseconds: share.madeMilliseconds)),
                ])
            }
            return table.text(style)
        }
    }

    /// Presents what a grant to a peer did.
    public static func granted(_ receipt: ShareReceipt, peer: String) -> Presentation {
        var csv = CSVTable(["streamsAdded", "version"])
        csv.add([.number(receipt.streamsAdded), .number(receipt.version)])
        return Presentation(value: receipt, csv: csv) { _ in
            let streams = FigureText.count(receipt.streamsAdded, "stream")
            return "Shared with \(ShownText.safe(peer)): \(streams) more"
                + " (share set version \(receipt.version)).\n"
        }
    }
}
