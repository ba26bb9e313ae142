public import ControlProtocol

extension Presentation {
    /// Presents a patient's resources in time.
    public static func timeline(_ entries: [TimelineEntry]) -> Presentation {
        var csv = CSVTable([
            "date", "type", "id", "display", "status", "site", "recordedMilliseconds",
            "compartment", "isDisputed",
        ])
        for entry in entries {
            csv.add([
                .text(entry.date), .text(entry.type), .text(entry.id), .text(entry.display),
                .text(entry.status), .text(entry.site), .number(Int(entry.recordedMilliseconds)),
                .text(entry.compartment), .flag(entry.isDisputed),
            ])
        }
        return Presentation(list: entries, csv: csv) { style in
            guard !entries.isEmpty else { return "Nothing is held of this patient.\n" }
            var table = TextTable([
                .init("DATE"), .init("TYPE", wraps: true), .init("WHAT", wraps: true),
                .init("STATUS", wraps: true), .init("SITE", wraps: true),
            ])
            for entry in entries {
                table.add([
                    // The day; the other formats have the time.
                    .init(entry.date.map { String($0.prefix(10)) } ?? "undated"),
                    .init(entry.type), .init(entry.display ?? ""),
                    .init(entry.isDisputed ? "DISPUTED" : entry.status ?? ""),
                    .init(entry.site),
                ])
            }
            return table.text(style)
        }
    }
}
