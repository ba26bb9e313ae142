import ControlProtocol

extension Presentation {
    /// What is to be done where two logs do not agree.
    static let keepBoth =
        "Keep copies of both databases, and let both sites prove the entries named here."

    /// What it means that two logs do not agree.
    static func meaning(of join: JoinReport) -> String {
        switch join.outcome {
        case .agrees: "Both logs tell the same of the sessions between the sites."
        case .disagrees:
            "The logs of this site and of \(join.peer) do not tell the same of their sessions: an "
                + "entry was left out or changed, here or there."
        case .contradicted:
            "The log of \(join.peer) does not follow on what this site has cosigned of it: it was "
                + "rewritten or forked."
        case .shortened:
            "The log of \(join.peer) ends before an entry that this site has cosigned: it was put "
                + "back."
        case .unchecked: "The logs were not compared."
        }
    }

    /// The figures of a comparison.
    static func joined(_ join: JoinReport, _ style: TextStyle) -> String {
        guard join.outcome != .unchecked else {
            return "Not compared: \(ShownText.safe(join.reason ?? "unknown")).\n"
        }
        var table = TextTable([
            .init("DELIVERIES WITH \(join.peer)", wraps: true), .init("NUMBER", isNumber: true),
            .init("FIRST HERE", isNumber: true), .init("FIRST THERE", isNumber: true),
        ])
        let isBad = join.outcome == .disagrees
        for (name, count) in [
            ("agree", join.agreed), ("agree in number: the receiver kept a part", join.inPart),
            ("left, and not answered", join.unanswered),
            ("not yet comparable: newer than the peer's head", join.later),
            ("missing here", join.missingHere), ("missing there", join.missingThere),
            ("differing", join.differing),
        ] {
            table.add([.init(name), .init(FigureText.count(count)), .init(""), .init("")])
        }
        let starts = [
            join.minimum.map { "seq \($0) here" }, join.peerMinimum.map { "seq \($0) there" },
        ]
        .compactMap(\.self)
        if !starts.isEmpty {
            table.add([
                .init("sessions left out: pruned before \(starts.joined(separator: ", "))"),
                .init(FigureText.count(join.leftOut)), .init(""), .init(""),
            ])
        }
        if isBad {
            table.add([
                .init("in doubt from", .bad), .init(""),
                .init(join.firstHere.map { FigureText.count($0) } ?? "-"),
                .init(join.firstThere.map { FigureText.count($0) } ?? "-"),
            ])
        }
        return table.text(style)
    }
}
