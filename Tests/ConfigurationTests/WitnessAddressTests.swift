import AuditTrail
import SiteNode
import Testing

@Suite("audit.witnesses")
struct WitnessAddressTests {
    /// Keys over the public key of RFC 8032 §7.1, test 1: of a witness, and of a log.
    private static let key =
        "w.example+4a98ebc3+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"

    private static func read(_ items: String) throws -> NodeConfiguration {
        try NodeConfiguration.read(
            yaml: "site: {name: Practice}\naudit: {witnesses: \(items)}\n", path: "f")
    }

    @Test(
        "an address has a port, a prefix, or neither",
        arguments: [
            ("https://w.example", "w.example:443", "/add-checkpoint"),
            ("https://w.example/", "w.example:443", "/add-checkpoint"),
            ("https://w.example:8443/a/b/", "w.example:8443", "/a/b/add-checkpoint"),
            ("https://[2001:db8::1]/x", "[2001:db8::1]:443", "/x/add-checkpoint"),
            ("https://[2001:db8::1]:1", "[2001:db8::1]:1", "/add-checkpoint"),
        ])
    func addresses(url: String, server: String, path: String) throws {
        let read = try Self.read("[\"\(url) \(Self.key)\"]").auditWitnesses
        #expect(read.map(\.server.description) == [server])
        #expect(read.map(\.path) == [path])
        #expect(read.map(\.key.text) == [Self.key])
        var written = NodeConfiguration()
        written.siteName = "Practice"
        written.auditWitnesses = read
        let again = try NodeConfiguration.read(yaml: written.fileText, path: "f")
        #expect(again.auditWitnesses == read)
    }

    @Test("the environment names several, with spaces and commas between")
    func environment() throws {
        let read = try NodeConfiguration.read(
            yaml: "site: {name: Practice}\n", path: "f",
            environment: ["ACCORD_AUDIT_WITNESSES": "https://w.example/a \(Self.key)"])
        #expect(read.auditWitnesses.map(\.path) == ["/a/add-checkpoint"])
        #expect(try Self.read("[]").auditWitnesses.isEmpty)
    }

    @Test(
        "what is no address with a witness's key is refused",
        arguments: [
            "http://w.example KEY", "https:// KEY", "https://user@w.example KEY",
            "https://w.example/a?b KEY", "https://w.example/a#b KEY", "https://w.example:0 KEY",
            "https://w.example", "KEY", "https://w.example KEY KEY",
            "https://w.example w.example+00000000+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
            "https://w.example KEY https://v.example KEY",
            "https://w.example w.example+d5f933ab+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
        ])
    func refused(item: String) throws {
        #expect(throws: ConfigurationFailure.self) {
            try Self.read("[\"\(item.replacing("KEY", with: Self.key))\"]")
        }
    }
}
