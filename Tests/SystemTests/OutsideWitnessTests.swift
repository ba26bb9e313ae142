import Foundation
import Testing

extension Daemons {
    @Suite("A site that is witnessed by somebody who is no peer")
    struct OutsideWitnessTests {
        /// As much of `accord audit witness` as is read here.
        private struct Report: Decodable {
            let signedSize: Int
            let witnessedSize: Int
            let cosigners: [Cosigner]

            struct Cosigner: Decodable {
                let size: Int
                let state: String?
                let aheadSize: Int?
            }
        }

        private static func report(_ site: Site) async throws -> Report {
            try await site.ask(Report.self, "audit", "witness")
        }

        private static func wait(for state: String, at site: Site) async throws {
            try await Deadline.wait(for: "the witness's state is \(state)") {
                try await report(site).cosigners.map(\.state) == [state]
            }
        }

        @Test("its cosignatures count and are exported, and every other answer has a name")
        func answers() async throws {
            let folder = try TemporaryFolder()
            let witness = try await OutsideWitness(in: folder)
            let site = try await Site.started(
                "site", name: "Practice", in: folder, settings: witness.settings)
            try await Self.wait(for: "unknown-log", at: site)
            #expect(try await site.status().alarms.map(\.code).contains("witness-silent"))
            try await witness.know(site, export: "first")
            try await Self.wait(for: "cosigned", at: site)
            try await site.growWitnessed()
            let status = try await site.accord("status").expect(0)
            #expect(status.output.contains("witnessed 1 of 1"))
            #expect(try await !site.status().alarms.map(\.code).contains("witness-silent"))
            let bundle = site.home + "/bundle"
            _ = try await site.accord("audit", "export", "-o", bundle).expect(0)
            let first = try await site.accord(
                "audit", "verify", "--bundle", bundle, "--require-witnesses", "1"
            ).expect(0)
            #expect(first.output.contains(" witnesses=1\n"))
            let second = try await SecondVerifier(folder: folder).run(
                "verify_audit_log.py", bundle, "--require-witnesses", "1")
            #expect(second.status == 0 && first.output.hasPrefix(second.line))

            for (mode, state) in [
                ("other-key", "bad-cosignature"), ("redirect", "redirected"),
                ("large", "too-large"), ("busy", "bad-answer"),
            ] {
                let size = try await Self.report(site).witnessedSize
                try witness.set(mode: mode)
                _ = try await site.accord("audit", "tail").expect(0)
                _ = try await site.accord("audit", "verify", "--require-witnesses", "1").expect(2)
                try await Self.wait(for: state, at: site)
                #expect(try await Self.report(site).witnessedSize == size)
                try witness.set(mode: "")
                try await Self.wait(for: "cosigned", at: site)
            }
            #expect(!witness.wasCalledElsewhere)
            try await witness.stop()
            _ = try await site.accord("audit", "tail").expect(0)
            _ = try await site.accord("audit", "verify", "--require-witnesses", "1").expect(2)
            try await Self.wait(for: "unreachable", at: site)
            try await witness.start()
            try await site.growWitnessed()
        }

        @Test("a certificate of an authority that is not trusted is refused")
        func authority() async throws {
            let folder = try TemporaryFolder()
            let witness = try await OutsideWitness(in: folder)
            let site = try await Site.started(
                "site", name: "Practice", in: folder,
                settings: ["ACCORD_AUDIT_WITNESSES": witness.address])
            try await Self.wait(for: "certificate-refused", at: site)
        }

        @Test("a site that was put back is named by its witness, before and after it grew again")
        func putBack() async throws {
            let folder = try TemporaryFolder()
            let witness = try await OutsideWitness(in: folder)
            let site = try await Site.started(
                "site", name: "Practice", in: folder, settings: witness.settings)
            try await witness.know(site, export: "first")
            try await site.growWitnessed()
            #expect(try await site.stop() == 0)
            let older = folder.path + "/older"
            try FileManager.default.copyItem(atPath: site.home, toPath: older)
            try await site.start()
            for _ in 0..<5 { try await site.growWitnessed() }
            let size = try await Self.report(site).witnessedSize
            #expect(try await site.stop() == 0)
            // Database, keys, high-water file and signed head: nothing here remembers.
            try FileManager.default.removeItem(atPath: site.home)
            try FileManager.default.copyItem(atPath: older, toPath: site.home)
            try await site.start()
            _ = try await site.accord("audit", "verify").expect(0)
            try await Self.wait(for: "ahead", at: site)
            let ahead = try await Self.report(site).cosigners.first?.aheadSize
            #expect(ahead == size)
            #expect(try await site.status().alarms.map(\.code).contains("audit-refused"))
            for _ in 0..<(size + 20) { _ = try await site.accord("audit", "tail").expect(0) }
            _ = try await site.accord("audit", "verify").expect(0)
            try await Self.wait(for: "inconsistent", at: site)
            #expect(try await site.status().alarms.map(\.code).contains("audit-refused"))
            #expect(witness.evidence.contains("/accord/audit/"))
            let told = try await site.accord("audit", "search", "security").expect(0)
            #expect(told.output.contains("alarm"))
            #expect(try await Self.report(site).witnessedSize < size)
        }
    }
}
