import SiteNode
import Testing

@Suite("ConfigurationFailure")
struct ConfigurationFailureTests {
    @Test(
        "tells each mistake with its line and what to do",
        arguments: [
            (
                "peer:\n  listn: x:1",
                "line 2: `peer.listn` is not a known key. "
                    + "Did you mean `peer.listen`?"
            ),
            ("peers:\n  listen: x:1", "line 1: `peers` is not a known key. Did you mean `peer`?"),
            (
                "zzzzzzzzz: 1",
                "line 1: `zzzzzzzzz` is not a known key. "
                    + "Remove it; config/accord.example.yaml lists every key."
            ),
            (
                "peer.listen: x:1",
                "line 1: `peer.listen` is not a known key. "
                    + "Did you mean `peer.listen`?"
            ),
            (
                "peer: 7",
                "line 1: `peer` is a section, not a value. "
                    + "Put its keys below it, indented by two spaces."
            ),
            (
                "peer:\n  body_max: 10",
                "line 2: `peer.body_max` is not a size with a unit. "
                    + "Write a whole number and B, KiB, MiB or GiB, such as `10MiB`."
            ),
            (
                "peer:\n  body_max: 10MB",
                "line 2: `peer.body_max` is not a size with a unit. "
                    + "Write a whole number and B, KiB, MiB or GiB, such as `10MiB`."
            ),
            (
                "peer:\n  body_max: 1GiB",
                "line 2: `peer.body_max` is out of range. "
                    + "Write a value from 1MiB to 64MiB."
            ),
            (
                "peer:\n  connections_max: many",
                "line 2: `peer.connections_max` is not a whole number. "
                    + "Write a number from 1 to 1024."
            ),
            (
                "peer:\n  connections_max: 0",
                "line 2: `peer.connections_max` is out of range. "
                    + "Write a value from 1 to 1024."
            ),
            (
                "peer:\n  listen: nowhere",
                "line 2: `peer.listen` is not a host and a port. "
                    + "Write `name:7443`, `192.0.2.1:7443` or `\"[2001:db8::1]:7443\"`."
            ),
            (
                "peer:\n  advertise: a:1",
                "line 2: `peer.advertise` has a value of another kind. "
                    + "Write a list (list of host:port), such as `[]`."
            ),
            (
                "peer:\n  advertise: [a]",
                "line 2: `peer.advertise` is not a host and a port. "
                    + "Write `name:7443`, `192.0.2.1:7443` or `\"[2001:db8::1]:7443\"`."
            ),
            (
                "sync:\n  wait: 30",
                "line 2: `sync.wait` is not a time span with a unit. "
                    + "Write a whole number and ms, s, m or h, such as `30s`."
            ),
            (
                "sync:\n  wait: 31s",
                "line 2: `sync.wait` is out of range. "
                    + "Write a value from 1s to 30s."
            ),
            (
                "sync:\n  wait:",
                "line 2: `sync.wait` has no value. "
                    + "Write a value (duration) or remove the line."
            ),
            (
                "sync:\n  retry_min: 1m\n  retry_max: 2s",
                "line 2: `sync.retry_min` is longer than "
                    + "`sync.retry_max`. Exchange the two, or make the first one shorter."
            ),
            (
                "log:\n  level: loud",
                "line 2: `log.level` is no level. "
                    + "Write one of trace, debug, info, notice, warning, error, critical."
            ),
            (
                "data_directory: here",
                "line 1: `data_directory` is not a plain absolute path. "
                    + "Begin with `/`, and leave out `.`, `..`, `//` and a final `/`."
            ),
            (
                "data_directory: /a/../b",
                "line 1: `data_directory` is not a plain absolute path. "
                    + "Begin with `/`, and leave out `.`, `..`, `//` and a final `/`."
            ),
            (
                "high_water_directory: /var/lib/accord/x",
                "line 1: `high_water_directory` lies in "
                    + "`data_directory`. Choose a folder outside of it, better on another disk."
            ),
            (
                "log:\n  level: info\n  level: debug",
                "line 2: `level` stands twice in this section. "
                    + "Keep one of them."
            ),
            (
                "log:\n  level: }\n",
                "line 2: is not YAML in UTF-8 of at most 1 MiB. "
                    + "Check indentation, quotes and colons there."
            ),
        ])
    func mistake(yaml: String, expected: String) {
        let problems = problems(in: yaml, environment: ["ACCORD_SITE_NAME": "Practice"])
        #expect(problems.map(\.description) == [expected])
    }

    @Test(
        "tells all mistakes at once: the file's in order, then the environment's, then what lacks")
    func all() {
        let problems = problems(
            in: "log:\n  levl: info\nsync:\n  wait: 0s\npeer:\n  listen: [1, 2]\n",
            environment: ["ACCORD_SYNC_WIAT": "1s", "ACCORD_LOG_LEVEL": "loud"],
            flags: [("sink.wait", "1s")])
        #expect(
            problems.map(\.place) == [
                .line(2), .line(4), .line(6), .variable("ACCORD_LOG_LEVEL"),
                .variable("ACCORD_SYNC_WIAT"), .flag, .file,
            ])
        #expect(problems.last?.key == "site.name")
        #expect(problems[5].remedy == "Did you mean `sync.wait`?")
    }

    @Test("names the file that is not there")
    func missing() {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try NodeConfiguration.read(path: "/nonexistent/accord.yaml")
        }
        #expect(
            failure?.description == """
                /nonexistent/accord.yaml:
                  file: cannot be read. Check the path and its rights; `accord init` makes a new \
                site's file.
                """)
    }

    @Test(
        "says an empty site name is empty, and a name of two lines is one too many",
        arguments: [
            ("site:\n  name: \"\"", "is empty"),
            ("site:\n  name: \"a\\nb\"", "is longer than 200 bytes or more than one line"),
        ])
    func siteName(yaml: String, expected: String) {
        #expect(problems(in: yaml).map(\.problem) == [expected])
    }

    private func problems(
        in yaml: String, environment: [String: String] = [:],
        flags: [(key: String, value: String)] = []
    ) -> [ConfigurationFailure.Problem] {
        let failure = #expect(throws: ConfigurationFailure.self) {
            try NodeConfiguration.read(
                yaml: yaml, path: "f", environment: environment, flags: flags)
        }
        return failure?.problems ?? []
    }
}
