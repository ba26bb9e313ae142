public import ControlProtocol

extension Presentation {
    /// Presents an accounting of disclosures.
    public static func accounting(_ accounting: Accounting) -> Presentation {
        var csv = CSVTable([
            "first", "last", "disclosures", "recipient", "recipientName", "recipientAddress",
            "compartments", "types", "events", "purpose", "bases", "entry", "remark",
        ])
        for row in accounting.rows {
            csv.add([
                .text(FigureText.minute(milliseconds: row.firstMilliseconds)),
                .text(FigureText.minute(milliseconds: row.lastMilliseconds)),
                .number(row.disclosures), .text(row.recipient), .text(row.recipientName),
                .text(row.recipientAddress), .text(row.compartments.joined(separator: " ")),
                .text(types(of: row)), .number(row.events), .text(row.purpose),
                .text(row.bases.joined(separator: ", ")), .number(row.entry),
                .text(
                    accounting.includedAgencies.contains(row.recipientName)
                        ? "not for the patient" : nil),
            ])
        }
        // What has to be known beside the rows must not get lost with the form.
        for remark in remarks(on: accounting) {
            csv.add(Array(repeating: .text(nil), count: 12) + [.text(remark)])
        }
        return Presentation(value: accounting, csv: csv) { style in
            var text = table(of: accounting, style)
            for remark in remarks(on: accounting) {
                text +=
                    ShownText.wrapped(ShownText.safe(remark), width: style.width)
                    .joined(separator: "\n") + "\n"
            }
            return text
        }
    }

    /// Presents whether disclosures to an agency are left out of accountings.
    public static func accountingSuspension(_ state: AccountingSuspensionState) -> Presentation {
        let day = state.untilMilliseconds.map { FigureText.day(before: $0) }
        var csv = CSVTable(["peer", "until"])
        csv.add([.text(state.peer), .text(day)])
        return Presentation(value: state, csv: csv) { style in
            let end =
                day.map { "are left out of accountings until the end of \($0), UTC" }
                ?? "are shown in accountings"
            let text = ShownText.safe("Disclosures to \(state.peer) \(end).")
            return ShownText.wrapped(text, width: style.width).joined(separator: "\n") + "\n"
        }
    }

    private static func table(of accounting: Accounting, _ style: TextStyle) -> String {
        guard !accounting.rows.isEmpty else { return noDisclosure + "\n" }
        var table = TextTable([
            .init("DATE (UTC)", wraps: true), .init("RECIPIENT", wraps: true),
            .init("WHAT", wraps: true), .init("PURPOSE", wraps: true),
            .init("ENTRY", isNumber: true),
        ])
        for row in accounting.rows {
            let address = row.recipientAddress.isEmpty ? "" : ", " + row.recipientAddress
            table.add([
                .init(dates(of: row)), .init(recipient(of: row) + address),
                .init(description(of: row)), .init(purpose(of: row)), .init(String(row.entry)),
            ])
        }
        return table.text(style)
    }

    /// What is said where no row stands.
    static let noDisclosure = "No disclosure that counts was made in this period."

    /// First, number and last (164.528(b)(3)), or the one moment.
    static func dates(of row: AccountingRow) -> String {
        let first = FigureText.minute(milliseconds: row.firstMilliseconds)
        guard row.disclosures > 1 else { return first }
        return "\(first), \(FigureText.count(row.disclosures)) times, last "
            + FigureText.minute(milliseconds: row.lastMilliseconds)
    }

    /// The recipient's name, or its site where no name is known.
    static func recipient(of row: AccountingRow) -> String {
        row.recipientName.isEmpty ? row.recipient : row.recipientName
    }

    /// A brief description of what was disclosed.
    static func description(of row: AccountingRow) -> String {
        [
            row.compartments.joined(separator: " "), types(of: row),
            FigureText.count(row.events, "event"),
        ].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// The purpose with its meaning and what allowed it.
    static func purpose(of row: AccountingRow) -> String {
        let bases = row.bases.isEmpty ? "" : " (\(row.bases.joined(separator: ", ")))"
        return "\(row.purpose), \(DisclosurePurpose.of(row.purpose).text)\(bases)"
    }

    /// What has to be known beside the rows.
    static func remarks(on accounting: Accounting) -> [String] {
        var remarks = accounting.notCounted.map { item in
            let purpose = DisclosurePurpose.of(item.purpose)
            return FigureText.count(item.disclosures, "disclosure")
                + " for \(purpose.code), \(purpose.text), not counted: 45 CFR 164.528(a)(1)"
                + (purpose.exception.map { $0 + "." } ?? ".")
        }
        if !accounting.isPatientKnown {
            remarks.append(
                "No record of a patient with this id is or was held here: check the id with "
                    + "accord patient find.")
        }
        if accounting.isLogDamaged {
            remarks.append(
                "The log lacks rows, or holds others than were signed, and this accounting may lack "
                    + "disclosures: run accord audit verify.")
        }
        if !accounting.includedAgencies.isEmpty {
            remarks.append(
                "Not for the patient: disclosures to "
                    + accounting.includedAgencies.joined(separator: ", ")
                    + " are shown, whose accounting is suspended (45 CFR 164.528(a)(2)).")
        }
        if let pruned = accounting.pruned {
            remarks.append("The log was \(pruned.text), and may tell of more.")
        }
        if accounting.unreadable > 0 {
            remarks.append(
                FigureText.count(accounting.unreadable, "row")
                    + " of the log cannot be read and may tell of more: run accord audit verify.")
        }
        return remarks
    }

    private static func types(of row: AccountingRow) -> String {
        row.types.map { "\($0.type) \($0.count)" }.joined(separator: ", ")
    }
}
