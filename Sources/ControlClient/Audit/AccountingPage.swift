public import ControlProtocol

/// An accounting of disclosures as a page that is handed to a patient: it needs no other file, runs
/// nothing, and prints.
public struct AccountingPage: Sendable {
    private let accounting: Accounting

    /// Prepares the page.
    public init(_ accounting: Accounting) {
        self.accounting = accounting
    }

    /// The page: HTML that is well-formed XML as well.
    public var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>Accounting of disclosures</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <h1>Accounting of disclosures</h1>
        \(heading)
        \(table)
        \(rest)
        </body>
        </html>

        """
    }

    private static let style = """
        body { font: 11pt/1.4 sans-serif; margin: 2em; color: #000; background: #fff }
        table { border-collapse: collapse; width: 100% }
        th, td { border: 1px solid #666; padding: .3em .5em; text-align: left; vertical-align: top }
        thead { display: table-header-group }
        tr { break-inside: avoid }
        dt { font-weight: bold; float: left; clear: left; width: 9em }
        dd { margin-left: 9em }
        @page { size: A4 landscape; margin: 15mm }
        @media print { body { margin: 0 } }
        """

    private var heading: String {
        let parts = [
            ("Made by", Self.lines(accounting.siteName, accounting.siteAddress)),
            ("Patient", HTMLText.escaped(accounting.patient)),
            (
                "Period",
                "\(Self.day(accounting.fromMilliseconds)) to "
                    + Self.day(accounting.toMilliseconds - 1)
            ),
            ("Made", FigureText.minute(milliseconds: accounting.madeMilliseconds) + " UTC"),
        ]
        return "<dl>\n" + parts.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" }.joined() + "</dl>"
    }

    private var table: String {
        guard !accounting.rows.isEmpty else {
            return "<p>\(HTMLText.escaped(Presentation.noDisclosure))</p>"
        }
        let titles = ["Date (UTC)", "Recipient", "What was disclosed", "Purpose", "Entry"]
        let head = titles.map { "<th scope=\"col\">\($0)</th>" }.joined()
        let rows = accounting.rows.map { row in
            let cells = [
                HTMLText.escaped(Presentation.dates(of: row)),
                Self.lines(Presentation.recipient(of: row), row.recipientAddress),
                HTMLText.escaped(Presentation.description(of: row)),
                HTMLText.escaped(Presentation.purpose(of: row)), String(row.entry),
            ]
            return "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>\n"
        }
        return "<table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n\(rows.joined())</tbody>\n"
            + "</table>"
    }

    private var rest: String {
        Presentation.remarks(on: accounting)
            .map { "<p>\(HTMLText.escaped($0))</p>" }.joined(separator: "\n")
    }

    private static func lines(_ first: String, _ second: String) -> String {
        [first, second].filter { !$0.isEmpty }.map(HTMLText.escaped).joined(separator: "<br/>")
    }

    private static func day(_ milliseconds: Int64) -> String {
        String(FigureText.minute(milliseconds: milliseconds).prefix(10))
    }
}
