import Foundation
import TestSupport
import Testing

extension Daemons {
    @Suite("Withdrawals")
    struct WithdrawalTests {
        @Test("once the command has returned nothing is disclosed, whatever was in flight")
        func inFlight() async throws {
            let seed = Surrounding.seed
            print("seed \(seed)")
            var moments = SeededGenerator(seed: seed)
            let rounds = 24
            let network = try await Self.pair()
            let (one, two) = (network["one"], network["two"])
            try await one.grant(to: two)
            let samples = try await SampleFiles.written(
                seed: 301, patients: rounds, to: network.folder, "in")
            let resources = try await one.takeIn(samples.all).resources
            try await network.expectConverged(on: resources)
            network.line("one", "two").slow(to: 400_000)
            var patients: [String] = []
            for (round, file) in samples.patients.enumerated() {
                let patient = try await one.patient(SampleFiles.identifier(of: file)).id
                patients.append(patient)
                let disclosed = try await Self.disclosures(at: one)
                let writing = try one.launch([
                    "import", try one.measurements(0..<150, of: patient),
                ])
                if round.isMultiple(of: 2) {
                    // A random moment, not a wait for anything.
                    try await Task.sleep(
                        for: .milliseconds(Int.random(in: 0...200, using: &moments)))
                } else {
                    try await Deadline.wait(for: "some of it leaves", every: .milliseconds(2)) {
                        try await Self.disclosures(at: one) > disclosed
                    }
                }
                try await one.withdraw(from: two, patient: patient)
                _ = try await writing.result().expect(0)
                // What is written after it does not leave either.
                try await one.takeIn(900..<902, of: patient)
            }
            try await Self.waitForAcknowledgements(at: one, count: rounds)
            let late = try await Self.lateDisclosures(at: one)
            #expect(late.found == rounds, "a withdrawal without an entry")
            #expect(late.late.isEmpty, "disclosed after the withdrawal: \(late.late)")
            #expect(late.during > 0, "no disclosure was near a withdrawal: the test saw nothing")
            for patient in patients {
                try await Self.expectSealed(patient, at: two)
            }
            #expect(try await two.status().patients == 0)
            #expect(try await one.status().patients == rounds)
            #expect(try await StoreFile(of: two).holes() == 0)
        }

        @Test("everything withdrawn in the middle of a catch-up: nothing leaves after it")
        func duringCatchUp() async throws {
            let network = try await Self.pair()
            let (one, two) = (network["one"], network["two"])
            let samples = try await SampleFiles.written(
                seed: 302, patients: 40, to: network.folder, "in")
            _ = try await one.takeIn(samples.all)
            network.line("one", "two").slow(to: 200_000)
            try await one.grant(to: two)
            try await Deadline.wait(for: "the catch-up is under way", every: .milliseconds(5)) {
                try await two.status().patients > 2
            }
            try await one.withdraw(from: two)
            let store = try StoreFile(of: one)
            let disclosed = try await store.audit("disclose-out").count
            try await one.takeIn(0..<20, of: Self.anyPatient(of: one))
            try await Self.waitForAcknowledgements(at: one, count: 1)
            #expect(try await store.audit("disclose-out").count == disclosed)
            #expect(try await two.status().patients == 0)
            #expect(try await two.status().resources == 0)
            #expect(try await one.status().patients == 40)
        }

        @Test("who has not acknowledged is listed while it is away, and no longer once it is back")
        func away() async throws {
            let network = try await Self.pair()
            let (one, two) = (network["one"], network["two"])
            try await one.grant(to: two)
            let samples = try await SampleFiles.written(
                seed: 303, patients: 2, to: network.folder, "in")
            let resources = try await one.takeIn(samples.all).resources
            try await network.expectConverged(on: resources)
            #expect(try await two.stop() == 0)
            let patient = try await one.patient(SampleFiles.identifier(of: samples.patients[0])).id
            try await one.withdraw(from: two, patient: patient)
            try await Deadline.wait(for: "the notices are made") {
                try await one.withdrawals().first?.acknowledgements.first?.open ?? 0 > 0
            }
            let open = try #require(try await one.withdrawals().first)
            #expect(open.state != "done")
            #expect(open.acknowledgements.map(\.peer) == ["two"])
            #expect(open.acknowledgements.map(\.acknowledged) == [0])
            #expect(try await one.status().peers.first?.withdrawalsOpen ?? 0 > 0)
            try await two.start()
            try await Self.waitForAcknowledgements(at: one, count: 1)
            let done = try #require(try await one.withdrawals().first?.acknowledgements.first)
            #expect(done.acknowledged == done.notices && done.notices > 0)
            #expect(try await one.status().peers.first?.withdrawalsOpen == 0)
            try await Self.expectSealed(patient, at: two)
            // The other patient stays.
            #expect(try await two.status().patients == 1)
            _ = try await two.patient(SampleFiles.identifier(of: samples.patients[1]))
        }

