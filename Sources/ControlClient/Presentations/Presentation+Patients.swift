public import ControlProtocol

extension Presentation {
    /// Presents the patients that a search found; `limit` is the most it was allowed to find.
    public static func matches(_ matches: [PatientMatch], limit: Int) -> Presentation {
        var csv = CSVTable([
            "id", "displayName", "birthDate", "gender", "homeSite", "isOwn", "identifiers",
        ])
        for match in matches {
            csv.add([
                .text(match.id), .text(match.displayName), .text(match.birthDate),
                .text(match.gender), .text(match.homeSite), .flag(match.isOwn),
                .text(identifiers(match).joined(separator: " ")),
            ])
        }
        return Presentation(list: matches, csv: csv) { style in
            guard !matches.isEmpty else { return "No patient matches.\n" }
            var table = TextTable([
                .init("ID"), .init("NAME", wraps: true), .init("BORN"), .init("GENDER"),
                .init("SITE", wraps: true),
            ])
            for match in matches {
                table.add([
                    .init(match.id), .init(match.displayName), .init(match.birthDate ?? ""),
                    .init(match.gender ?? ""),
                    .init(match.homeSite, match.isOwn ? nil : .faint),
                ])
            }
            let end = matches.count < limit ? "" : "There may be more: --limit sets how many.\n"
            return table.text(style) + end
        }
    }

    /// Presents what the node holds of one patient.
    public static func record(_ record: PatientRecord) -> Presentation {
        var csv = CSVTable(["compartment", "type", "count"])
        for compartment in record.compartments {
            for type in compartment.resourcesByType {
                csv.add([.text(compartment.name), .text(type.type), .number(type.count)])
            }
        }
        return Presentation(value: record, csv: csv) { style in
            text(record.match, heldFrom: record.heldFrom, style) + text(record.compartments, style)
        }
    }

    private static func text(
        _ match: PatientMatch, heldFrom: [String], _ style: TextStyle
    ) -> String {
        var fields = FieldList()
        fields.add("id", match.id)
        fields.add("born", match.birthDate)
        fields.add("gender", match.gender)
        for identifier in identifiers(match) { fields.add("identifier", identifier) }
        fields.add("site", match.homeSite + (match.isOwn ? " (this one)" : ""))
        fields.add("written by", heldFrom.joined(separator: ", "))
        return style.coloured(ShownText.safe(match.displayName), .heading) + "\n"
            + fields.text(style) + "\n"
    }

    private static func text(_ compartments: [CompartmentSummary], _ style: TextStyle) -> String {
        var table = TextTable([
            .init("COMPARTMENT"), .init("TYPE"), .init("RESOURCES", isNumber: true),
        ])
        for compartment in compartments {
            for (index, type) in compartment.resourcesByType.enumerated() {
                table.add([
                    .init(index == 0 ? compartment.name : ""), .init(type.type),
                    .init(FigureText.count(type.count)),
                ])
            }
        }
        return table.rows.isEmpty ? "No resources are held.\n" : table.text(style)
    }

    private static func identifiers(_ match: PatientMatch) -> [String] {
        match.identifiers.map { $0.system.isEmpty ? $0.value : "\($0.system)|\($0.value)" }
    }
}
