public import ControlProtocol

extension Presentation {
    /// Presents items in quarantine.
    public static func quarantine(_ items: [QuarantineItem]) -> Presentation {
        Presentation(list: items, csv: csv(items)) { style in
            guard !items.isEmpty else { return "Nothing is in quarantine.\n" }
            var table = TextTable([
                .init("ITEM", isNumber: true), .init("FROM", wraps: true),
                .init("RECEIVED (UTC)"), .init("SIZE", isNumber: true), .init("STATE"),
                .init("REASON", wraps: true),
            ])
            for item in items {
                table.add([
                    .init(String(item.item)), .init(item.peer ?? "this site"),
                    .init(FigureText.minute(milliseconds: item.receivedMilliseconds)),
                    .init(FigureText.bytes(item.bytes)),
                    .init(item.closedMilliseconds == nil ? "open" : "closed"),
                    .init(item.reason),
                ])
            }
            return table.text(style)
        }
    }

    /// Presents what is known of one item.
    public static func quarantineDetail(_ detail: QuarantineDetail) -> Presentation {
        var csv = CSVTable(
            itemTitles + [
                "streamKind", "authorSite", "counter", "eventID", "waitingFor", "next",
            ])
        csv.add(
            cells(detail.item) + [
                .text(detail.streamKind), .text(detail.authorSite),
                .text(detail.counter.map(String.init)), .text(detail.eventID),
                .text(detail.waitingFor), .text(detail.next),
            ])
        return Presentation(value: detail, csv: csv) { style in
            var fields = fields(detail.item)
            fields.add("stream", detail.streamKind)
            fields.add("author", detail.authorSite)
            fields.add("counter", detail.counter.map(String.init))
            fields.add("event", detail.eventID)
            fields.add("waits for", detail.waitingFor)
            fields.add("next", detail.next)
            return fields.text(style)
        }
    }

    /// Presents an item that was closed.
    public static func quarantineClosed(_ item: QuarantineItem) -> Presentation {
        Presentation(value: item, csv: csv([item])) { style in fields(item).text(style) }
    }

    /// Presents what trying again did.
    public static func quarantineRetried(_ retry: QuarantineRetry) -> Presentation {
        var csv = CSVTable(["tried", "applied", "stillRefused"])
        csv.add([.number(retry.tried), .number(retry.applied), .number(retry.stillRefused)])
        return Presentation(value: retry, csv: csv) { _ in
            FigureText.count(retry.tried, "item") + " tried: "
                + FigureText.count(retry.applied) + " applied, "
                + FigureText.count(retry.stillRefused) + " still refused\n"
        }
    }

    private static let itemTitles = [
        "item", "peer", "receivedMilliseconds", "reason", "bytes", "closedMilliseconds",
    ]

    private static func cells(_ item: QuarantineItem) -> [CSVTable.Value] {
        [
            .number(item.item), .text(item.peer), .number(Int(item.receivedMilliseconds)),
            .text(item.reason), .number(item.bytes),
            .text(item.closedMilliseconds.map(String.init)),
        ]
    }

    private static func csv(_ items: [QuarantineItem]) -> CSVTable {
        var csv = CSVTable(itemTitles)
        for item in items { csv.add(cells(item)) }
        return csv
    }

    private static func fields(_ item: QuarantineItem) -> FieldList {
        var fields = FieldList()
        fields.add("item", String(item.item))
        fields.add("from", item.peer ?? "this site")
        fields.add("received", FigureText.minute(milliseconds: item.receivedMilliseconds) + " UTC")
        fields.add("reason", item.reason)
        fields.add("size", FigureText.bytes(item.bytes))
        fields.add(
            "closed",
            item.closedMilliseconds.map { FigureText.minute(milliseconds: $0) + " UTC" } ?? "no")
        return fields
    }
}
