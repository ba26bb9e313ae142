import ControlProtocol

extension Presentation {
    /// What each witness holds of this log, as it said itself.
    static func askedWitnesses(_ asked: [AskedWitness], _ style: TextStyle) -> String {
        guard !asked.isEmpty else { return "There are no peers.\n" }
        var table = TextTable([
            .init("WITNESS", wraps: true), .init("HOLDS UP TO", isNumber: true),
            .init("STATE", wraps: true),
        ])
        for witness in asked {
            let state = witness.state
            table.add([
                .init(witness.peer), .init(witness.size.map { FigureText.count($0) } ?? "-"),
                .init(state.text, state.tone),
            ])
        }
        return table.text(style)
    }
}

extension AskedWitness {
    /// What the witness said, in words.
    fileprivate var state: (text: String, tone: TextStyle.Tone) {
        let heard =
            heardMilliseconds.map { "last heard of \(FigureText.minute(milliseconds: $0))" }
            ?? "never heard of"
        switch outcome {
        case .agrees: return ("agrees", .good)
        case .nothing: return ("holds no head of this log", .doubtful)
        case .contradicts:
            let sizes = contradictions.map { FigureText.count($0) }.joined(separator: ", ")
            return ("HOLDS heads of size \(sizes) that this log lacks or contradicts", .bad)
        case .otherKey: return ("HOLDS a head of this log that another key signed", .bad)
        case .unreachable: return ("could not be asked (\(reason ?? "")); \(heard)", .doubtful)
        case .dialsIn:
            return ("only dials in, and is compared in its sessions; \(heard)", .doubtful)
        }
    }
}
