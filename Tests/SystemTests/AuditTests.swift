import Foundation
import Testing

extension Daemons {
    @Suite("What auditors can check")
    struct AuditTests {
        /// A practice that took in so many patients that full tiles stand in its log.
        private static func practice(_ patients: Int = 300) async throws -> Site {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Practice", in: folder)
            let lines = (0..<patients).map {
                #"{"resourceType":"Patient","id":"p\#($0)","name":[{"family":"Sample\#($0)"}]}"#
            }
            let file = try folder.write(lines.joined(separator: "\n"), to: "patients.ndjson")
            #expect(try await site.takeIn([file]).created == patients)
            return site
        }

        /// What `accord audit verify` and the second verifier say of an export.
        private static func verdicts(
            on bundle: String, of site: Site, head: String? = nil
        ) async throws -> [SecondVerifier.Outcome] {
            let since = head.map { ["--since", $0] } ?? []
            let first = try await site.run(["audit", "verify", "--bundle", bundle] + since)
            let line = first.output.split(separator: "\n").first.map(String.init) ?? ""
            let scripts = SecondVerifier(folder: site.folder)
            let second =
                if let head {
                    try await scripts.run("verify_audit_log.py", bundle, "--head", head)
                } else {
                    try await scripts.run("verify_audit_log.py", bundle)
                }
            return [SecondVerifier.Outcome(status: first.status, line: line), second]
        }

        @Test("a node's own log is intact for both verifiers, and each entry can be handed on")
        func intact() async throws {
            let site = try await Self.practice()
            let home = site.folder.path
            let (before, after) = (home + "/before.head", home + "/after.head")
            _ = try await site.accord("audit", "export", "--format", "head", "-o", before).expect(0)
            let shown = try await site.accord("audit", "tail", "--count", "3").expect(0)
            #expect(shown.output.contains("write"))
            let starts = try await site.accord(
                "audit", "search", "continuity", "--format", "ndjson"
            ).expect(0)
            #expect(starts.output.contains(#""kind":"start""#))
            #expect(!starts.output.contains(#""kind":"write""#))
            let checked = try await site.accord("audit", "verify", "--since", before).expect(0)
            #expect(checked.output.hasPrefix("intact entries="))
            let bundle = home + "/bundle"
            _ = try await site.accord("audit", "export", "-o", bundle).expect(0)
            let verdicts = try await Self.verdicts(on: bundle, of: site, head: before)
            #expect(verdicts[0].line.hasPrefix("intact entries="))
            #expect(verdicts[0].status == 0 && verdicts[0] == verdicts[1])
            _ = try await site.accord("audit", "export", "--format", "head", "-o", after).expect(0)
            let grown = try await site.accord("audit", "consistency", before, after).expect(0)
            #expect(grown.output.hasPrefix("consistent old="))
            for (path, mode) in [(before, 0o600), (bundle, 0o700)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
            }
            let proof = home + "/entry.proof"
            _ = try await site.accord("audit", "prove", "17", "-o", proof).expect(0)
            let believed = try await SecondVerifier(folder: site.folder).run(
                "verify_audit_proof.py", proof, "--keys", bundle + "/keys")
            #expect(believed.status == 0 && believed.line.hasPrefix("intact index=17 "))
            #expect(try await site.accord("audit", "export", "-o", bundle).status == 2)
            #expect(
                try await site.accord("audit", "export", "--format", "head", "-o", before).status
                    == 2)
            for text in ["", "no head", String(repeating: "x", count: 3_000_000)] {
                let none = try site.folder.write(text, to: "none.head")
                let refused = try await site.accord("audit", "verify", "--since", none).expect(2)
                #expect(refused.errors.contains("none.head"))
                _ = try await site.accord("audit", "consistency", before, none).expect(2)
            }
            #expect(try await site.accord("audit", "prove", "99999").status == 1)
            #expect(try await site.stop() == 0)
            // Nothing was lost by a kill either.
            try await site.start()
            try await site.kill()
            try await site.start()
            _ = try await site.accord("audit", "verify", "--since", after).expect(0)
            #expect(try await site.stop() == 0)
        }

