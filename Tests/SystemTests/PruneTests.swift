import Foundation
import Testing

extension Daemons {
    @Suite("A log that was pruned")
    struct PruneTests {
        /// A practice that took in 300 patients seven years ago, as its clock says.
        private static func agedPractice() async throws -> Site {
            let folder = try TemporaryFolder()
            let clock = try await ShiftedClock(in: folder, for: "practice")
            let site = try Site(
                "practice", name: "Practice", in: folder, settings: clock.settings)
            try clock.shift(by: -7 * 366 * 86_400)
            _ = try await site.initialise(settings: clock.settings).expect(0)
            try await site.start()
            let lines = (0..<300).map { #"{"resourceType":"Patient","id":"p\#($0)"}"# }
            let file = try folder.write(lines.joined(separator: "\n"), to: "patients.ndjson")
            #expect(try await site.takeIn([file]).created == 300)
            #expect(try await site.stop() == 0)
            try clock.shift(by: 0)
            try await site.start()
            return site
        }

        /// A day that lies so many days back.
        private static func day(before days: Double) -> String {
            Date(timeIntervalSinceNow: -days * 86_400).formatted(.iso8601.year().month().day())
        }

        /// What both verifiers say of a bundle.
        private static func expectIntact(
            _ bundle: String, minimum: Int, of site: Site
        ) async throws {
            let first = try await site.accord("audit", "verify", "--bundle", bundle).expect(0)
            let second = try await SecondVerifier(folder: site.folder)
                .run("verify_audit_log.py", bundle)
            #expect(second.status == 0 && second.line.contains(" minimum=\(minimum) "))
            #expect(first.output.hasPrefix(second.line + "\n"))
        }

        @Test("an archive holds what is gone, and what is left is proven, checked and explained")
        func pruned() async throws {
            let site = try await Self.agedPractice()
            let home = site.folder.path
            let (early, late, archive) = (home + "/early.head", home + "/late.head", home + "/old")
            let proof = home + "/entry.proof"
            let old = ["audit", "export", "--prune-before", Self.day(before: 6.5 * 366), "-o"]
            _ = try await site.accord("audit", "export", "--format", "head", "-o", early).expect(0)
            _ = try await site.accord("audit", "prove", "5", "-o", proof).expect(0)
            let young = Self.day(before: 1_000)
            let refused = try await site.accord(
                "audit", "export", "--prune-before", young, "-o", archive)
            #expect(refused.status == 1 && refused.errors.contains("6 years"))
            _ = try await site.accord("audit", "hold", "--reason", "case 12").expect(0)
            let held = try await site.run(old + [archive])
            #expect(held.status == 1 && held.errors.contains("legal hold"))
            #expect(try await site.accord("status").expect(0).output.contains("held"))
            _ = try await site.accord("audit", "hold", "--release").expect(0)
            #expect(!FileManager.default.fileExists(atPath: archive))
            let done = try await site.run(old + [archive]).expect(0)
            #expect(done.output.contains("256 entries dropped"))
            #expect(done.output.contains("python3 Protocols/verify_audit_log.py \(archive)"))
            try await Self.expectIntact(archive, minimum: 0, of: site)
            for round in 0..<2 {
                let told = "pruned before seq 256; the archive of"
                let rest = home + "/rest-\(round)"
                let exported = try await site.accord("audit", "export", "-o", rest).expect(0)
                #expect(exported.output.replacing("\n", with: " ").contains(told))
                try await Self.expectIntact(rest, minimum: 256, of: site)
                let own = try await site.accord("audit", "verify", "--since", early).expect(0)
                #expect(own.output.contains(" minimum=256 "))
                let gone = try await site.accord("audit", "prove", "255")
                #expect(gone.status == 1 && gone.errors.contains(told))
                _ = try await site.accord("audit", "prove", "256").expect(0)
                for words in [["tail", "--count", "10000"], ["search", "continuity"]] {
                    let shown = try await site.run(["audit"] + words + ["--format", "ndjson"])
                        .expect(0)
                    #expect(shown.output.contains(told), "\(words)")
                }
                #expect(try await site.stop() == 0)
                try await site.start()
            }
            let believed = try await SecondVerifier(folder: site.folder).run(
                "verify_audit_proof.py", proof, "--keys", archive + "/keys")
            #expect(believed.status == 0)
            // An archive that was changed is no archive any more.
            let entries = archive + "/tile/entries/000"
            let bytes = try Data(contentsOf: URL(filePath: entries))
            try (bytes + Data([0])).write(to: URL(filePath: entries))
            let changed = try await site.accord("audit", "verify", "--bundle", archive).expect(1)
            #expect(changed.output.hasPrefix("evidence seq=256 check=entries\n"))
            let second = try await SecondVerifier(folder: site.folder)
                .run("verify_audit_log.py", archive)
            #expect(second.status == 1 && second.line == "evidence seq=256 check=entries")
            _ = try await site.accord("audit", "export", "--format", "head", "-o", late).expect(0)
            _ = try await site.accord("audit", "consistency", early, late).expect(0)
            #expect(try await site.run(old + [home + "/none"]).status == 1)
            #expect(try await site.stop() == 0)
        }
    }
}
