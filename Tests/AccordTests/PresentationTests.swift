import Testing

@testable import ControlClient

@Suite("Presentation")
struct PresentationTests {
    @Test("is written as recorded in every format", arguments: SampleAnswers.presentations.indices)
    func formats(index: Int) throws {
        let (name, presentation) = SampleAnswers.presentations[index]
        for format in OutputFormat.allCases {
            try Snapshot(name: "\(name)-\(format.rawValue)")
                .expect(presentation.rendered(as: format))
        }
    }

    @Test(
        "fits 80 columns and controls no terminal", arguments: SampleAnswers.presentations.indices)
    func fits(index: Int) throws {
        let text = try SampleAnswers.presentations[index].presentation.rendered(as: .table)
        for line in text.split(separator: "\n") {
            #expect(ShownText.width(String(line)) <= 80, "\(line)")
            #expect(!line.hasSuffix(" "), "\(line)")
        }
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("%"))
    }

    @Test("has colour only where the style says so, and the same text")
    func colour() throws {
        let presentation = Presentation.status(SampleAnswers.status)
        let plain = try presentation.rendered(as: .table)
        let coloured = try presentation.rendered(as: .table, style: TextStyle(hasColour: true))
        #expect(coloured.contains("\u{1B}[32mconnected\u{1B}[0m"))
        var stripped = coloured
        for code in ["0", "1", "2", "31", "32", "33"] {
            stripped = stripped.replacing("\u{1B}[\(code)m", with: "")
        }
        #expect(stripped == plain)
    }

    @Test("a table that is too narrow wraps and loses nothing")
    func wraps() {
        var table = TextTable([.init("ID"), .init("WHAT", wraps: true)])
        table.add([.init("0123456789"), .init("one two three fourfivesixseven")])
        #expect(
            table.text(TextStyle(width: 22)) == """
                ID          WHAT
                0123456789  one two
                            three
                            fourfivesi
                            xseven

                """)
    }

    @Test(
        "CSV never holds what a spreadsheet would run",
        arguments: [
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""), ("  =1", "'  =1"), ("＝1", "'＝1"), ("a=1", "a=1"), ("", ""),
            ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("=a,\"b", "\"'=a,\"\"b\""),
            ("a\nb", "\"a\nb\""), (" a", "\" a\""),
        ])
    func csv(text: String, field: String) {
        var table = CSVTable(["t", "n"])
        table.add([.text(text), .number(-1)])
        #expect(table.text == "t,n\r\n\(field),-1\r\n")
    }

    @Test("shown text has no control and no direction characters")
    func safe() {
        #expect(ShownText.safe("a\u{1B}[2Jb\u{202E}c\u{9B}d\u{0}") == "a�[2Jb�c�d�")
        #expect(ShownText.safe("a\nb\tc") == "a b c")
        #expect(ShownText.safe("Zoë 李") == "Zoë 李")
        #expect(ShownText.width("Zoë 李") == 6)
    }

    @Test("figures read the same everywhere")
    func figures() {
        #expect(FigureText.count(1_234_567) == "1,234,567")
        #expect(FigureText.count(999) == "999")
        #expect(FigureText.count(1, "patient") == "1 patient")
        #expect(FigureText.count(0, "patient") == "0 patients")
        #expect(FigureText.bytes(1_023) == "1023 B")
        #expect(FigureText.bytes(1_536) == "1.5 KiB")
        #expect(FigureText.bytes(5 << 40) == "5,120.0 GiB")
        #expect(FigureText.span(seconds: 0) == "0 s")
        #expect(FigureText.span(seconds: 90) == "1 min 30 s")
        #expect(FigureText.span(seconds: 86_400) == "1 d")
        #expect(FigureText.minute(milliseconds: 0) == "1970-01-01 00:00")
    }
}
