import ControlProtocol
import Foundation
import FoundationXML
import Testing

@testable import ControlClient

@Suite("the page of an accounting")
struct AccountingPageTests {
    /// Gathers the elements and the text of a page.
    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [String] = []
        var text = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            elements.append(name)
            #expect(Set(attributes.keys).isDisjoint(with: ["src", "href", "onclick", "onload"]))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    private static func read(_ page: AccountingPage) -> Reader? {
        let reader = Reader()
        let parser = XMLParser(data: Data(page.html.utf8))
        parser.delegate = reader
        return parser.parse() ? reader : nil
    }

    @Test("is well-formed, runs nothing and loads nothing, whatever names hold")
    func wellFormed() throws {
        let reader = try #require(Self.read(AccountingPage(SampleAnswers.accounting)))
        #expect(!reader.elements.contains("script") && !reader.elements.contains("b"))
        #expect(!reader.elements.contains("link") && !reader.elements.contains("img"))
        #expect(reader.elements.filter { $0 == "td" }.count == 10)
        #expect(reader.elements.filter { $0 == "th" }.count == 5)
        #expect(reader.text.contains("<script>alert(1)</script>"))
        #expect(reader.text.contains("1,204 times, last "))
        #expect(reader.text.contains("research (agreement 2)"))
        #expect(reader.text.contains("164.528(a)(1)(i) treatment"))
        try Snapshot(name: "accounting-html")
            .expect(AccountingPage(SampleAnswers.accounting).html)
    }

    @Test("a mark that combines with a letter of markup does not hide it")
    func combiningMarks() throws {
        var accounting = SampleAnswers.noAccounting
        accounting.siteName = "<\u{301}b>&\u{301} 'Site'"
        let reader = try #require(Self.read(AccountingPage(accounting)))
        #expect(reader.text.contains(accounting.siteName))
        #expect(!reader.elements.contains("b"))
    }

    @Test("says that it may lack something, and that nobody of this id is known")
    func remarks() throws {
        var accounting = SampleAnswers.noAccounting
        let before = Presentation.remarks(on: accounting).count
        accounting.isLogDamaged = true
        accounting.isPatientKnown = false
        let reader = try #require(Self.read(AccountingPage(accounting)))
        #expect(Presentation.remarks(on: accounting).count == before + 2)
        #expect(reader.text.contains("run accord audit verify."))
        #expect(reader.text.contains("check the id with accord patient find."))
    }

    @Test("says so where nothing was disclosed")
    func empty() throws {
        let reader = try #require(Self.read(AccountingPage(SampleAnswers.noAccounting)))
        #expect(!reader.elements.contains("table"))
        #expect(reader.text.contains(Presentation.noDisclosure))
    }
}
