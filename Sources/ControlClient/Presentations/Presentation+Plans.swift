public import ControlProtocol

extension Presentation {
    /// Presents care plans with every head. As CSV, it is a row for each head.
    public static func plans(_ plans: [PlanHeads]) -> Presentation {
        var csv = CSVTable([
            "plan", "isMerged", "title", "status", "categories", "start", "end", "activities",
            "goals", "authorSite", "recordedMilliseconds",
        ])
        for plan in plans {
            for head in plan.heads {
                csv.add([
                    .text(plan.id), .flag(plan.isMerged), .text(head.title), .text(head.status),
                    .text(head.categories.joined(separator: "; ")), .text(head.period?.start),
                    .text(head.period?.end),
                    .text(head.activities.map(line).joined(separator: "; ")),
                    .text(head.goals.joined(separator: "; ")), .text(head.authorSite),
                    .number(Int(head.recordedMilliseconds)),
                ])
            }
        }
        return Presentation(list: plans, csv: csv) { style in
            guard !plans.isEmpty else { return "No care plan is held.\n" }
            return plans.map { text($0, style) }.joined(separator: "\n")
        }
    }

    private static func text(_ plan: PlanHeads, _ style: TextStyle) -> String {
        var text = style.coloured("Care plan \(ShownText.safe(plan.id))", .heading) + "\n"
        if !plan.isMerged {
            let heads = FigureText.count(plan.heads.count, "head")
            text += style.coloured("\(heads), not merged yet", .doubtful) + "\n"
        }
        for (index, head) in plan.heads.enumerated() {
            let origin = "by \(head.authorSite), recorded "
            let moment = FigureText.minute(milliseconds: head.recordedMilliseconds)
            text += "\n"
            text += style.coloured(
                ShownText.safe("Head \(index + 1) of \(plan.heads.count), \(origin)\(moment) UTC"),
                .heading)
            text += "\n" + fields(head).text(style, indent: 2)
        }
        return text
    }

    private static func fields(_ head: PlanHead) -> FieldList {
        var fields = FieldList()
        fields.add("title", head.title)
        fields.add("status", head.status)
        if !head.categories.isEmpty {
            fields.add("category", head.categories.joined(separator: ", "))
        }
        if let period = head.period {
            fields.add("period", "\(period.start ?? "open") to \(period.end ?? "open")")
        }
        for goal in head.goals { fields.add("goal", goal) }
        for activity in head.activities { fields.add("activity", line(activity)) }
        return fields
    }

    private static func line(_ activity: PlanActivity) -> String {
        activity.description + (activity.status.map { " [\($0)]" } ?? "")
    }
}
