import Foundation
import Testing

extension Daemons {
    @Suite("What operators can ask")
    struct QuestionTests {
        @Test("share explain gives each reason its own code")
        func explain() async throws {
            let (network, patient, before) = try await OperatorTests.running(seed: 421)
            let (one, two) = (network["one"], network["two"])
            let third = try await Site.started("three", name: "Nursing Home", in: network.folder)
            _ = try await SiteLink(third, one)
            try await one.takeIn(0..<1, of: patient)
            try await network.expectConverged(on: before + 1)
            let there = try await one.explain(patient, to: two)
            #expect(there.code() == "shared")
            let general = try #require(there.compartments.first { $0.compartment == "general" })
            #expect(general.isShared && general.events > 0)
            #expect(general.events == general.acknowledgedEvents)
            #expect(there.code("mental-health") == "not-held")

            #expect(try await one.explain(patient, to: third).code() == "no-agreement")
            let other = "01234567-89ab-4def-8123-456789abcdef"
            try await one.grant(
                to: third, who: "list", compartments: "social-care", "--patient", other)
            #expect(try await one.explain(patient, to: third).code() == "other-compartment")
            try await one.grant(
                to: third, who: "list", compartments: "general", "--patient", other)
            #expect(try await one.explain(patient, to: third).code() == "not-listed")
            try await one.grant(to: third, who: "on-request")
            #expect(try await one.explain(patient, to: third).code() == "not-asked")
            try await one.grant(
                to: third, who: "relationship", compartments: "general", "--organisation",
                NewEncounter.organisation)
            #expect(try await one.explain(patient, to: third).code() == "no-relationship")
            let ending = NewEncounter(patient: patient, value: 1, leftSeconds: 3)
            _ = try await one.takeIn([network.folder.write(ending.line, to: "ending.ndjson")])
            #expect(try await one.explain(patient, to: third).code() == "shared")
            try await Deadline.wait(for: "the relationship has ended") {
                try await one.explain(patient, to: third).code() == "relationship-ended"
            }
            try await one.withdraw(from: two, patient: patient)
            #expect(try await one.explain(patient, to: two).code() == "withdrawn")
            try await Deadline.wait(for: "the receiver obeyed") {
                try await one.withdrawals().allSatisfy { $0.state == "done" }
            }
            #expect(try await two.explain(patient, to: one).code() == "withdrawn-here")
        }

        @Test("an event with a bad signature is set aside, listed, tried again and closed")
        func quarantine() async throws {
            let (network, patient, before) = try await OperatorTests.running(seed: 422)
            let (one, two) = (network["one"], network["two"])
            network.line("one", "two").cut()
            try await one.takeIn(0..<1, of: patient)
            #expect(try await one.stop() == 0)
            try await StoreFile(of: one).change(
                """
                UPDATE event SET signature = zeroblob(64)
                WHERE seq = (SELECT max(seq) FROM event)
                """)
            try await one.start()
            try network.line("one", "two").heal()
            try await Deadline.wait(for: "the event is set aside") {
                try await two.status().quarantine == 1
            }
            let items = try await two.ask([QuarantineAnswer].self, "quarantine", "list")
            let item = try #require(items.first)
            #expect(item.peer == "one" && item.bytes > 0 && item.closedMilliseconds == nil)
            let number = String(item.item)
            let shown = try await two.accord("quarantine", "show", number).expect(0).output
            #expect(!shown.contains("Synthetic"))
            _ = try await two.accord("quarantine", "retry", number)
            #expect(try await two.status().quarantine == 1)
            _ = try await two.accord("quarantine", "close", number, "--reason", "A test.")
                .expect(0)
            #expect(try await two.status().quarantine == 0)
            #expect(try await two.ask([QuarantineAnswer].self, "quarantine", "list").isEmpty)
            #expect(try await two.status().resources == before)
            // The sender is told, and the next events arrive or wait: nothing is lost silently.
            let refusals = try await one.show(two).refusals
            #expect(refusals.contains { $0.direction == "out" && $0.count > 0 })
        }

        @Test("an ask is granted, or answered with nothing, or the peer is away")
        func ask() async throws {
            let network = try await SiteNetwork(
                ["one", "two"], lines: [("one", "two")], in: TemporaryFolder())
            let (one, two) = (network["one"], network["two"])
            let samples = try await SampleFiles.written(
                seed: 423, patients: 2, to: network.folder, "in")
            let resources = try await one.takeIn(samples.all).created
            try await network.line("one", "two").waitForContact()
            let question = { (value: String) in
                ["ask", "one", "--identifier", value, "--requester", "Dr Sample"]
                    + ["--reason", "A test.", "--format", "json"]
            }
            let known = try Self.identifier(of: samples.patients[0])
            // Without an agreement it is the same answer as for a patient who is not held.
            for value in [known, "urn:example:none|1"] {
                let asked = ContinuousClock.now
                let nothing = try await two.run(question(value)).expect(1)
                #expect(try nothing.answer(AskReceiptAnswer.self).outcome == "nothing")
                // How soon it was found out is not told either.
                #expect(ContinuousClock.now - asked >= .milliseconds(500))
            }
            try await one.grant(to: two, who: "on-request")
            let granted = try await two.run(question(known)).expect(0)
                .answer(AskReceiptAnswer.self)
            #expect(granted.outcome == "granted")
            let patient = try #require(granted.patient)
            let there = try await one.record(of: patient).resources
            try await Deadline.wait(for: "the record is there") {
                let shown = try await two.run(["patient", "show", patient, "--format", "json"])
                return try shown.status == 0
                    && shown.answer(RecordAnswer.self).resources == there
            }
            #expect(try await two.status().patients == 1)
            #expect(try await two.status().resources < resources)
            network.line("one", "two").cut()
            let away = try await two.run(question(known))
            #expect(away.status != 0 && away.status != 1, "\(away)")
        }

        /// An identifier with its system.
        private static func identifier(of file: String) throws -> String {
            let text = TextFile.read(file)
            let value = try SampleFiles.identifier(of: file)
            let bundle = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            for entry in bundle?["entry"] as? [[String: Any]] ?? [] {
                let resource = entry["resource"] as? [String: Any]
                let all = resource?["identifier"] as? [[String: Any]] ?? []
                for item in all where item["value"] as? String == value {
                    return "\(item["system"] as? String ?? "")|\(value)"
                }
            }
            throw SampleFiles.NoPatient()
        }
    }
}
