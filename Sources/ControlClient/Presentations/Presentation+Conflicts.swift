public import ControlProtocol

extension Presentation {
    /// Presents open conflicts.
    public static func conflicts(_ items: [ConflictItem]) -> Presentation {
        var csv = CSVTable(itemTitles)
        for item in items { csv.add(cells(item)) }
        return Presentation(list: items, csv: csv) { style in
            guard !items.isEmpty else { return "No conflict is open.\n" }
            return items.map { text($0, style) }.joined(separator: "\n") + "\n" + note
        }
    }

    /// Presents one conflict: its values one below the other, each with who wrote it. As CSV, it is
    /// a row for each value and author.
    public static func conflict(_ detail: ConflictDetail) -> Presentation {
        var csv = CSVTable(
            itemTitles + [
                "valueElement", "valuePart", "value", "site", "sourceSystem", "practitioner",
                "role", "recordedMilliseconds",
                "together",
            ])
        for value in detail.values {
            for author in value.authors {
                csv.add(
                    cells(detail.item) + [
                        .text(value.element), .text(value.part), .text(value.text),
                        .text(author.site), .text(author.sourceSystem),
                        .text(author.practitioner), .text(author.role),
                        .number(Int(author.recordedMilliseconds)),
                        .text(author.together.joined(separator: "; ")),
                    ])
            }
        }
        return Presentation(value: detail, csv: csv) { text(detail, $0) }
    }

    private static func text(_ detail: ConflictDetail, _ style: TextStyle) -> String {
        var text = Self.text(detail.item, style)
        for (number, value) in detail.values.enumerated() {
            text += "\n"
            text += style.coloured("Value \(number + 1) of \(detail.values.count)", .heading) + "\n"
            text += Self.fields(value).text(style, indent: 2)
        }
        if !detail.inSight.isEmpty {
            text += "\n" + style.coloured("Decided in sight of", .heading) + "\n"
            for value in detail.inSight { text += Self.fields(value).text(style, indent: 2) }
        }
        return text + choices(detail, style) + "\n" + note
    }

    /// What may be decided, as `accord conflict resolve --choose` takes it.
    private static func choices(_ detail: ConflictDetail, _ style: TextStyle) -> String {
        var fields = FieldList()
        for choice in detail.choices {
            let text = choice.text.map { ": \($0)" } ?? ""
            fields.add(choice.id, sentence(ofDecision: choice.decision) + text)
        }
        if detail.takesValue { fields.add("--value", "another value, from a file") }
        if detail.choices.isEmpty, !detail.takesValue {
            fields.add("choices", "none: only a new version of what is disputed ends it")
        }
        return "\n" + style.coloured("To decide", .heading) + "\n" + fields.text(style, indent: 2)
    }

    /// What a decision means, in words; the name itself if it is one of a later version.
    private static func sentence(ofDecision name: String) -> String {
        switch name {
        case "value": "this holds"
        case "is-there": "it is there, and goes on"
        case "ended": "it has ended"
        case "entered-in-error": "it was entered in error"
        case "only": "only this one stays, the others end"
        case "only-version": "only what this version has stays"
        case "all-stay": "all of them stay, as different things"
        default: name
        }
    }

    /// Presents what became of a decision.
    public static func conflictResolved(_ resolved: ConflictResolved) -> Presentation {
        var csv = CSVTable(["conflict", "resourceType", "resource", "patient", "stillOpen"])
        csv.add([
            .text(resolved.conflict), .text(resolved.resourceType), .text(resolved.resource),
            .text(resolved.patient), .number(resolved.stillOpen),
        ])
        return Presentation(value: resolved, csv: csv) { style in
            var fields = FieldList()
            fields.add("resource", "\(resolved.resourceType) \(resolved.resource)")
            fields.add("patient", resolved.patient)
            fields.add("still open", FigureText.count(resolved.stillOpen, "conflict"))
            return style.coloured("Resolved \(ShownText.safe(resolved.conflict))", .heading) + "\n"
                + fields.text(style, indent: 2)
        }
    }

    private static func text(_ item: ConflictItem, _ style: TextStyle) -> String {
        var fields = FieldList()
        fields.add("class", "\(item.conflictClass): \(meaning(of: item.conflictClass))")
        fields.add("what met", sentence(item.kind))
        fields.add("element", item.element)
        fields.add("entity", item.part)
        fields.add("resource", "\(item.resourceType) \(item.resource)")
        fields.add("patient", item.patient)
        fields.add("written at", item.sites.joined(separator: ", "))
        fields.add("since", FigureText.minute(milliseconds: item.sinceMilliseconds) + " UTC")
        fields.add("due", FigureText.minute(milliseconds: item.dueMilliseconds) + " UTC")
        fields.add("may resolve", item.mayResolve)
        fields.add("in the role", item.roles.joined(separator: ", "))
        return style.coloured("Conflict \(ShownText.safe(item.id))", .heading) + "\n"
            + fields.text(style, indent: 2)
    }

    private static func fields(_ value: ConflictValue) -> FieldList {
        var fields = FieldList()
        fields.add("element", value.element)
        fields.add("entity", value.part)
        fields.add("says", value.text)
        for author in value.authors {
            fields.add("written by", origin(author))
            fields.add("because", author.reason)
            if !author.together.isEmpty {
                fields.add("together with", author.together.joined(separator: ", "))
            }
        }
        return fields
    }

    /// What stands below every presentation of a class (`merge.md` §13).
    private static let note =
        "Classes, roles and deadlines come from published guidance. No clinical safety\n"
        + "officer has reviewed them.\n"

    private static func meaning(of letter: String) -> String {
        switch letter {
        case "U": "a human decides urgently"
        case "H": "a human decides"
        case "F": "merged, worth a look"
        default: "merged"
        }
    }

    /// What met, in words; the name itself if it is one of a later version.
    private static func sentence(_ kind: String) -> String {
        switch kind {
        case "siblings": "different values"
        case "disputed-stop": "DISPUTED-STOP: a stop and a continue; do not assume either"
        case "presence": "one ended or retracted it, another did not"
        case "changed-beside-ending": "ended by one, changed by another"
        case "activity-of-ended-plan": "plan ended, activity not seen then"
        case "targets-of-one-measure": "two targets for one measure"
        case "unmatched": "versions whose parts cannot be told apart"
        case "omitted": "left out, still there"
        default: kind
        }
    }

    private static let itemTitles = [
        "conflict", "class", "kind", "resourceType", "resource", "patient", "element", "part",
        "sites",
        "sinceMilliseconds", "dueMilliseconds", "mayResolve", "roles",
    ]

    private static func cells(_ item: ConflictItem) -> [CSVTable.Value] {
        [
            .text(item.id), .text(item.conflictClass), .text(item.kind), .text(item.resourceType),
            .text(item.resource), .text(item.patient), .text(item.element), .text(item.part),
            .text(item.sites.joined(separator: "; ")), .number(Int(item.sinceMilliseconds)),
            .number(Int(item.dueMilliseconds)), .text(item.mayResolve),
            .text(item.roles.joined(separator: "; ")),
        ]
    }
}
