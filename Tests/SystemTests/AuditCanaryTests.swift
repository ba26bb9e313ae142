import Foundation
import Testing

extension Daemons {
    /// No word of the record gets into the audit log, what is made of it, or the journal.
    @Suite("Canaries and the audit log")
    struct AuditCanaryTests {
        private static let canary = "Kanarienvogel"

        /// A patient whose every text is marked: plain, escaped and as base64.
        private static let bundle: String = {
            let hidden = Data("note of \(canary)".utf8).base64EncodedString()
            let escaped = canary.unicodeScalars
                .map { "\\u00" + String($0.value, radix: 16) }.joined()
            let resources = [
                #"{"resourceType":"Patient","id":"p-\#(canary)","identifier":[{"system":"urn:x","#
                    + #""value":"\#(canary)-17"}],"name":[{"family":"\#(canary)","given":["A"]}],"#
                    + #""address":[{"text":"\#(canary) Street"}],"birthDate":"1970-01-01"}"#,
                #"{"resourceType":"Observation","id":"o","status":"final","code":{"text":"\#(escaped)"},"#
                    + #""subject":{"reference":"Patient/p-\#(canary)"},"#
                    + #""note":[{"text":"\#(canary)"}],"valueString":"\#(canary)"}"#,
                #"{"resourceType":"DocumentReference","id":"d","status":"current","#
                    + #""subject":{"reference":"Patient/p-\#(canary)"},"content":[{"attachment":"#
                    + #"{"contentType":"text/plain","data":"\#(hidden)","title":"\#(canary)"}}]}"#,
            ].map { #"{"resource":\#($0)}"# }
            return
                #"{"resourceType":"Bundle","type":"collection","entry":[\#(resources.joined(separator: ","))]}"#
        }()

        /// The mark as it may stand in a file, in small letters.
        private static let marks: [Data] = {
            let bytes = Array(canary.lowercased().utf8)
            let wide = bytes.flatMap { [$0, 0] as [UInt8] }
            let hexadecimal = bytes.map { String($0, radix: 16) }.joined()
            // Whatever comes before it, base64 holds one of these.
            let coded = (0..<3).map { offset -> [UInt8] in
                let text = Data((String(repeating: "x", count: offset) + canary).utf8)
                    .base64EncodedString()
                return Array(text.dropFirst(offset == 0 ? 0 : 4).dropLast(4).lowercased().utf8)
            }
            return ([bytes, wide, Array(hexadecimal.utf8)] + coded).map { Data($0) }
        }()

        private static func hits(in data: Data) -> Bool {
            let small = Data(data.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 })
            return marks.contains { small.range(of: $0) != nil }
        }

        /// The files below a folder that hold a mark.
        private static func hits(below folder: String) throws -> [String] {
            let paths = try #require(FileManager.default.enumerator(atPath: folder))
            var hits: [String] = []
            for case let path as String in paths {
                guard let data = FileManager.default.contents(atPath: folder + "/" + path) else {
                    continue
                }
                if Self.hits(in: data) { hits.append(path) }
            }
            return hits
        }

        @Test("no marked word is in tables, tiles, exports, accountings or journals of either site")
        func exchanged() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            _ = try await link.first.accord(
                "share", "grant", link.second.label, "--purpose", "HRESCH"
            ).expect(0)
            let file = try folder.write(Self.bundle, to: "marked.json")
            #expect(Self.hits(in: Data(Self.bundle.utf8)))
            let resources = try await link.first.takeIn([file]).resources
            try await link.second.waitUntilHolding(resources)
            let refused = try folder.write(
                #"{"resourceType":"Observation","id":"\#(Self.canary)","subject":"#
                    + #"{"reference":"Patient/\#(Self.canary)-nobody"}}"#, to: "refused.json")
            #expect(try await link.first.run(["import", refused]).status == 1)
            let patient = try #require(try await link.first.find(Self.canary).first?.id)
            for site in [link.first, link.second] {
                _ = try await site.timeline(of: patient)
                #expect(try await site.run(["patient", "show", Self.canary]).status != 0)
            }
            let page = try await link.first.accord("audit", "accounting", "--patient", patient)
                .expect(0)
            #expect(page.output.contains("HRESCH, research"))
            #expect(page.output.contains("hospital"))
            try await Self.suspend("hospital", at: link.first, patient)
            for site in [link.first, link.second] { try await Self.search(site, patient) }
            try await link.stop()
            for site in [link.first, link.second] {
                #expect(!Self.hits(in: Data(site.log.utf8)))
                let sessions = try await StoreFile(of: site).audit("session")
                #expect(!sessions.isEmpty)
                #expect(sessions.contains { $0.data?.events ?? 0 > 0 })
            }
        }

