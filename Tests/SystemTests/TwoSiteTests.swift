import Foundation
import Testing

extension Daemons {
    @Suite("Sites in step")
    struct TwoSiteTests {
        @Test("a peer without a grant sees nothing; with one it sees everything")
        func grant() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.link(in: folder)
            let samples = try await SampleFiles.written(seed: 21, patients: 3, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.waitForContact()
            #expect(try await link.second.status().held == [0, 0, 0, 0, 0])

            try await link.grant()
            try await link.second.waitUntilHolding(resources)
            try await link.first.waitUntilHolding(resources)
            let identifiers = try samples.patients.map(SampleFiles.identifier)
            let here = try await Holdings.read(identifiers, at: link.first)
            let there = try await Holdings.read(identifiers, at: link.second)
            Holdings.expectEqual(here, there)
            #expect(there.patients.values.contains { !$0.plans.isEmpty })
            #expect(here.resources > 0)
            for identifier in identifiers {
                let patient = try await link.second.patient(identifier)
                #expect(!patient.isOwn)
                #expect(patient.homeSite == link.first.label)
            }
        }

        @Test("what comes after the grant arrives too, from both sides")
        func later() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.link(in: folder)
            try await link.grant()
            _ = try await link.second.accord("share", "grant", link.first.label).expect(0)
            let ours = try await SampleFiles.written(seed: 22, patients: 2, to: folder, "a")
            let theirs = try await SampleFiles.written(
                seed: 23, patients: 2, from: 50, to: folder, "b")
            let resources =
                try await link.first.takeIn(ours.all).resources
                + (try await link.second.takeIn(theirs.all).resources)
            try await link.first.waitUntilHolding(resources)
            try await link.second.waitUntilHolding(resources)
            let identifiers = try (ours.patients + theirs.patients).map(SampleFiles.identifier)
            Holdings.expectEqual(
                try await Holdings.read(identifiers, at: link.first),
                try await Holdings.read(identifiers, at: link.second))
        }

        @Test("a third site, enrolled by both and granted nothing, sees nothing")
        func thirdSite() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.link(in: folder)
            let third = try await Site.started("nursing-home", name: "Nursing Home", in: folder)
            let toFirst = try await SiteLink(third, link.first)
            let toSecond = try await SiteLink(third, link.second)
            try await link.grant()
            let samples = try await SampleFiles.written(seed: 24, patients: 2, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.second.waitUntilHolding(resources)
            try await toFirst.waitForContact()
            try await toSecond.waitForContact()
            #expect(try await third.status().held == [0, 0, 0, 0, 0])
            for file in samples.patients {
                #expect(try await third.find(SampleFiles.identifier(of: file)).isEmpty)
            }
        }

        @Test("one new event is visible at the peer in under a second")
        func oneEvent() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.link(in: folder)
            try await link.grant()
            let samples = try await SampleFiles.written(seed: 25, patients: 1, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.second.waitUntilHolding(resources)
            let id = try await link.first.patient(SampleFiles.identifier(of: samples.patients[0]))
                .id
            var times: [Duration] = []
            for value in 1...5 {
                let observation = NewObservation(patient: id, value: value)
                let file = try folder.write(observation.line, to: "in/\(value).ndjson")
                let start = ContinuousClock.now
                _ = try await link.first.takeIn([file])
                try await Deadline.wait(
                    for: "the event is visible", within: .seconds(5), every: .milliseconds(5)
                ) {
                    try await link.second.timeline(of: id).contains {
                        $0.display == observation.title
                    }
                }
                times.append(ContinuousClock.now - start)
            }
            print("one event, from before the import command to its sight at the peer: \(times)")
            #expect(times.allSatisfy { $0 < .seconds(1) }, "\(times)")
        }

        /// Two running sites, enrolled with each other.
        private static func link(in folder: TemporaryFolder) async throws -> SiteLink {
            let practice = try await Site.started("practice", name: "Example Practice", in: folder)
            let hospital = try await Site.started("hospital", name: "General Hospital", in: folder)
            return try await SiteLink(practice, hospital)
        }
    }
}
