import Foundation

/// Two network namespaces that one cable joins, each with its own firewall; they go away with this
/// object.
final class CabledSpaces {
    /// One end of the cable.
    struct Space {
        let name: String
        /// Its address, which only the other end can reach.
        let address: String

        /// What starts a program in it.
        var launcher: [String] {
            [HostProgram.path(of: "ip") ?? "ip", "netns", "exec", name]
        }
    }

    /// What the cable is called at both ends.
    static let cable = "cable"

    let first: Space
    let second: Space
    private let folder: TemporaryFolder

    /// Makes both ends and joins them. Names are unique; the addresses are documentation's
    /// (RFC 5737), and nobody but the two ends sees them.
    init(in folder: TemporaryFolder) async throws {
        let name = URL(filePath: folder.path).lastPathComponent
        first = Space(name: name + "-a", address: "192.0.2.1")
        second = Space(name: name + "-b", address: "192.0.2.2")
        self.folder = folder
        for space in [first, second] {
            try await HostProgram.run("ip", "netns", "add", space.name, in: folder)
        }
        try await HostProgram.run(
            "ip", "link", "add", Self.cable, "netns", first.name, "type", "veth", "peer", "name",
            Self.cable, "netns", second.name, in: folder)
        for space in [first, second] {
            try await HostProgram.run(
                "ip", "-n", space.name, "address", "add", space.address + "/24", "dev", Self.cable,
                in: folder)
            for link in ["lo", Self.cable] {
                try await HostProgram.run(
                    "ip", "-n", space.name, "link", "set", link, "up", in: folder)
            }
        }
    }

    deinit {
        for space in [first, second] { HostProgram.attempt("ip", "netns", "del", space.name) }
    }

    /// Replaces the rules for what comes in at one end.
    ///
    /// - Parameter rules: of nftables, one a line; empty for none.
    func filter(_ rules: String, in space: Space) async throws {
        let script = """
            flush ruleset
            table inet faults {
              chain coming {
                type filter hook input priority 0; policy accept;
                \(rules)
              }
            }
            """
        let file = try folder.write(script, to: "host/\(space.name).nft")
        try await HostProgram.run(
            "ip", "netns", "exec", space.name, "nft", "-f", file, in: folder)
    }
}
