import Testing

/// Two sites that are enrolled with each other over proxies, one for each direction.
final class SiteLink {
    let first: Site
    let second: Site
    /// What the second dials by.
    let toFirst: FaultProxy
    /// What the first dials by.
    let toSecond: FaultProxy

    /// Enrols both sites.
    init(_ first: Site, _ second: Site) async throws {
        self.first = first
        self.second = second
        toFirst = try FaultProxy(to: first.port, seed: 1)
        toSecond = try FaultProxy(to: second.port, seed: 2)
        try await first.add(second, at: toSecond.endpoint)
        try await second.add(first, at: toFirst.endpoint)
    }

    /// Both directions.
    var proxies: [FaultProxy] { [toFirst, toSecond] }

    /// Ends all traffic.
    func cut() {
        for proxy in proxies { proxy.cut() }
    }

    /// Only the second site can dial from here on.
    func cutDialsOfFirst() {
        toSecond.cut()
    }

    /// Nobody can dial that site from here on; it dials.
    func cutDials(to site: Site) {
        (site === first ? toFirst : toSecond).cut()
    }

    /// Lets so many bytes a second through in each direction of each connection.
    func slow(to bytesPerSecond: Int?) {
        for proxy in proxies { proxy.slow(to: bytesPerSecond) }
    }

    /// Lets traffic through again.
    func heal() throws {
        for proxy in proxies { try proxy.heal() }
    }

    /// Grants the second site everything that the first one registered.
    func grant() async throws {
        _ = try await first.accord("share", "grant", second.label).expect(0)
    }

    /// Waits until each of the two has been in touch with the other.
    func waitForContact() async throws {
        for site in [first, second] {
            try await Deadline.wait(for: "\(site.label) is in touch with its peer") {
                try await site.status().peers.allSatisfy { $0.state == "connected" }
            }
        }
    }

    /// Two running sites, enrolled with each other.
    ///
    /// - Parameter settings: of the daemon of a label, `practice` or `hospital`.
    static func started(
        in folder: TemporaryFolder, settings: (String) -> [String: String] = { _ in [:] }
    ) async throws -> SiteLink {
        let practice = try await Site.started(
            "practice", name: "Example Practice", in: folder, settings: settings("practice"))
        let hospital = try await Site.started(
            "hospital", name: "General Hospital", in: folder, settings: settings("hospital"))
        return try await SiteLink(practice, hospital)
    }

    /// Expects that both audit logs tell of what came from the first to the second.
    func expectTold(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await Self.expectTold(from: first, to: second, sourceLocation: sourceLocation)
    }

    /// Expects that both audit logs tell of what came from one site to another: each delivery that
    /// was kept is one that left, and together they are no fewer than the events held. Both logs are
    /// intact, whatever happened to their sites.
    static func expectTold(
        from first: Site, to second: Site, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let sent = try await StoreFile(of: first).disclosures("disclose-out")
        let store = try StoreFile(of: second)
        let kept = try await store.disclosures("disclose-in")
        #expect(
            kept.subtracting(sent).isEmpty, "came without having left",
            sourceLocation: sourceLocation)
        let told = try await store.audit("disclose-in").compactMap(\.data?.events).reduce(0, +)
        #expect(try await told >= store.foreignEvents(), sourceLocation: sourceLocation)
        for site in [first, second] {
            _ = try await site.accord("audit", "verify")
                .expect(0, sourceLocation: sourceLocation)
            // A link that is cut, or dials that nobody takes, leave it unchecked.
            let peer = site === first ? second : first
            let joined = try await site.accord("audit", "verify", "--join", peer.label)
            #expect(joined.status != 1, "\(joined.output)", sourceLocation: sourceLocation)
        }
    }

    /// Stops both sites in good order.
    func stop(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for site in [first, second] {
            #expect(try await site.stop() == 0, sourceLocation: sourceLocation)
            #expect(site.log.hasSuffix("node stopped\n"), sourceLocation: sourceLocation)
        }
    }
}
