import Foundation
import Testing

extension Daemons {
    @Suite("Sites that compare their audit logs")
    struct JoinTests {
        /// As much of a verdict as is read here.
        private struct Verdict: Decodable {
            let line: String
            let join: Join?

            struct Join: Decodable {
                let outcome: String
                let agreed: Int
                let missingHere: Int
                let missingThere: Int
                let differing: Int
                let unanswered: Int
                let firstHere: Int?
                let firstThere: Int?
            }
        }

        /// Compares a site's log with its peer's.
        private static func join(
            _ site: Site, with peer: Site, expect status: Int32,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws -> Verdict {
            try await site.run(["audit", "verify", "--join", peer.label, "--format", "json"])
                .expect(status, sourceLocation: sourceLocation).answer(Verdict.self)
        }

        /// Two sites of which the first has disclosed some patients to the second.
        private static func disclosed(in folder: TemporaryFolder) async throws -> SiteLink {
            let link = try await SiteLink.started(in: folder)
            let samples = try await SampleFiles.written(seed: 31, patients: 2, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.waitForContact()
            try await link.grant()
            try await link.second.waitUntilHolding(resources)
            return link
        }

        @Test("two sites tell the same of their sessions, while they last and when they are over")
        func agree() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.disclosed(in: folder)
            for _ in 0..<2 {
                for (site, peer) in [(link.first, link.second), (link.second, link.first)] {
                    let join = try #require(try await Self.join(site, with: peer, expect: 0).join)
                    #expect(join.outcome == "agrees" && join.agreed > 0)
                    #expect(join.missingHere + join.missingThere + join.differing == 0)
                    #expect(join.unanswered == 0)
                }
                // The end of a session says how much was answered.
                #expect(try await link.second.stop() == 0)
                try await link.second.start()
                try await link.waitForContact()
            }
            let asked = try await StoreFile(of: link.second).audit("search").compactMap(\.reason)
            #expect(asked.contains("audit log: join"))
            link.cutDialsOfFirst()
            let silent = try await Self.join(link.first, with: link.second, expect: 2)
            #expect(silent.line.hasPrefix("unchecked peer="))
            let unknown = try await link.first.accord("audit", "verify", "--join", "x").expect(2)
            #expect(unknown.output.hasPrefix("unchecked peer=not-enrolled\n"))
        }

        /// Waits until the first site has so many sessions open that it dialled.
        private static func waitForSessions(_ count: Int, dialledBy site: Site) async throws {
            let store = try StoreFile(of: site)
            try await Deadline.wait(for: "\(count) sessions that \(site.label) dialled") {
                try await store.rows(
                    "SELECT count(*) FROM session WHERE is_ours = 1 AND ended IS NULL")
                    == ["\(count)"]
            }
        }

        @Test("a session that another displaced is not taken up again under the same numbers")
        func displaced() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            link.cutDialsOfFirst()
            let samples = try await SampleFiles.written(seed: 32, patients: 3, to: folder, "in")
            try await link.grant()
            var resources = try await link.first.takeIn([samples.directory]).resources
            for (index, patient) in samples.patients.enumerated() {
                // The second site fetches, is posted to, and fetches again.
                if index == 1 { try link.heal() }
                if index == 2 { link.cutDialsOfFirst() }
                try await Self.waitForSessions(index == 1 ? 1 : 0, dialledBy: link.first)
                resources += try await link.first.takeIn([patient]).resources
                try await link.second.waitUntilHolding(resources)
            }
            try link.heal()
            try await Self.waitForSessions(1, dialledBy: link.first)
            for (site, peer) in [(link.first, link.second), (link.second, link.first)] {
                let join = try #require(try await Self.join(site, with: peer, expect: 0).join)
                #expect(join.outcome == "agrees" && join.agreed > 2 && join.differing == 0)
            }
            let left = try await StoreFile(of: link.first).audit("disclose-out")
                .map { "\($0.session ?? "") \($0.delivery ?? 0)" }
            let deliveries = left.indices.filter { $0 == 0 || left[$0] != left[$0 - 1] }
                .map { left[$0] }
            #expect(Set(deliveries).count == deliveries.count, "\(deliveries)")
        }

        @Test("an entry that one site left out, and signed anew, is found from the other")
        func leftOut() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.disclosed(in: folder)
            let (site, peer) = (link.first, link.second)
            let before = try #require(try await Self.join(site, with: peer, expect: 0).join)
            for daemon in [peer, site] { #expect(try await daemon.stop() == 0) }
            try await RewrittenLog(site: peer).change("disclose-in", to: "search")
            // Else the heads that it has cosigned would tell by themselves.
            try await RewrittenLog(site: site).forgetWitnessed()
            for daemon in [peer, site] { try await daemon.start() }
            try await link.waitForContact()
            let found = try await Self.join(site, with: peer, expect: 1)
            let join = try #require(found.join)
            #expect(join.outcome == "disagrees")
            #expect(join.missingThere == before.agreed && join.agreed == 0)
            let first = try #require(join.firstHere)
            #expect(found.line == "evidence seq=\(first) check=join")
            let kind = try await StoreFile(of: site).rows(
                "SELECT json_extract(CAST(entry AS TEXT), '$.kind') FROM audit WHERE seq = \(first)"
            )
            #expect(kind == ["disclose-out"])
            // The check is in the log, and the log itself is intact.
            let reviews = try await StoreFile(of: site).audit("review").compactMap(\.reason)
            #expect(reviews.contains("audit log: \(found.line)"))
            _ = try await site.accord("audit", "verify").expect(0)
        }

        @Test("an entry that the sender left out is found from the receiver")
        func leftOutBySender() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.disclosed(in: folder)
            for daemon in [link.first, link.second] { #expect(try await daemon.stop() == 0) }
            try await RewrittenLog(site: link.first).change("disclose-out", to: "search")
            try await RewrittenLog(site: link.second).forgetWitnessed()
            for daemon in [link.first, link.second] { try await daemon.start() }
            try await link.waitForContact()
            let found = try await Self.join(link.second, with: link.first, expect: 1)
            #expect(found.join?.agreed == 0 && (found.join?.missingThere ?? 0) > 0)
            let words = try await link.second.accord("audit", "verify", "--join", "practice")
                .expect(1).output
            #expect(words.contains("missing there") && words.contains("in doubt from"))
        }
    }
}
