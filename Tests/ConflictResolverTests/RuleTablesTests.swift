import ConflictResolver
import Signing
import Testing

@Suite("The version of the rule tables")
struct RuleTablesTests {
    /// Whoever changes a table finds this test red: raise `RuleTables.version`, then put the new digest
    /// here. Without that, clients would take what is shown otherwise for the version that they have.
    @Test("rises with the tables")
    func digest() {
        let text = EntityShape.table.map { "\($0)" }.joined(separator: "\n")
        let digest = Hexadecimal.text(Digest.sha256(Array(text.utf8)).prefix(8))
        #expect(digest == "ce8def7411503a3e")
        #expect(RuleTables.version == 1)
    }
}
