import ControlProtocol
import Testing

@Suite("comma-separated values")
struct CSVTextTests {
    @Test(
        "text that is not ours stays in its field and is no formula",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), (" a", "\" a\""),
            ("=1+1", "'=1+1"), (" =1+1", "' =1+1"), ("\tx", "'\tx"), ("＝1", "'＝1"),
            ("a\r\nb", "\"a\r\nb\""), ("", ""),
            // A mark that combines with the quote makes it another character, not another byte.
            ("a\"\u{301},=1+1", "\"a\"\"\u{301},=1+1\""),
        ])
    func fields(text: String, field: String) {
        #expect(Array(CSVText.field(text).utf8) == Array(field.utf8))
    }
}
