import Foundation
import Testing

extension Daemons {
    @Suite("Sites that witness each other")
    struct WitnessTests {
        /// As much of `accord audit witness` as is read here.
        private struct Report: Decodable {
            let signedSize: Int
            let witnessedSize: Int
            let cosigners: [Cosigner]
            let witnessed: [WitnessedLog]

            struct Cosigner: Decodable {
                let size: Int
                let contradictions: [Int]
            }

            struct WitnessedLog: Decodable {
                let size: Int
                let evidence: [Int]
            }
        }

        private static func report(_ site: Site) async throws -> Report {
            try await site.ask(Report.self, "audit", "witness")
        }

        @Test("two sites witness each other, and both verifiers see it in an export")
        func witnessed() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            try await link.waitForContact()
            for site in [link.first, link.second] {
                try await site.growWitnessed()
                let own = try await site.accord("status").expect(0)
                #expect(own.output.contains("witnessed 1 of 1"))
                _ = try await site.accord("audit", "verify", "--require-witnesses", "2").expect(2)
                let bundle = site.home + "/bundle"
                _ = try await site.accord("audit", "export", "-o", bundle).expect(0)
                let first = try await site.accord(
                    "audit", "verify", "--bundle", bundle, "--require-witnesses", "1"
                ).expect(0)
                #expect(first.output.contains(" witnesses=1\n"))
                let second = try await SecondVerifier(folder: folder).run(
                    "verify_audit_log.py", bundle, "--require-witnesses", "1")
                #expect(second.status == 0)
                #expect(first.output.hasPrefix(second.line))
            }
            let asked = try await link.first.accord("audit", "verify", "--ask-witnesses").expect(0)
            #expect(asked.output.contains(" agrees\n"))
            link.cutDialsOfFirst()
            let silent = try await link.first.accord("audit", "verify", "--ask-witnesses")
            #expect(silent.status == 2)
            #expect(silent.output.contains("could not be asked"))
            let words = silent.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains("last heard of 20"))
            let (here, there) = (
                try await Self.report(link.first), try await Self.report(link.second)
            )
            #expect(here.witnessed.count == 1 && there.witnessed.count == 1)
            #expect(here.witnessed[0].size <= there.signedSize)
            #expect(there.witnessed[0].size <= here.signedSize)
            #expect(here.cosigners.map(\.contradictions) == [[]])
        }

        @Test("a site that nobody can dial is witnessed, and witnesses")
        func dialsOutOnly() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            try await link.waitForContact()
            link.cutDialsOfFirst()
            try await link.waitForContact()
            for site in [link.first, link.second] { try await site.growWitnessed() }
            #expect(try await Self.report(link.first).witnessed[0].size > 0)
            #expect(try await Self.report(link.second).witnessed[0].size > 0)
        }

        @Test("a witness that was put back remembers by its file outside what it has cosigned")
        func witnessPutBack() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            let (site, witness) = (link.first, link.second)
            try await link.waitForContact()
            try await site.growWitnessed()
            #expect(try await witness.stop() == 0)
            let older = folder.path + "/older"
            try FileManager.default.copyItem(atPath: witness.dataFolder, toPath: older)
            try await witness.start()
            try await link.waitForContact()
            try await site.growWitnessed()
            let size = try await Self.report(witness).witnessed[0].size
            #expect(try await witness.stop() == 0)
            try FileManager.default.removeItem(atPath: witness.dataFolder)
            try FileManager.default.copyItem(atPath: older, toPath: witness.dataFolder)
            try await witness.start()
            #expect(try await Self.report(witness).witnessed[0].size >= size)
            #expect(witness.log.contains("had forgotten heads"))
            try await site.growWitnessed()
            #expect(try await !site.status().alarms.map(\.code).contains("witness-back"))
        }

        @Test("peers read heads and tiles with other people's tools, and strangers nothing")
        func door() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            let stranger = try await Site.started("stranger", name: "Stranger", in: folder)
            try await link.first.growWitnessed()
            let fetch = { (site: Site, path: String, more: [String]) in
                try await Self.fetch("https://\(link.first.endpoint)\(path)", as: site, more)
            }
            let head = try await fetch(link.second, "/audit/checkpoint", [])
            let lines = head.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.first?.contains("/accord/audit/") ?? false)
            #expect(head.contains("/accord/witness ") && head.hasSuffix("\n200"))
            let tile = try await fetch(link.second, "/audit/tile/0/000.p/1", ["-o", "/dev/null"])
            #expect(tile == "200")
            for path in ["/audit/tile/entries/000.p/1", "/audit/tile/0/000", "/audit/", "/other"] {
                #expect(try await fetch(link.second, path, []) == "404")
                #expect(try await fetch(stranger, path, []) == "403")
            }
            #expect(try await fetch(stranger, "/audit/checkpoint", []) == "403")
            let add = "/witness/add-checkpoint"
            try await link.second.growWitnessed()
            let held = try await fetch(link.second, "/witness/heads", [])
            #expect(held.contains("/accord/audit/") && held.hasSuffix("\n\n200"))
            #expect(try await fetch(stranger, "/witness/heads", []) == "403")
            #expect(try await fetch(link.second, add, ["-d", "old 0"]) == "400")
            #expect(try await fetch(stranger, add, ["-d", "old 0"]) == "403")
        }

        /// A body, and behind it the status, that a site's certificate is answered with.
        private static func fetch(
            _ address: String, as site: Site, _ more: [String]
        ) async throws -> String {
            let keys = site.dataFolder + "/keys"
            let output = try site.folder.path("fetched/\(UUID().uuidString)")
            let process = try ChildProcess(
                "/usr/bin/env",
                [
                    "curl", "--silent", "--insecure", "--max-time", "20", "--cert",
                    keys + "/tls.cert.pem", "--key", keys + "/tls.key.pem", "--write-out",
                    "%{http_code}", address,
                ] + more, environment: Surrounding.environment(with: [:]), output: output,
                errors: output + ".err")
            #expect(try await process.end() == 0)
            return TextFile.read(output)
        }

        @Test("a site that was put back with its head outside is stopped by its peer")
        func putBack() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            let site = link.first
            try await link.waitForContact()
            try await site.growWitnessed()
            #expect(try await site.stop() == 0)
            let older = folder.path + "/older"
            try FileManager.default.copyItem(atPath: site.home, toPath: older)
            try await site.start()
            try await link.waitForContact()
            try await site.growWitnessed()
            let size = try await Self.report(site).witnessedSize
            #expect(try await site.stop() == 0)
            // Database, keys, high-water file and signed head: nothing here remembers.
            try FileManager.default.removeItem(atPath: site.home)
            try FileManager.default.copyItem(atPath: older, toPath: site.home)
            for _ in 0..<2 {
                try await site.start()
                try await Deadline.wait(for: "the peer says what it holds") {
                    try await site.status().alarms.map(\.code).contains("audit-log")
                }
                let shown = try await site.accord("status").expect(0)
                #expect(shown.output.contains("CONTRADICTED"))
                let words = shown.output.split(whereSeparator: \.isWhitespace)
                #expect(words.joined(separator: " ").contains("Keep a copy of the database"))
                let asked = try await site.accord("audit", "verify", "--ask-witnesses").expect(1)
                #expect(asked.output.contains("HOLDS heads of size"))
                let verdict = try await site.accord("audit", "verify").expect(1)
                #expect(verdict.output.contains("check=size\n"))
                let held = try await Self.report(site).cosigners.flatMap(\.contradictions)
                #expect(held.allSatisfy { $0 >= size } && !held.isEmpty)
                let signed = try await Self.report(site).signedSize
                _ = try await site.accord("audit", "tail").expect(0)
                #expect(try await site.stop() == 0)
                #expect(
                    try await StoreFile(of: site).number("SELECT max(size) FROM audit_head")
                        == signed)
            }
            // What was shown is kept outside, too.
            try await StoreFile(of: site).change(
                """
                DELETE FROM audit_contradiction;
                DELETE FROM audit WHERE seq >= (SELECT max(size) FROM audit_head)
                """)
            #expect(try await link.second.stop() == 0)
            try await site.start()
            #expect(try await site.accord("status").expect(0).output.contains("CONTRADICTED"))
            _ = try await site.accord("audit", "verify").expect(1)
            #expect(try await site.stop() == 0)
            try await link.second.start()
            // The witness keeps what it cosigned, and has nothing against the log.
            #expect(try await !link.second.status().alarms.map(\.code).contains("peer-log"))
            #expect(try await Self.report(link.second).witnessed[0].evidence.isEmpty)
        }
    }
}
