import Testing

/// Two sites that are enrolled with each other over proxies, one for each direction.
final class SiteLink {
    let first: Site
    let second: Site
    private let proxies: [LinkProxy]

    /// Enrols both sites.
    init(_ first: Site, _ second: Site) async throws {
        self.first = first
        self.second = second
        let toFirst = try LinkProxy(to: first.port)
        let toSecond = try LinkProxy(to: second.port)
        proxies = [toFirst, toSecond]
        try await first.add(second, at: toSecond.endpoint)
        try await second.add(first, at: toFirst.endpoint)
    }

    /// Ends all traffic.
    func cut() {
        for proxy in proxies { proxy.cut() }
    }

    /// Only the second site can dial from here on.
    func cutDialsOfFirst() {
        proxies[1].cut()
    }

    /// Nobody can dial that site from here on; it dials.
    func cutDials(to site: Site) {
        proxies[site === first ? 0 : 1].cut()
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
}
