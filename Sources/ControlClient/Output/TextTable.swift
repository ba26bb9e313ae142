/// A table for people: aligned columns that fit a width by wrapping, never by leaving text out.
struct TextTable {
    /// One column.
    struct Column {
        let title: String
        var isNumber = false
        var wraps = false

        init(_ title: String, isNumber: Bool = false, wraps: Bool = false) {
            self.title = title
            self.isNumber = isNumber
            self.wraps = wraps
        }
    }

    /// One cell.
    struct Cell {
        let text: String
        let tone: TextStyle.Tone?

        init(_ text: String, _ tone: TextStyle.Tone? = nil) {
            self.text = ShownText.safe(text)
            self.tone = tone
        }
    }

    /// The narrowest that wrapping makes a column.
    private static let columnWidthMin = 8

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    mutating func add(_ row: [Cell]) {
        precondition(row.count == columns.count, "\(row.count) cells, \(columns.count) columns")
        rows.append(row)
    }

    /// The table as lines, each with its line end.
    func text(_ style: TextStyle) -> String {
        let widths = widths(style.width)
        let header = columns.indices.map { Cell(columns[$0].title, .heading) }
        return ([header] + rows).map { lines(of: $0, widths, style) }.joined()
    }

    private func widths(_ available: Int) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(ShownText.width(columns[index].title)) {
                max($0, ShownText.width($1[index].text))
            }
        }
        while widths.reduce(2 * (widths.count - 1), +) > available {
            let candidates = columns.indices.filter {
                columns[$0].wraps && widths[$0] > Self.columnWidthMin
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func lines(of row: [Cell], _ widths: [Int], _ style: TextStyle) -> String {
        let cells = columns.indices.map { index in
            columns[index].wraps
                ? ShownText.wrapped(row[index].text, width: widths[index]) : [row[index].text]
        }
        let height = cells.map(\.count).max() ?? 0
        return (0..<height).map { line in
            var text = ""
            var pending = 0
            for index in columns.indices {
                let part = line < cells[index].count ? cells[index][line] : ""
                let blanks = widths[index] - ShownText.width(part)
                let before = columns[index].isNumber ? blanks : 0
                if !part.isEmpty {
                    text += String(repeating: " ", count: pending + before)
                    text += row[index].tone.map { style.coloured(part, $0) } ?? part
                    pending = 0
                }
                pending += 2 + (part.isEmpty ? widths[index] : blanks - before)
            }
            return text + "\n"
        }
        .joined()
    }
}
