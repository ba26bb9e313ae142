import Foundation
import Testing

extension Daemons {
    @Suite("Versions of a care plan")
    struct PlanVersionTests {
        /// What a test reads of an author.
        struct Author: Decodable, Equatable {
            let site: String
            let role: String
            let practitioner: String
            let recordedMilliseconds: Int64
        }

        /// What a test reads of `accord plan history`.
        struct History: Decodable {
            let id: String
            let total: Int
            let versions: [Version]
        }

        struct Version: Decodable {
            struct Part: Decodable {
                let element: String
                let isDisputed: Bool
            }

            let number: Int
            let kind: String
            let isDisputed: Bool
            let authors: [Author]
            let changedParts: [Part]
        }

        /// What a test reads of `accord plan diff`.
        struct Difference: Decodable {
            struct Part: Decodable {
                let element: String
                let before: Side?
                let after: Side?
            }

            struct Side: Decodable {
                struct Value: Decodable {
                    let text: String
                    let authors: [Author]
                }

                let conflictClass: String?
                let values: [Value]
            }

            let from: Version
            let to: Version
            let parts: [Part]
        }

        @Test("two sites edit one plan, and both name both authors and what differs")
        func twoSites() async throws {
            let (network, patient, before) = try await OperatorTests.running(seed: 612)
            let (one, two) = (network["one"], network["two"])
            let id = UUID().uuidString.lowercased()
            try await take(Self.plan(id, of: patient, "Walk"), at: one, network)
            try await network.expectConverged(on: before + 1)
            network.line("one", "two").cut()
            try await take(Self.plan(id, of: patient, "Swim"), at: one, network)
            try await take(Self.plan(id, of: patient, "Rest"), at: two, network)
            try network.line("one", "two").heal()
            try await Deadline.wait(for: "both sites have all versions") {
                let (here, there) = (try await history(id, at: one), try await history(id, at: two))
                return here.total == 3 && there.total == 3
            }
            for site in [one, two] {
                let found = try await history(id, at: site)
                #expect(found.id == id)
                #expect(found.versions.map(\.number) == [3, 2, 1])
                #expect(found.versions.map(\.kind) == ["changed", "changed", "created"])
                // A source replaces what it wrote itself, so at the other site two values met at once.
                let isDisputed = site.label == "two"
                #expect(found.versions.map(\.isDisputed) == [true, isDisputed, false])
                #expect(
                    found.versions[0].changedParts.map(\.element) == ["CarePlan.activity body"])
                #expect(found.versions[0].changedParts.map(\.isDisputed) == [true])
                let authors = found.versions.flatMap(\.authors)
                #expect(Set(authors.map(\.site)).count == 2)
                #expect(authors.allSatisfy { !$0.role.isEmpty && $0.recordedMilliseconds > 0 })
                try await expectDifference(of: id, at: site, before: isDisputed ? 2 : 1)
            }
            try await expectEndings(of: id, at: one)
        }

        private func expectDifference(
            of id: String, at site: Site, before count: Int
        ) async throws {
            let shown = try await site.ask(Difference.self, "plan", "diff", id)
            #expect(shown.from.number == 2 && shown.to.number == 3)
            let body = try #require(shown.parts.first)
            #expect(shown.parts.map(\.element) == ["CarePlan.activity body"])
            #expect(body.before?.values.count == count)
            let after = body.after?.values ?? []
            #expect(body.after?.conflictClass == "H")
            #expect(Set(after.flatMap { $0.authors.map(\.site) }).count == 2)
            let texts = after.map(\.text).joined()
            #expect(texts.contains("Swim") && texts.contains("Rest"))
            let text = try await site.accord("plan", "diff", id, "1", "3").expect(0).output
            #expect(text.contains("Walk") && text.contains("DISPUTED"))
        }

        /// Each look is in the audit log once, also one that finds no such version.
        private func expectEndings(of id: String, at site: Site) async throws {
            let store = try StoreFile(of: site)
            let asked: [([String], Int32, String)] = [
                (["history", id, "--limit", "1"], 0, "Not listed: 2 older versions"),
                (["diff", id], 0, "BEFORE (2)"), (["diff", id, "1", "9"], 1, "versions 1 to 3"),
            ]
            for (words, status, said) in asked {
                let before = try await store.audit("read").count
                let result = try await site.run(["plan"] + words)
                #expect(result.status == status, "\(result)")
                #expect((result.output + result.errors).contains(said), "\(result)")
                let entries = try await store.audit("read")
                #expect(entries.count == before + 1, "\(words)")
                #expect(entries.last?.outcome == (status == 0 ? "success" : "refused"))
            }
        }

        private func history(_ id: String, at site: Site) async throws -> History {
            try await site.ask(History.self, "plan", "history", id)
        }

        private func take(_ resource: String, at site: Site, _ network: SiteNetwork) async throws {
            let file = try network.folder.write(
                resource, to: "\(site.label)-\(UUID().uuidString).json")
            _ = try await site.takeIn([file])
        }

        private static func plan(_ id: String, of patient: String, _ activity: String) -> String {
            #"{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"#
                + #""resourceType":"CarePlan","id":"\#(id)","status":"active","intent":"plan","#
                + #""subject":{"reference":"Patient/\#(patient)"},"activity":[{"#
                + #""id":"0a0a0a0a-0000-4000-8000-000000000001","detail":{"#
                + #""status":"in-progress","description":"\#(activity)"}}]},"#
                + #""request":{"method":"PUT","url":"CarePlan/\#(id)"}}]}"#
        }
    }
}
