import Foundation
import Testing

extension Daemons {
    @Suite("Conflicts between sites")
    struct ConflictTests {
        /// What a test reads of `accord conflict list`.
        struct Item: Decodable, Equatable {
            let id: String
            let conflictClass: String
            let kind: String
            let element: String
            let sites: [String]
        }

        /// What a test reads of `accord conflict show`.
        struct Detail: Decodable {
            struct Value: Decodable {
                struct Author: Decodable { let site: String }
                let text: String
                let authors: [Author]
            }

            struct Choice: Decodable {
                let id: String
                let text: String?
            }

            let item: Item
            let values: [Value]
            let choices: [Choice]
        }

        @Test("a stop at one site and a changed dose at the other meet, under one name at both")
        func stopAgainstDose() async throws {
            let (network, patient, before) = try await OperatorTests.running(seed: 611)
            let (one, two) = (network["one"], network["two"])
            let id = UUID().uuidString.lowercased()
            try await take(Self.medicine(id, of: patient, dose: "5 mg", "active"), at: one, network)
            try await network.expectConverged(on: before + 1)
            #expect(try await list(one).isEmpty)

            network.line("one", "two").cut()
            try await take(
                Self.medicine(id, of: patient, dose: "5 mg", "stopped"), at: one, network)
            try await take(Self.medicine(id, of: patient, dose: "9 mg", "active"), at: two, network)
            try network.line("one", "two").heal()
            try await Deadline.wait(for: "both sites name the same conflicts") {
                let (here, there) = (try await list(one), try await list(two))
                // Each lists first what it has known of for longest.
                return here.count == 2 && Set(here.map(\.id)) == Set(there.map(\.id))
            }
            let found = try await list(two)
            #expect(found.map(\.conflictClass) == ["U", "U"])
            #expect(Set(found.map(\.kind)) == ["disputed-stop", "siblings"])
            #expect(found.allSatisfy { $0.sites == ["Example two", "one"] })
            let stop = try #require(found.first { $0.kind == "disputed-stop" })
            let detail = try await two.ask(Detail.self, "conflict", "show", stop.id)
            #expect(
                detail.values.map(\.text) == [#"{"status":"stopped"}"#, #"{"status":"active"}"#])
            #expect(detail.values.map { $0.authors.map(\.site) } == [["one"], ["Example two"]])

            // The prescriber at one site decides both; the other site hears of it.
            #expect(detail.choices.map(\.text) == detail.values.map(\.text))
            let who = ["--by", "dr-1", "--role", "prescriber", "--reason", "by telephone"]
            let refused = try await one.run(
                ["conflict", "resolve", stop.id, "--choose", "1", "--by", "u", "--role", "clerk"]
                    + ["--reason", "r"])
            #expect(refused.status == 2)
            #expect(refused.errors.contains("pharmacist, prescriber"), "\(refused)")
            for conflict in found {
                let shown = try await one.ask(Detail.self, "conflict", "show", conflict.id)
                let done = try await one.run(
                    ["conflict", "resolve", conflict.id, "--choose", shown.choices[0].id] + who)
                #expect(done.status == 0, "\(done)")
            }
            for site in [one, two] {
                try await Deadline.wait(for: "nothing is open any more") {
                    try await list(site).isEmpty
                }
            }
            let answers = try await one.accord("audit", "search", "conflicts")
            #expect(answers.text.contains("decided by dr-1 (prescriber)"), "\(answers)")
            let gone = try await two.accord("conflict", "show", stop.id)
            #expect(gone.status == 1)
            #expect(gone.errors.contains("No open conflict has this id"))
        }

        private func list(_ site: Site) async throws -> [Item] {
            try await site.ask([Item].self, "conflict", "list")
        }

        private func take(_ resource: String, at site: Site, _ network: SiteNetwork) async throws {
            let file = try network.folder.write(
                resource, to: "\(site.label)-\(UUID().uuidString).json")
            _ = try await site.takeIn([file])
        }

        private static func medicine(
            _ id: String, of patient: String, dose: String, _ status: String
        ) -> String {
            #"{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"#
                + #""resourceType":"MedicationRequest","id":"\#(id)","status":"\#(status)","#
                + #""intent":"order","subject":{"reference":"Patient/\#(patient)"},"#
                + #""medicationCodeableConcept":{"text":"Synthetic medication"},"#
                + #""dosageInstruction":[{"text":"\#(dose)"}]},"#
                + #""request":{"method":"PUT","url":"MedicationRequest/\#(id)"}}]}"#
        }
    }
}
