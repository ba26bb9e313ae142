import SiteNode
import Testing

@Suite("NodeConfiguration")
struct NodeConfigurationTests {
    private static let minimal = "site:\n  name: Practice\n"

    @Test("takes the defaults for everything that the file does not say")
    func minimal() throws {
        var expected = NodeConfiguration()
        expected.siteName = "Practice"
        #expect(try NodeConfiguration.read(yaml: Self.minimal, path: "f") == expected)
    }

    @Test("reads every kind of value")
    func values() throws {
        let yaml = """
            data_directory: /srv/accord
            site: {name: "Practice: north", postal_address: '1 Street'}
            peer:
              listen: "[::]:7443"
              advertise: ["practice.example:7443", "[2001:db8::1]:1"]
              body_max: 2MiB
              connections_max: 8
            sync: {wait: 2s, retry_min: 250ms, retry_max: 1h}
            log: {level: debug}
            """
        let read = try NodeConfiguration.read(yaml: yaml, path: "f")
        #expect(read.siteName == "Practice: north")
        #expect(read.sitePostalAddress == "1 Street")
        #expect(read.dataDirectory == "/srv/accord")
        #expect(read.peerListen == NetworkAddress(host: "::", port: 7_443))
        #expect(
            read.peerAdvertise.map(\.description) == [
                "practice.example:7443", "[2001:db8::1]:1",
            ])
        #expect(read.peerBodyBytesMax == 2 << 20)
        #expect(read.peerConnectionsMax == 8)
        #expect(read.syncWait == .seconds(2))
        #expect(read.syncRetryMin == .milliseconds(250))
        #expect(read.syncRetryMax == .seconds(3_600))
        #expect(read.logLevel == .debug)
    }

    @Test("lets a flag win over the environment, and the environment over the file")
    func precedence() throws {
        let yaml = Self.minimal + "sync:\n  wait: 3s\n  retry_max: 3m\nlog:\n  level: error\n"
        let read = try NodeConfiguration.read(
            yaml: yaml, path: "f",
            environment: [
                "ACCORD_SYNC_WAIT": "4s", "ACCORD_SYNC_RETRY_MAX": "4m",
                "ACCORD_PEER_ADVERTISE": "a.example:1, b.example:2", "PATH": "/bin",
                "ACCORD_SOCKET": "/elsewhere", "ACCORD_DATA": "/elsewhere",
            ],
            flags: [("sync.wait", "5s")])
        #expect(read.syncWait == .seconds(5))
        #expect(read.syncRetryMax == .seconds(240))
        #expect(read.logLevel == .error)
        #expect(read.peerAdvertise.map(\.host) == ["a.example", "b.example"])
        #expect(read.controlSocket == "/run/accord/control.sock")
    }

    @Test("a given environment variable or flag stands in for a key that the file must have")
    func requiredElsewhere() throws {
        let read = try NodeConfiguration.read(
            yaml: "", path: "f", environment: ["ACCORD_SITE_NAME": "Practice"])
        #expect(read.siteName == "Practice")
    }

    @Test("applies at run time what can change and names what cannot")
    func reload() throws {
        let old = try NodeConfiguration.read(yaml: Self.minimal, path: "f")
        let new = try NodeConfiguration.read(
            yaml: Self.minimal + "log: {level: debug}\npeer: {connections_max: 2}\n", path: "f")
        let reload = old.reloaded(from: new)
        #expect(reload.applied == ["log.level"])
        #expect(reload.postponed == ["peer.connections_max"])
        #expect(reload.configuration.logLevel == .debug)
        #expect(reload.configuration.peerConnectionsMax == 64)
        #expect(old.reloaded(from: old).applied.isEmpty)
    }

    @Test("is written so that it reads as the same, whatever the names hold")
    func writing() throws {
        var configuration = NodeConfiguration()
        configuration.siteName = "Praxis \"Süd\": \\ # 1"
        configuration.peerListen = NetworkAddress(host: "::1", port: 1)
        configuration.peerAdvertise = [
            NetworkAddress(host: "a", port: 1), NetworkAddress(host: "::2", port: 2),
        ]
        configuration.dataDirectory = "/srv/a b"
        configuration.sitePostalAddress = "1 High\"\u{301} Street\\\u{301}"
        configuration.syncWait = .seconds(7)
        let text = configuration.fileText
        #expect(try NodeConfiguration.read(yaml: text, path: "f") == configuration)
        #expect(!text.contains("retry_max"))
    }

    @Test("every key writes what it reads, and has a sentence and a name of its own")
    func table() throws {
        let names = ConfigurationTable.keys.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(ConfigurationTable.keys.map(\.variable)).count == names.count)
        for key in ConfigurationTable.keys {
            #expect(key.summary.hasSuffix("."), "\(key.name)")
            guard let texts = key.defaultTexts else { continue }
            var read = NodeConfiguration()
            try key.set(texts, in: &read)
            #expect(read == NodeConfiguration(), "\(key.name)")
        }
    }
}
