import Foundation
import Testing

extension Daemons {
    @Suite("Between two network namespaces", .needs(.networkSpaces))
    struct NetworkSpaceTests {
        @Test("a catch-up over a bad cable ends with everything, once", arguments: Fault.allCases)
        func catchUp(fault: Fault) async throws {
            let folder = try TemporaryFolder()
            let spaces = try await CabledSpaces(in: folder)
            let sites = try await Self.sites(in: spaces, folder)
            let (first, second) = (sites[0], sites[1])
            let samples = try await SampleFiles.written(seed: 81, patients: 8, to: folder, "in")
            let resources = try await first.takeIn(samples.all).resources
            for space in [spaces.first, spaces.second] {
                try await spaces.filter(fault.rules(at: space, of: spaces), in: space)
            }
            try await first.grant(to: second)
            if fault.isEnded {
                // Long enough for requests to be on their way and lost.
                try await Task.sleep(for: .seconds(2))
                for space in [spaces.first, spaces.second] {
                    try await spaces.filter("", in: space)
                }
            }
            try await second.waitUntilHolding(resources, within: .seconds(90))
            try await first.waitUntilHolding(resources, within: .seconds(90))
            try await SiteNetwork.expectEqual(sites)
            try await SiteLink.expectTold(from: first, to: second)
            for site in sites { #expect(try await site.stop() == 0) }
        }

        /// Two sites that run in a space each, enrolled with each other.
        private static func sites(
            in spaces: CabledSpaces, _ folder: TemporaryFolder
        ) async throws -> [Site] {
            var sites: [Site] = []
            for (label, space) in [("practice", spaces.first), ("hospital", spaces.second)] {
                let site = try Site(
                    label, name: "Example \(label)", in: folder,
                    settings: ["ACCORD_SYNC_WAIT": "1s"], host: space.address,
                    launcher: space.launcher)
                _ = try await site.initialise().expect(0)
                try await site.start()
                sites.append(site)
            }
            try await sites[0].add(sites[1], at: sites[1].endpoint)
            try await sites[1].add(sites[0], at: sites[0].endpoint)
            return sites
        }

        /// What the firewalls at the two ends do.
        enum Fault: CaseIterable {
            case loss
            case resets
            case oneWay

            /// Whether nothing would come through unless it ended.
            var isEnded: Bool { self == .oneWay }

            /// Rules for what comes in at one end.
            func rules(at space: CabledSpaces.Space, of spaces: CabledSpaces) -> String {
                switch self {
                case .loss: "numgen random mod 100 < 10 drop"
                case .resets:
                    "tcp flags & (syn | fin | rst) == 0 numgen random mod 100 < 3 "
                        + "reject with tcp reset"
                case .oneWay:
                    // The second hears the first, and is never heard.
                    space.name == spaces.first.name ? #"iifname "\#(CabledSpaces.cable)" drop"# : ""
                }
            }
        }
    }
}
