public import ControlProtocol

extension Presentation {
    /// Presents the versions of a plan. As NDJSON, each version has a line; as CSV, it is a row for
    /// each version and author.
    public static func planHistory(_ history: PlanHistory) -> Presentation {
        var csv = CSVTable([
            "plan", "version", "kind", "isDisputed", "acceptedMilliseconds", "site",
            "sourceSystem", "practitioner", "role", "recordedMilliseconds", "reason",
            "changedParts", "parts",
        ])
        for version in history.versions {
            for author in version.authors {
                csv.add([
                    .text(history.id), .number(version.number), .text(version.kind),
                    .flag(version.isDisputed), .number(Int(version.acceptedMilliseconds)),
                    .text(author.site), .text(author.sourceSystem), .text(author.practitioner),
                    .text(author.role), .number(Int(author.recordedMilliseconds)),
                    .text(author.reason), .number(version.changedParts.count),
                    .text(version.changedParts.map(line).joined(separator: "; ")),
                ])
            }
        }
        return Presentation(value: history, items: history.versions, csv: csv) { style in
            text(history, style)
        }
    }

    /// Presents where two versions of a plan differ, side by side. As CSV, it is a row for each side,
    /// value and author; a side without a value has a row that says so.
    public static func planDifference(_ difference: PlanDifference) -> Presentation {
        var csv = CSVTable([
            "plan", "version", "side", "element", "part", "state", "class", "value", "site",
            "sourceSystem", "practitioner", "role", "recordedMilliseconds",
        ])
        for part in difference.parts {
            for (version, side, element) in [
                (difference.from, "before", part.before), (difference.to, "after", part.after),
            ] {
                let start: [CSVTable.Value] = [
                    .text(difference.id), .number(version.number), .text(side),
                    .text(part.element), .text(part.part),
                ]
                for row in rows(of: element) { csv.add(start + row) }
            }
        }
        return Presentation(value: difference, items: difference.parts, csv: csv) { style in
            text(difference, style)
        }
    }

    // MARK: - Versions

    private static func text(_ history: PlanHistory, _ style: TextStyle) -> String {
        let count = FigureText.count(history.total, "version")
        var text = style.coloured("Care plan \(ShownText.safe(history.id))", .heading)
        text += ": \(count)\n"
        for version in history.versions {
            text += "\n" + title(of: version, style) + fields(version).text(style, indent: 2)
        }
        let older = history.total - history.versions.count
        guard older > 0 else { return text }
        return text
            + "\nNot listed: \(FigureText.count(older, "older version")). "
            + "--limit sets how many are listed.\n"
    }

    private static func title(of version: PlanVersion, _ style: TextStyle) -> String {
        let title = ShownText.safe("Version \(version.number), \(version.kind)")
        return style.coloured(title, .heading)
            + (version.isDisputed ? ", " + style.coloured("DISPUTED", .bad) : "") + "\n"
    }

    private static func fields(_ version: PlanVersion) -> FieldList {
        var fields = FieldList()
        for author in version.authors {
            fields.add("written by", origin(author))
            fields.add("because", author.reason)
        }
        fields.add(
            "accepted", FigureText.minute(milliseconds: version.acceptedMilliseconds) + " UTC")
        fields.add("changed", FigureText.count(version.changedParts.count, "part"))
        for part in version.changedParts { fields.add("", line(part)) }
        return fields
    }

    private static func line(_ part: PlanPart) -> String {
        [part.element, part.part, part.isDisputed ? "DISPUTED" : nil].compactMap(\.self)
            .joined(separator: " ")
    }

    // MARK: - Side by side

    private static func text(_ difference: PlanDifference, _ style: TextStyle) -> String {
        var text = style.coloured("Care plan \(ShownText.safe(difference.id))", .heading) + "\n"
        for version in [difference.from, difference.to] {
            text += title(of: version, style)
        }
        guard !difference.parts.isEmpty else { return text + "No part differs.\n" }
        for part in difference.parts {
            let name = [part.element, part.part].compactMap(\.self).joined(separator: " ")
            text += "\n" + style.coloured(ShownText.safe(name), .heading) + "\n"
            text += table(part, of: difference).text(style)
        }
        return text
    }

    /// The values of a part, each with who wrote it below itself.
    private static func table(
        _ part: PlanPartDifference, of difference: PlanDifference
    ) -> TextTable {
        var table = TextTable([
            .init("BEFORE (\(difference.from.number))", wraps: true),
            .init("AFTER (\(difference.to.number))", wraps: true),
        ])
        let (before, after) = (cells(part.before), cells(part.after))
        for index in 0..<max(before.count, after.count) {
            table.add([before, after].map { $0.indices.contains(index) ? $0[index] : .init("") })
        }
        return table
    }

    private static func cells(_ element: PlanElement?) -> [TextTable.Cell] {
        guard let element else { return [.init("(not there)", .faint)] }
        let letter = element.conflictClass
        let isDisputed = letter == "U" || letter == "H" || element.state == "disputed"
        let marks = [
            isDisputed ? "DISPUTED" : element.state, letter.map { "class \($0)" },
        ].compactMap(\.self)
        var cells: [TextTable.Cell] = []
        if !marks.isEmpty {
            cells.append(.init(marks.joined(separator: ", "), isDisputed ? .bad : nil))
        }
        for value in element.values {
            cells.append(.init(value.text))
            cells += value.authors.map { .init("by " + origin($0), .faint) }
        }
        return cells
    }

    private static func rows(of element: PlanElement?) -> [[CSVTable.Value]] {
        guard let element else {
            return [[.text("not-there")] + Array(repeating: .text(nil), count: 7)]
        }
        return element.values.flatMap { value in
            value.authors.map { author in
                [
                    .text(element.state), .text(element.conflictClass), .text(value.text),
                    .text(author.site), .text(author.sourceSystem), .text(author.practitioner),
                    .text(author.role), .number(Int(author.recordedMilliseconds)),
                ]
            }
        }
    }
}
