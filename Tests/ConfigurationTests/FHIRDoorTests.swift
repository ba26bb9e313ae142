import SiteNode
import Testing

@Suite("Configuration of the FHIR door")
struct FHIRDoorTests {
    private static func read(_ fhir: String) throws -> NodeConfiguration {
        try NodeConfiguration.read(
            yaml: "site:\n  name: Practice\nfhir: {\(fhir)}\n", path: "f")
    }

    @Test("is closed unless it is opened, and comes back as it was written")
    func values() throws {
        #expect(try NodeConfiguration.read(yaml: "site: {name: P}", path: "f").fhirListen == nil)
        let open = try Self.read(
            #"listen: "[::1]:8080", clients_file: /etc/accord/clients.yaml, body_max: 2MiB"#)
        #expect(open.fhirListen == NetworkAddress(host: "::1", port: 8_080))
        #expect(open.fhirClientsFile == "/etc/accord/clients.yaml")
        #expect(open.fhirBodyBytesMax == 2 << 20)
        #expect(try NodeConfiguration.read(yaml: open.fileText, path: "f") == open)
    }

    @Test(
        "takes no address that another machine reaches",
        arguments: ["0.0.0.0:1", "[::]:1", "localhost:1", "127.0.0.1", "127.0.0.256:1", "127.1:1"])
    func loopback(address: String) throws {
        let failure = try #require(
            #expect(throws: ConfigurationFailure.self) {
                try Self.read("listen: \"\(address)\", clients_file: /c")
            })
        #expect(failure.problems.map(\.problem) == ["is not an address of this machine alone"])
    }

    @Test("does not open without clients")
    func noClients() throws {
        let failure = try #require(
            #expect(throws: ConfigurationFailure.self) {
                try Self.read(#"listen: "127.0.0.1:8080""#)
            })
        #expect(failure.problems.map(\.problem) == ["opens a door without clients"])
        #expect(try Self.read("clients_file: /c").fhirListen == nil)
    }
}
