public import ControlProtocol

extension Presentation {
    /// Presents why a peer does or does not receive a patient: a row for each compartment.
    public static func explanation(_ explanation: ShareExplanation) -> Presentation {
        var csv = CSVTable([
            "compartment", "isHeldHere", "isShared", "code", "text", "basis", "agreement",
            "untilMilliseconds", "events", "acknowledgedEvents", "isAnnouncedByPeer",
        ])
        for compartment in explanation.compartments {
            csv.add([
                .text(compartment.compartment), .flag(compartment.isHeldHere),
                .flag(compartment.isShared), .text(compartment.code), .text(compartment.text),
                .text(compartment.basis), .text(compartment.agreement.map(String.init)),
                .text(compartment.untilMilliseconds.map(String.init)), .number(compartment.events),
                .number(compartment.acknowledgedEvents), .flag(compartment.isAnnouncedByPeer),
            ])
        }
        return Presentation(value: explanation, csv: csv) { style in
            var fields = FieldList()
            fields.add("peer", explanation.peer)
            fields.add("patient", explanation.patient)
            return fields.text(style) + "\n" + table(explanation.compartments).text(style)
        }
    }

    private static func table(_ compartments: [CompartmentExplanation]) -> TextTable {
        var table = TextTable([
            .init("COMPARTMENT"), .init("IT GETS"), .init("WE GET"),
            .init("EVENTS", isNumber: true), .init("IT HOLDS", isNumber: true),
            .init("WHY", wraps: true),
        ])
        for compartment in compartments {
            table.add([
                .init(compartment.compartment),
                .init(
                    compartment.isShared ? "yes" : "no",
                    compartment.isShared ? .good : .doubtful),
                .init(compartment.isAnnouncedByPeer ? "yes" : "no"),
                .init(compartment.isHeldHere ? FigureText.count(compartment.events) : "not held"),
                .init(FigureText.count(compartment.acknowledgedEvents)), .init(why(compartment)),
            ])
        }
        return table
    }

    private static func why(_ compartment: CompartmentExplanation) -> String {
        let basis = compartment.basis.map { "Basis: \($0)." }
        let agreement = compartment.agreement.map { "Agreement \($0)." }
        let until = compartment.untilMilliseconds.map {
            "Until \(FigureText.minute(milliseconds: $0)) UTC."
        }
        return
            (["\(compartment.code): \(compartment.text)"]
            + [basis, agreement, until].compactMap { $0 }).joined(separator: " ")
    }
}