        @Test("a stranger at the door is counted, and who was turned away says so once")
        func stranger() async throws {
            let folder = try TemporaryFolder()
            let practice = try await Site.started("practice", name: "Practice", in: folder)
            let stranger = try await Site.started("stranger", name: "Stranger", in: folder)
            try await stranger.add(practice, at: "127.0.0.1:\(practice.port)")
            try await Deadline.wait(for: "the stranger is turned away") {
                try await stranger.status().peers.allSatisfy { $0.state == "refused" }
            }
            try await Task.sleep(for: .seconds(2))
            #expect(try await practice.stop() == 0)
            #expect(try await stranger.stop() == 0)
            let refused = try await StoreFile(of: practice).audit("refuse")
            #expect(refused.count == 1)
            #expect(refused.first?.outcome == "refused" && refused.first?.reason == "not enrolled")
            let sessions = try await StoreFile(of: stranger).audit("session")
            #expect(sessions.count { $0.reason == "the peer answered HTTP 403" } == 1)
            #expect(sessions.allSatisfy { $0.outcome == "failed" })
        }

        /// What went to a suspended agency is told to nobody but whoever asks for it by name.
        private static func suspend(
            _ agency: String, at site: Site, _ patient: String
        ) async throws {
            let ask = ["audit", "accounting", "--patient", patient]
            let suspend = ["audit", "accounting", "--suspend", agency, "--until"]
            _ = try await site.run(suspend + ["2099-12-31", "--reason", "letter 7"]).expect(0)
            let silent = try await site.run(ask).expect(0)
            #expect(!silent.output.contains(agency) && !silent.output.contains("HRESCH"))
            let whole = try await site.run(ask + ["--include-suspended"]).expect(0)
            #expect(whole.output.contains("HRESCH") && whole.output.contains("Not for the patient"))
            _ = try await site.run(suspend + ["2020-01-01"]).expect(0)
            let again = try await site.run(ask).expect(0)
            #expect(again.output.contains(agency) && !again.output.contains("Not for the patient"))
            #expect(try await site.run(suspend + ["2020-01-01"]).status == 1)
            #expect(try await StoreFile(of: site).audit("hold").count == 3)
        }

        private static func search(_ site: Site, _ patient: String) async throws {
            let exports = site.folder.path + "/exports-\(site.label)"
            try FileManager.default.createDirectory(
                atPath: exports, withIntermediateDirectories: true)
            for form in ["bundle", "csv", "ndjson"] {
                _ = try await site.accord(
                    "audit", "export", "--format", form, "-o", exports + "/" + form
                ).expect(0)
            }
            for form in ["table", "csv", "json", "html"] {
                _ = try await site.accord(
                    "audit", "accounting", "--patient", patient, "--all", "--each", "--format",
                    form, "-o", exports + "/accounting." + form
                ).expect(0)
            }
            let head = exports + "/head"
            _ = try await site.accord("audit", "export", "--format", "head", "-o", head).expect(0)
            #expect(try Self.hits(below: exports) == [], "\(site.label)")
            for table in ["audit", "audit_tile", "audit_head"] {
                let dump = try await StoreFile(of: site).rows(".dump \(table)")
                let text = Data(dump.joined(separator: "\n").utf8)
                #expect(text.count > 100 || table != "audit")
                #expect(!Self.hits(in: text), "\(site.label), \(table)")
                let rows = try await StoreFile(of: site).rows(
                    "SELECT CAST(\(table == "audit" ? "entry" : "rowid") AS TEXT) FROM \(table)")
                #expect(!Self.hits(in: Data(rows.joined(separator: "\n").utf8)))
            }
        }
    }
}
