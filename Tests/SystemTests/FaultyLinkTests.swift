import Foundation
import TestSupport
import Testing

extension Daemons {
    @Suite("Faulty links")
    struct FaultyLinkTests {
        @Test(
            "a catch-up through a faulty link ends with everything, once", arguments: Fault.allCases
        )
        func catchUp(fault: Fault) async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder) { _ in ["ACCORD_SYNC_WAIT": "1s"] }
            try await link.waitForContact()
            let samples = try await SampleFiles.written(seed: 71, patients: 8, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.grant()
            try await fault.befall(link)
            try await link.second.waitUntilHolding(resources, within: .seconds(90))
            try await link.first.waitUntilHolding(resources, within: .seconds(90))
            try await SiteNetwork.expectEqual([link.first, link.second])
            try await link.expectTold()
            try await link.stop()
        }

        @Test("cuts at any byte, and just before and after answers, only delay")
        func cuts() async throws {
            let seed = Surrounding.seed
            let rounds = Surrounding.linkCuts
            print("link cuts: ACCORD_SEED=\(seed) ACCORD_LINK_CUTS=\(rounds)")
            var moments = SeededGenerator(seed: seed)
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            try await link.grant()
            let samples = try await SampleFiles.written(
                seed: 72, patients: rounds * 2, to: folder, "in")
            var resources = try await link.first.takeIn([samples.directory]).resources
            var cuts = 0
            for round in 0..<rounds {
                // New connections, so that handshakes are cut as well.
                if Bool.random(using: &moments) { for proxy in link.proxies { proxy.reset() } }
                for proxy in link.proxies { proxy.arm(.random(using: &moments)) }
                let files = Array(samples.patients[(2 * round)..<(2 * round + 2)])
                resources += try await link.first.takeIn(files).resources
                try await link.second.waitUntilHolding(resources, within: .seconds(60))
                cuts += link.proxies.count { $0.hasCut }
            }
            for proxy in link.proxies { proxy.arm(ProxyCut()) }
            try await link.first.waitUntilHolding(resources, within: .seconds(60))
            try await SiteNetwork.expectEqual([link.first, link.second])
            try await link.expectTold()
            try await link.stop()
            #expect(cuts >= rounds / 3)
            print("link cuts: \(cuts) connections in \(rounds) rounds")
        }

        /// What a link does to a catch-up that has begun.
        enum Fault: CaseIterable {
            case delay
            case throttle
            case overtaking
            case requestsStall
            case answersStall
            case answersLost
            case deaf

            /// Lets it befall a link, and ends it where nothing would come through otherwise.
            func befall(_ link: SiteLink) async throws {
                for proxy in link.proxies { befall(proxy) }
                switch self {
                case .requestsStall, .answersStall:
                    // Long enough for more requests; then the router between forgets these
                    // connections.
                    try await Task.sleep(for: .seconds(2))
                    for proxy in link.proxies { proxy.reset() }
                case .deaf:
                    for site in [link.first, link.second] {
                        try await Deadline.wait(for: "the silence shows in the status") {
                            try await site.status().peers.map(\.state) == ["unreachable"]
                        }
                    }
                    for proxy in link.proxies { proxy.clear() }
                case .delay, .throttle, .overtaking, .answersLost: break
                }
            }

            private func befall(_ proxy: FaultProxy) {
                switch self {
                case .delay: proxy.delay(by: .milliseconds(150))
                case .throttle: proxy.slow(to: 64 << 10)
                case .overtaking: proxy.shuffle(within: .milliseconds(400))
                case .requestsStall: proxy.freeze(.toServer)
                case .answersStall: proxy.freeze(.toClient)
                // Nobody ends these connections: the sites find out by themselves.
                case .answersLost: proxy.freeze(.toClient, swallows: true)
                case .deaf:
                    proxy.goDeaf()
                    proxy.reset()
                }
            }
        }
    }
}
