import ControlProtocol

extension Presentation {
    /// Presents what an import did. As NDJSON and CSV, it is a line for each file.
    public static func imported(_ report: ImportReport) -> Presentation {
        var csv = CSVTable([
            "path", "units", "applied", "alreadyImported", "refused", "resources", "created",
            "changed", "unchanged", "patients", "seconds", "problem",
        ])
        for file in report.files {
            let summary = file.summary
            csv.add([
                .text(file.path), .number(summary.units), .number(summary.applied),
                .number(summary.alreadyImported), .number(summary.refused),
                .number(summary.resources), .number(summary.created), .number(summary.changed),
                .number(summary.unchanged), .number(summary.patients), .decimal(summary.seconds),
                .text(file.problem),
            ])
        }
        return Presentation(
            value: ReportWithTotal(files: report.files, total: report.total), items: report.files,
            csv: csv
        ) { style in
            refusals(report, style) + figures(report, style)
        }
    }

    private static func refusals(_ report: ImportReport, _ style: TextStyle) -> String {
        var text = ""
        for file in report.files where file.problem != nil || !file.refused.isEmpty {
            text += style.coloured(ShownText.safe(file.path), .heading) + "\n"
            var fields = FieldList()
            if let problem = file.problem { fields.add("problem", problem, .bad) }
            for unit in file.refused { fields.add(name(of: unit), reason(of: unit), .bad) }
            text += fields.text(style, indent: 2) + "\n"
        }
        return text
    }

    private static func figures(_ report: ImportReport, _ style: TextStyle) -> String {
        let total = report.total
        let problems = report.files.count { $0.problem != nil }
        let untried = report.files.count { !$0.wasTried }
        var fields = FieldList()
        fields.add(
            "files",
            FigureText.count(report.files.count)
                + (problems > 0 ? ", \(FigureText.count(problems)) with a problem" : "")
                + (untried > 0 ? ", \(FigureText.count(untried)) not tried" : ""))
        fields.add(
            "units",
            "\(FigureText.count(total.units)): \(FigureText.count(total.applied)) applied, "
                + "\(FigureText.count(total.alreadyImported)) imported before, "
                + "\(FigureText.count(total.refused)) refused",
            total.refused > 0 ? .bad : nil)
        fields.add(
            "resources",
            "\(FigureText.count(total.resources)): \(FigureText.count(total.created)) created, "
                + "\(FigureText.count(total.changed)) changed, "
                + "\(FigureText.count(total.unchanged)) unchanged")
        fields.add("patients", FigureText.count(total.patients))
        fields.add("time", "\(FigureText.tenths(total.seconds)) s")
        return fields.text(style)
    }

    private static func name(of unit: UnitReport) -> String {
        switch unit.kind {
        case .transaction, .collection, .resource, .file: unit.kind.rawValue
        case .batchEntry: "entry \(unit.position)"
        case .line: "line \(unit.position)"
        }
    }

    private static func reason(of unit: UnitReport) -> String {
        guard let refusal = unit.refusal else { return "refused" }
        let places = [
            unit.kind == .batchEntry ? nil : refusal.entry.map { "entry \($0)" }, refusal.path,
            refusal.offset.map { "byte \($0)" },
        ]
        let place = places.compactMap { $0 }.joined(separator: ", ")
        return "\(refusal.rule)\(place.isEmpty ? "" : " at \(place)"): \(refusal.message)"
    }

    /// The report as JSON shows it.
    private struct ReportWithTotal: Encodable, Sendable {
        let files: [ImportReport.File]
        let total: ImportSummary
    }
}