        @Test("a site that got it by a relay seals too")
        func relay() async throws {
            let network = try await SiteNetwork(
                ["one", "two", "three"], lines: [("one", "two"), ("two", "three")],
                in: TemporaryFolder())
            let (one, two, three) = (network["one"], network["two"], network["three"])
            try await network.grantAll()
            let samples = try await SampleFiles.written(
                seed: 304, patients: 3, to: network.folder, "in")
            let resources = try await one.takeIn(samples.all).resources
            try await network.expectConverged(on: resources)
            let patient = try await one.patient(SampleFiles.identifier(of: samples.patients[0])).id
            // The third site is away while the first withdraws.
            #expect(try await three.stop() == 0)
            try await one.withdraw(from: two, patient: patient)
            try await Self.waitForAcknowledgements(at: one, count: 1)
            try await Self.expectSealed(patient, at: two)
            try await three.start()
            try await Deadline.wait(for: "the third site sealed it") {
                try await three.status().patients == 2
            }
            try await Self.expectSealed(patient, at: three)
            for other in samples.patients.dropFirst() {
                _ = try await three.patient(SampleFiles.identifier(of: other))
            }
            // The author holds all of it.
            #expect(try await one.status().resources == resources)
        }

        @Test("what is granted again after a withdrawal comes back whole")
        func again() async throws {
            let network = try await Self.pair()
            let (one, two) = (network["one"], network["two"])
            try await one.grant(to: two)
            let samples = try await SampleFiles.written(
                seed: 305, patients: 2, to: network.folder, "in")
            let resources = try await one.takeIn(samples.all).resources
            try await network.expectConverged(on: resources)
            try await one.withdraw(from: two)
            try await Self.waitForAcknowledgements(at: one, count: 1)
            #expect(try await two.status().resources == 0)
            let patient = try await one.patient(SampleFiles.identifier(of: samples.patients[0])).id
            try await one.takeIn(0..<3, of: patient)
            try await one.grant(to: two)
            try await network.expectConverged(on: resources + 3)
        }

        private static func pair() async throws -> SiteNetwork {
            try await SiteNetwork(["one", "two"], lines: [("one", "two")], in: TemporaryFolder())
        }

        private static func anyPatient(of site: Site) async throws -> String {
            let name = try await StoreFile(of: site).rows(
                "SELECT lower(hex(patient)) FROM stream WHERE patient IS NOT NULL LIMIT 1")
            return uuid(try #require(name.first))
        }

        /// A UUID as commands take it.
        private static func uuid(_ digits: String) -> String {
            var text = digits
            for offset in [20, 16, 12, 8] {
                text.insert("-", at: text.index(text.startIndex, offsetBy: offset))
            }
            return text
        }

        private static func waitForAcknowledgements(at site: Site, count: Int) async throws {
            try await Deadline.wait(for: "\(count) withdrawals are acknowledged") {
                let withdrawals = try await site.withdrawals()
                return withdrawals.count == count && withdrawals.allSatisfy { $0.state == "done" }
            }
        }

        /// Of the audit log: withdrawals found, disclosures later than the one of their patient,
        /// and disclosures among the forty entries before one.
        private static func lateDisclosures(
            at site: Site
        ) async throws -> (found: Int, late: [Int], during: Int) {
            let entries = try await StoreFile(of: site).audit("disclose-out", "withhold")
            var withdrawn: [String: Int] = [:]
            for entry in entries where entry.kind == "withhold" {
                guard let patient = entry.patient else { continue }
                withdrawn[patient] = entry.seq
            }
            let disclosures = entries.filter { $0.kind == "disclose-out" }
            var late: [Int] = []
            var during = 0
            for entry in disclosures {
                guard let patient = entry.patient, let end = withdrawn[patient] else { continue }
                if entry.seq > end { late.append(entry.seq) }
                if (end - 40..<end).contains(entry.seq) { during += 1 }
            }
            return (withdrawn.count, late, during)
        }

        /// How many disclosures a site has recorded.
        private static func disclosures(at site: Site) async throws -> Int {
            try await StoreFile(of: site).audit("disclose-out").count
        }

        /// Expects nothing of a patient to be shown at a site, and its streams to be sealed.
        private static func expectSealed(
            _ patient: String, at site: Site, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let digits = patient.replacing("-", with: "")
            let open = try await StoreFile(of: site).number(
                """
                SELECT count(*) FROM stream
                WHERE patient = X'\(digits)' AND sealed IS NULL
                  AND EXISTS (SELECT 1 FROM event WHERE event.stream = stream.id)
                """)
            #expect(open == 0, "\(site.label)", sourceLocation: sourceLocation)
            let shown = try await site.run(["patient", "show", patient, "--format", "json"])
            let isEmpty =
                try shown.status == 1 || shown.answer(RecordAnswer.self).resources == 0
            #expect(isEmpty, "\(shown)", sourceLocation: sourceLocation)
        }
    }
}
