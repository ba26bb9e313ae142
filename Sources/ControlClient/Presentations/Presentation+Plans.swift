public import ControlProtocol

extension Presentation {
    /// Presents merged care plans: what holds, then every value with who wrote it. As CSV, it is a
    /// row for each value and author.
    public static func plans(_ plans: [MergedPlan]) -> Presentation {
        var csv = CSVTable([
            "plan", "status", "conflicts", "element", "part", "state", "class", "value", "site",
            "sourceSystem", "practitioner", "role", "recordedMilliseconds",
        ])
        for plan in plans {
            for element in plan.elements { add(element, of: plan, to: &csv) }
        }
        return Presentation(list: plans, csv: csv) { style in
            guard !plans.isEmpty else { return "No care plan is held.\n" }
            return plans.map { text($0, style) }.joined(separator: "\n")
        }
    }

    private static func add(_ element: PlanElement, of plan: MergedPlan, to csv: inout CSVTable) {
        for value in element.values {
            for author in value.authors {
                csv.add([
                    .text(plan.id), .text(plan.status), .number(plan.conflicts.count),
                    .text(element.element), .text(element.part), .text(element.state),
                    .text(element.conflictClass),
                    .text(value.text), .text(author.site), .text(author.sourceSystem),
                    .text(author.practitioner), .text(author.role),
                    .number(Int(author.recordedMilliseconds)),
                ])
            }
        }
    }

    private static func text(_ plan: MergedPlan, _ style: TextStyle) -> String {
        var text = style.coloured("Care plan \(ShownText.safe(plan.id))", .heading) + "\n"
        if !plan.conflicts.isEmpty {
            let count = FigureText.count(plan.conflicts.count, "conflict")
            text += style.coloured("DISPUTED: \(count) to decide", .bad) + "\n"
        }
        text += fields(plan).text(style, indent: 2)
        for element in plan.elements {
            let title = [element.element, element.part].compactMap(\.self).joined(separator: " ")
            let mark =
                (element.state.map { ", \($0)" } ?? "")
                + (element.conflictClass.map { ", class \($0)" } ?? "")
            text += "\n" + style.coloured(ShownText.safe(title + mark), .heading) + "\n"
            var fields = FieldList()
            for value in element.values {
                fields.add("says", value.text)
                for author in value.authors { fields.add("written by", origin(author)) }
            }
            text += fields.text(style, indent: 2)
        }
        return text
    }

    private static func fields(_ plan: MergedPlan) -> FieldList {
        var fields = FieldList()
        fields.add("title", plan.title)
        fields.add("status", plan.status)
        if !plan.categories.isEmpty {
            fields.add("category", plan.categories.joined(separator: ", "))
        }
        if let period = plan.period {
            fields.add("period", "\(period.start ?? "open") to \(period.end ?? "open")")
        }
        for goal in plan.goals { fields.add("goal", goal) }
        for activity in plan.activities { fields.add("activity", line(activity)) }
        for conflict in plan.conflicts { fields.add("to decide", conflict) }
        return fields
    }

    /// Who wrote a value, in what capacity, where and when.
    static func origin(_ author: ConflictAuthor) -> String {
        let moment = FigureText.minute(milliseconds: author.recordedMilliseconds)
        return "\(author.practitioner) (\(author.role)) at \(author.site), from "
            + "\(author.sourceSystem), \(moment) UTC"
    }

    private static func line(_ activity: PlanActivity) -> String {
        (activity.isDisputed ? "DISPUTED: " : "") + activity.description
            + (activity.status.map { " [\($0)]" } ?? "")
    }
}
