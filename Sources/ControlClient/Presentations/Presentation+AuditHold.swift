public import ControlProtocol

extension Presentation {
    /// Presents whether the audit log is held.
    public static func auditHold(_ state: AuditHoldState) -> Presentation {
        var csv = CSVTable(["reason", "since", "until"])
        if let hold = state.hold {
            csv.add([
                .text(hold.reason), .text(FigureText.minute(milliseconds: hold.sinceMilliseconds)),
                .text(hold.untilMilliseconds.map { FigureText.day(before: $0) }),
            ])
        }
        return Presentation(value: state, csv: csv) { style in
            guard let hold = state.hold else {
                return "The audit log is not held; what is old enough can be pruned.\n"
            }
            let end =
                hold.untilMilliseconds.map { "until the end of \(FigureText.day(before: $0)), UTC" }
                ?? "until it is released"
            let text = "The audit log is held \(end): \(hold.reason)"
            return ShownText.wrapped(ShownText.safe(text), width: style.width)
                .joined(separator: "\n") + "\nNothing of it is pruned.\n"
        }
    }
}
