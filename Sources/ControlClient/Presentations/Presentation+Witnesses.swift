public import ControlProtocol

extension Presentation {
    /// Presents who witnesses this log, and which logs are witnessed here.
    public static func witnesses(_ report: WitnessReport) -> Presentation {
        var csv = CSVTable([
            "direction", "peer", "origin", "size", "cosigned", "status", "fallen", "contradictions",
        ])
        for cosigner in report.cosigners {
            csv.add([
                .text("cosigns-ours"), .text(cosigner.peer), .text(nil), .number(cosigner.size),
                .text(cosigner.cosignedMilliseconds.map { String($0) }),
                .text(cosigner.status.map { String($0) }),
                .text(cosigner.fallenSize.map { String($0) }),
                .text(cosigner.contradictions.map { String($0) }.joined(separator: " ")),
            ])
        }
        for log in report.witnessed {
            csv.add([
                .text("cosigned-here"), .text(log.peer), .text(log.origin), .number(log.size),
                .text(String(log.cosignedMilliseconds)), .text(nil), .text(nil),
                .text(log.evidence.map { String($0) }.joined(separator: " ")),
            ])
        }
        return Presentation(value: report, csv: csv) { style in
            cosigners(report, style) + "\n" + witnessed(report, style)
        }
    }

    /// The keys to check this log by, or those of a peer's logs as this site knows them, in the form
    /// that `accord audit verify --bundle --keys` reads; `nil` if no log of the peer is known here.
    public static func auditKeys(_ report: WitnessReport, of peer: String?) -> String? {
        guard let peer else { return report.keys }
        return report.witnessed.last { $0.peer == peer }.map { $0.key + "\n" }
    }

    private static func cosigners(_ report: WitnessReport, _ style: TextStyle) -> String {
        let size = FigureText.count(report.witnessedSize)
        var text =
            report.witnessedSize > 0
            ? "A quorum of \(report.quorum) has cosigned this log up to entry \(size)"
                + " of \(FigureText.count(report.signedSize)) signed.\n"
            : "No quorum of \(report.quorum) has cosigned this log.\n"
        guard !report.cosigners.isEmpty else {
            return text + "There are no peers or configured witnesses.\n"
        }
        var table = TextTable([
            .init("WITNESS", wraps: true), .init("UP TO", isNumber: true), .init("LAST (UTC)"),
            .init("STATE", wraps: true),
        ])
        for cosigner in report.cosigners {
            let state = cosigner.state(signed: report.signedSize)
            table.add([
                .init(cosigner.peer), .init(FigureText.count(cosigner.size)),
                .init(cosigner.cosignedMilliseconds.map(FigureText.minute) ?? "never"),
                .init(state.text, state.tone),
            ])
        }
        text += table.text(style)
        return text
    }

    private static func witnessed(_ report: WitnessReport, _ style: TextStyle) -> String {
        guard !report.witnessed.isEmpty else { return "No peer's log was cosigned here.\n" }
        var table = TextTable([
            .init("PEER'S LOG", wraps: true), .init("UP TO", isNumber: true), .init("LAST (UTC)"),
            .init("SINCE (UTC)"), .init("STATE", wraps: true),
        ])
        for log in report.witnessed {
            let life = log.origin.split(separator: "/").last.map(String.init) ?? log.origin
            let sizes = log.evidence.map { FigureText.count($0) }.joined(separator: ", ")
            table.add([
                .init("\(log.peer) \(life)"), .init(FigureText.count(log.size)),
                .init(FigureText.minute(milliseconds: log.cosignedMilliseconds)),
                .init(FigureText.minute(milliseconds: log.begunMilliseconds)),
                log.evidence.isEmpty
                    ? .init("grew", .good)
                    : .init("CONTRADICTED by its own heads of size \(sizes)", .bad),
            ])
        }
        return table.text(style)
    }
}

extension WitnessReport.Cosigner {
    /// How the witness stands, in words.
    fileprivate func state(signed: Int) -> (text: String, tone: TextStyle.Tone?) {
        if !contradictions.isEmpty {
            let sizes = contradictions.map { FigureText.count($0) }.joined(separator: ", ")
            return ("HOLDS heads of size \(sizes) that this log lacks or contradicts", .bad)
        }
        var words: [String] = []
        if size >= signed, size > 0 {
            words.append("up to date")
        } else if size > 0 {
            words.append(FigureText.entries(signed - size) + " behind")
        } else {
            words.append("has cosigned nothing")
        }
        if let against { return (words[0] + "; " + against, .bad) }
        if let state, state != "cosigned", state != "behind" {
            words.append(state + (status.map { " (\($0))" } ?? ""))
        } else if let status, status != 200, status != 409 {
            words.append("answered \(status) last")
        }
        if let fallenSize {
            words.append("once forgot what it had cosigned up to \(FigureText.count(fallenSize))")
        }
        let isGood = words == ["up to date"]
        return (words.joined(separator: "; "), isGood ? .good : .doubtful)
    }

    /// What a configured witness says against the log.
    private var against: String? {
        switch state {
        case "inconsistent": "SAYS that this log did not only grow"
        case "ahead": "SAYS that it has cosigned up to \(FigureText.count(aheadSize ?? 0))"
        default: nil
        }
    }
}