        @Test("two heads of one size that cannot both be true are evidence")
        func twoHeads() async throws {
            let site = try await Self.practice(3)
            let home = site.folder.path
            #expect(try await site.stop() == 0)
            let older = home + "/older"
            try FileManager.default.copyItem(atPath: site.home, toPath: older)
            var heads: [String] = []
            for name in ["first", "second"] {
                try FileManager.default.removeItem(atPath: site.home)
                try FileManager.default.copyItem(atPath: older, toPath: site.home)
                try await site.start()
                let head = "\(home)/\(name).head"
                heads.append(head)
                _ = try await site.accord("audit", "export", "--format", "head", "-o", head)
                    .expect(0)
                if name == "first" { #expect(try await site.stop() == 0) }
            }
            let sizes = heads.map { TextFile.read($0).split(separator: "\n")[1] }
            #expect(sizes[0] == sizes[1])
            let shown = try await site.run(["audit", "consistency"] + heads).expect(1)
            #expect(shown.output.hasPrefix("evidence seq=\(sizes[0]) check=root\n"))
            _ = try await site.accord("audit", "consistency", heads[1], heads[1]).expect(0)
            #expect(try await site.stop() == 0)
        }

        @Test("a table and AuditEvents hold every entry, in a signed list of files")
        func tables() async throws {
            let site = try await Self.practice(600)
            let home = site.folder.path
            for form in ["csv", "ndjson"] {
                let folder = home + "/" + form
                let told = try await site.accord(
                    "audit", "export", "--format", form, "-o", folder
                ).expect(0)
                #expect(told.output.hasPrefix("5 files"))
                let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                #expect(names == ["checkpoint", "entries.\(form)", "export", "files", "keys"])
                let head = TextFile.read(folder + "/checkpoint").split(separator: "\n")
                let size = try #require(Int(head[1]))
                let lines = TextFile.read(folder + "/entries.\(form)").split(
                    whereSeparator: \.isNewline)
                #expect(lines.count == size + (form == "csv" ? 1 : 0))
                #expect(lines.last?.contains(form == "csv" ? ",export,success," : "110106") == true)
                let checked = try await SecondVerifier(folder: site.folder)
                    .run("verify_audit_table.py", folder, "--keys", folder + "/keys")
                #expect(checked.status == 0 && checked.line == "intact entries=\(size) minimum=0")
                // What is not on the list is not what the site signed.
                let other = folder + "/entries." + (form == "csv" ? "ndjson" : "csv")
                try Data().write(to: URL(filePath: other))
                let more = try await SecondVerifier(folder: site.folder)
                    .run("verify_audit_table.py", folder, "--keys", folder + "/keys")
                #expect(more.status == 1 && more.line.hasPrefix("evidence "))
                try FileManager.default.removeItem(atPath: other)
                try FileManager.default.removeItem(atPath: folder + "/keys")
            }
            #expect(try await site.stop() == 0)
        }

        @Test("what a command shows or changes is in the log, by the kind that is its own")
        func eachCommand() async throws {
            let site = try await Self.practice(3)
            let home = site.folder.path
            let store = try StoreFile(of: site)
            #expect(try await store.audit("write").count == 3)
            let patient = try #require(try await site.find("Sample1").first?.id)
            let commands: [([String], String)] = [
                (["patient", "find", "Sample1"], "search"),
                (["patient", "find", "Nobody"], "search"),
                (["patient", "show", patient], "read"), (["patient", "timeline", patient], "read"),
                (["audit", "tail"], "search"),
                (["audit", "search", "access", "--patient", patient], "search"),
                (["audit", "search", "unrelated"], "search"),
                (["audit", "search", "conflicts"], "search"),
                (["audit", "search", "unusual"], "search"),
                (["audit", "accounting", "--patient", patient], "read"),
                (["audit", "verify"], "review"),
                (["audit", "prove", "0", "-o", home + "/proof"], "export"),
                (["audit", "export", "-o", home + "/log"], "export"),
            ]
            for (words, kind) in commands {
                let before = try await store.audit(kind).count
                _ = try await site.run(words).expect(0)
                #expect(try await store.audit(kind).count == before + 1, "\(words)")
            }
            let nobody = "00000000-0000-4000-8000-000000000000"
            let file = try site.folder.write("{", to: "broken.json")
            let refused: [([String], String, Int32)] = [
                (["patient", "show", nobody], "read", 1),
                (["share", "explain", "hospital", nobody], "read", 1),
                (["share", "withdraw", "hospital", "--reason", "none"], "withhold", 1),
                (["peer", "pause", "hospital"], "peer", 1), (["clock", "confirm"], "clock", 1),
                (["import", file], "write", 1),
            ]
            for (words, kind, status) in refused {
                let before = try await store.audit(kind).count
                #expect(try await site.run(words).status == status, "\(words)")
                let entries = try await store.audit(kind)
                #expect(entries.count == before + 1, "\(words)")
                #expect(entries.last?.outcome == "refused", "\(words)")
            }
            #expect(try await store.audit("config").count == 1)
            #expect(try await site.stop() == 0)
        }

        @Test("a flipped byte, a deleted row and a cut tail are found by all, with one verdict")
        func tampered() async throws {
            let site = try await Self.practice()
            let home = site.folder.path
            let head = home + "/before.head"
            _ = try await site.accord("audit", "export", "--format", "head", "-o", head).expect(0)
            #expect(try await site.stop() == 0)
            try FileManager.default.copyItem(atPath: site.home, toPath: home + "/untouched")
            let cases = [
                (
                    "UPDATE audit SET entry = CAST(replace(CAST(entry AS TEXT), 'write', 'read')"
                        + " AS BLOB) WHERE seq = 100", "evidence seq=100 check=leaf"
                ),
                ("DELETE FROM audit WHERE seq = 101", "evidence seq=101 check=seq"),
                ("DELETE FROM audit WHERE seq >= 260", "evidence seq=256 check=tile"),
            ]
            for (number, (change, expected)) in cases.enumerated() {
                try await StoreFile(of: site).change(change)
                try await site.start()
                let own = try await site.accord("audit", "verify").expect(1)
                #expect(own.output.split(separator: "\n").first == expected[...])
                #expect(try await site.status().alarms.map(\.code).contains("audit-log"))
                try await Self.expectToldOfDamage(site, table: number == 1)
                let bundle = home + "/bundle-\(number)"
                _ = try await site.accord("audit", "export", "-o", bundle).expect(0)
                for verdict in try await Self.verdicts(on: bundle, of: site) {
                    #expect(verdict == .init(status: 1, line: expected))
                }
                #expect(try await site.stop() == 0)
                try FileManager.default.removeItem(atPath: site.home)
                try FileManager.default.copyItem(atPath: home + "/untouched", toPath: site.home)
            }
        }

        /// An accounting says that the log is damaged, and a table that lacks a row is not believed.
        private static func expectToldOfDamage(_ site: Site, table: Bool) async throws {
            let nobody = "00000000-0000-4000-8000-000000000000"
            let words = ["audit", "accounting", "--patient", nobody]
            let told = try await site.run(words).expect(0).output
            #expect(told.contains("The log lacks rows") && told.contains("check the id"))
            _ = try await site.run(words + ["--from", "2199-01-01"]).expect(1)
            guard table else { return }
            let folder = site.folder.path + "/table"
            _ = try await site.run(["audit", "export", "--format", "csv", "-o", folder]).expect(
                0)
            let checked = try await SecondVerifier(folder: site.folder)
                .run("verify_audit_table.py", folder)
            #expect(checked == .init(status: 1, line: "evidence seq=101 check=seq"))
        }

        @Test("a row behind the end, and heads that are gone, are found in a look and by the alarm")
        func addedAndGone() async throws {
            let site = try await Self.practice(3)
            #expect(try await site.stop() == 0)
            let untouched = site.folder.path + "/untouched"
            try FileManager.default.copyItem(atPath: site.home, toPath: untouched)
            try await StoreFile(of: site).change(
                """
                INSERT INTO audit (seq, leaf, entry)
                  SELECT max(seq) + 6, zeroblob(32), CAST('{}' AS BLOB) FROM audit
                """)
            try await site.start()
            let shown = try await site.accord("audit", "tail").expect(0)
            #expect(shown.output.contains("unreadable"))
            let own = try await site.accord("audit", "verify").expect(1)
            #expect(own.output.contains("check=seq\n"))
            #expect(own.output.contains("Keep a copy of the database"))
            #expect(try await site.stop() == 0)
            try FileManager.default.removeItem(atPath: site.home)
            try FileManager.default.copyItem(atPath: untouched, toPath: site.home)
            try await StoreFile(of: site).change("DELETE FROM audit_head")
            try await site.start()
            #expect(try await site.status().alarms.map(\.code).contains("audit-log"))
            _ = try await site.accord("audit", "verify").expect(1)
            #expect(try await site.stop() == 0)
        }

        @Test("another log's head in the file outside raises an alarm, and is left there")
        func anothersHead() async throws {
            let site = try await Self.practice(3)
            #expect(try await site.stop() == 0)
            let other = try await Self.practice(1)
            let file = site.folder.path + "/\(site.label)/high-water/audit-head"
            try FileManager.default.removeItem(atPath: file)
            _ = try await other.accord("audit", "export", "--format", "head", "-o", file).expect(0)
            #expect(try await other.stop() == 0)
            let content = TextFile.read(file)
            try await site.start()
            #expect(try await site.status().alarms.map(\.code) == ["audit-head"])
            #expect(try await site.stop() == 0)
            #expect(TextFile.read(file) == content)
        }

        @Test("a head that only an auditor brings is evidence, and leaves the log as it is")
        func broughtAlone() async throws {
            let site = try await Self.practice(3)
            #expect(try await site.stop() == 0)
            let untouched = site.folder.path + "/untouched"
            let head = site.folder.path + "/late.head"
            try FileManager.default.copyItem(atPath: site.home, toPath: untouched)
            try await site.start()
            for _ in 0..<9 { _ = try await site.accord("audit", "tail").expect(0) }
            _ = try await site.accord("audit", "export", "--format", "head", "-o", head).expect(0)
            #expect(try await site.stop() == 0)
            try FileManager.default.removeItem(atPath: site.home)
            try FileManager.default.copyItem(atPath: untouched, toPath: site.home)
            try await site.start()
            let own = try await site.accord("audit", "verify", "--since", head).expect(1)
            #expect(own.output.contains("check=size\n"))
            #expect(try await !site.status().alarms.map(\.code).contains("audit-log"))
            #expect(try await site.stop() == 0)
        }

        @Test("a log that was cut with its heads is found out by heads outside the store")
        func cutWithHeads() async throws {
            let site = try await Self.practice(20)
            let home = site.folder.path
            let head = home + "/before.head"
            _ = try await site.accord("audit", "export", "--format", "head", "-o", head).expect(0)
            #expect(try await site.stop() == 0)
            try await StoreFile(of: site).change(
                """
                DELETE FROM audit WHERE seq >= 1;
                DELETE FROM audit_head WHERE size > 1;
                """)
            try await site.start()
            #expect(try await site.status().alarms.map(\.code).contains("audit-log"))
            let own = try await site.accord("audit", "verify").expect(1)
            #expect(own.output.hasPrefix("evidence seq=1 check=size\n"))
            let bundle = home + "/bundle"
            _ = try await site.accord("audit", "export", "-o", bundle).expect(0)
            for verdict in try await Self.verdicts(on: bundle, of: site, head: head) {
                #expect(verdict == .init(status: 1, line: "evidence seq=1 check=size"))
            }
            // By itself the bundle agrees: that is why auditors keep heads.
            for verdict in try await Self.verdicts(on: bundle, of: site) {
                #expect(verdict.status == 0)
            }
            #expect(try await site.stop() == 0)
        }
    }
}
