import Testing

/// Sites that run, and the lines between some of them: any topology.
final class SiteNetwork {
    let folder: TemporaryFolder
    /// In the order in which they were named.
    let sites: [Site]
    private let lines: [SiteLink]

    /// Makes and starts sites and enrols those with each other that a line joins.
    ///
    /// - Parameters:
    ///   - lines: each the labels of two sites; every line has a proxy for each direction.
    ///   - settings: environment of the daemons, by label.
    init(
        _ labels: [String], lines: [(String, String)], in folder: TemporaryFolder,
        settings: [String: [String: String]] = [:]
    ) async throws {
        self.folder = folder
        var sites: [Site] = []
        for label in labels {
            sites.append(
                try await Site.started(
                    label, name: "Example \(label)", in: folder, settings: settings[label] ?? [:]))
        }
        self.sites = sites
        var links: [SiteLink] = []
        for (first, second) in lines {
            let ends = try [first, second].map { label in
                try #require(sites.first { $0.label == label }, "\(label) is no site")
            }
            links.append(try await SiteLink(ends[0], ends[1]))
        }
        self.lines = links
    }

    /// A site by its label.
    subscript(_ label: String) -> Site {
        guard let site = sites.first(where: { $0.label == label }) else {
            preconditionFailure("\(label) is no site")
        }
        return site
    }

    /// The line between two sites, named in either order.
    func line(_ first: String, _ second: String) -> SiteLink {
        let line = lines.first { Set([$0.first.label, $0.second.label]) == Set([first, second]) }
        guard let line else { preconditionFailure("no line joins \(first) and \(second)") }
        return line
    }

    /// Lets every site send all that it holds over every line, in both directions.
    func grantAll() async throws {
        for line in lines {
            try await line.first.grant(to: line.second, who: "all")
            try await line.second.grant(to: line.first, who: "all")
        }
    }

    /// Waits until every site holds so many resources and nothing waits anywhere; then expects
    /// every site to hold the same events, without a hole.
    func expectConverged(
        on resources: Int, within limit: Duration = .seconds(30),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for site in sites {
            try await site.waitUntilHolding(resources, within: limit)
        }
        try await Self.expectEqual(sites, sourceLocation: sourceLocation)
    }

    /// Expects sites to hold the same events of patients and directories, without a hole.
    static func expectEqual(
        _ sites: [Site], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var first: Set<String>?
        for site in sites {
            let store = try StoreFile(of: site)
            let events = Set(try await store.sharedEvents())
            #expect(!events.isEmpty, "\(site.label)", sourceLocation: sourceLocation)
            if let first {
                let missing = first.subtracting(events).count
                let surplus = events.subtracting(first).count
                #expect(
                    [missing, surplus] == [0, 0], "missing and surplus at \(site.label)",
                    sourceLocation: sourceLocation)
            }
            first = first ?? events
            #expect(
                try await store.holes() == 0, "holes at \(site.label)",
                sourceLocation: sourceLocation)
        }
    }
}
