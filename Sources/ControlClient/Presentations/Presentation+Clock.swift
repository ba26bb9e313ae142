public import ControlProtocol

extension Presentation {
    /// Presents how far the node trusts its clock.
    public static func clock(_ clock: ClockStatus) -> Presentation {
        var csv = CSVTable(["state", "offMilliseconds"])
        csv.add([.text(clock.state.rawValue), .text(clock.offMilliseconds.map(String.init))])
        return Presentation(value: clock, csv: csv) { style in
            var fields = FieldList()
            fields.add("clock", clock.text, clock.tone)
            switch clock.state {
            case .steady: break
            case .unsynchronised:
                fields.add("next", "Let the machine's time service synchronise the clock.")
            case .held:
                fields.add(
                    "next",
                    "If the machine's clock is right now, `accord clock confirm` lets the node follow "
                        + "it. If it is wrong, correct it.")
            }
            return fields.text(style)
        }
    }
}

extension ClockStatus {
    /// The state, and by how much the clock is off.
    var text: String {
        let off = offMilliseconds.map { milliseconds in
            let span = FigureText.span(seconds: Int((milliseconds / 1_000).magnitude))
            return "; the machine's clock is \(span) \(milliseconds < 0 ? "behind" : "ahead")"
        }
        let words =
            switch state {
            case .steady: "steady"
            case .unsynchronised: "unsynchronised"
            case .held: "held: a forward step is not followed until it is confirmed"
            }
        return words + (off ?? "")
    }

    var tone: TextStyle.Tone? {
        switch state {
        case .steady: nil
        case .unsynchronised: .doubtful
        case .held: .bad
        }
    }
}
