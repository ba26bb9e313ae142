import Foundation
import TestSupport
import Testing

extension Daemons {
    @Suite("Enrolment and links")
    struct LinkTests {
        @Test("a peer with another key than the one named is refused, with what to do")
        func wrongFingerprint() async throws {
            let folder = try TemporaryFolder()
            let practice = try await Site.started("practice", name: "Example Practice", in: folder)
            let hospital = try await Site.started("hospital", name: "General Hospital", in: folder)
            let wrong = try await practice.status().fingerprint
            let result = try await practice.accord(
                "peer", "add", "hospital", "--endpoint", hospital.endpoint, "--fingerprint", wrong
            ).expect(1)
            #expect(result.errors.contains("accord: "))
            #expect(result.errors.contains("fingerprint"))
            #expect(result.output.isEmpty)
            #expect(try await practice.status().peers.isEmpty)
            let cut = String(try await hospital.status().fingerprint.dropLast())
            let typo = try await practice.accord(
                "peer", "add", "hospital", "--endpoint", hospital.endpoint, "--fingerprint", cut
            ).expect(64)
            #expect(typo.errors.contains("not complete"))
        }

        @Test("a peer that nobody answers for is not enrolled")
        func unreachable() async throws {
            let folder = try TemporaryFolder()
            let practice = try await Site.started("practice", name: "Example Practice", in: folder)
            let fingerprint = try await practice.status().fingerprint
            let result = try await practice.accord(
                "peer", "add", "hospital", "--endpoint",
                "127.0.0.1:\(LoopbackSocket.freePort())", "--fingerprint", fingerprint
            ).expect(2)
            #expect(result.errors.contains("accord: "))
            #expect(try await practice.status().peers.isEmpty)
        }

        @Test("a site is not enrolled with itself, nor twice under one name")
        func twice() async throws {
            let folder = try TemporaryFolder()
            let practice = try await Site.started("practice", name: "Example Practice", in: folder)
            let hospital = try await Site.started("hospital", name: "General Hospital", in: folder)
            try await practice.add(hospital, at: hospital.endpoint)
            let fingerprint = try await hospital.status().fingerprint
            let again = try await practice.accord(
                "peer", "add", "hospital", "--endpoint", hospital.endpoint, "--fingerprint",
                fingerprint)
            #expect(again.status == 1, "\(again)")
            let own = try await practice.status().fingerprint
            let itself = try await practice.accord(
                "peer", "add", "me", "--endpoint", practice.endpoint, "--fingerprint", own)
            #expect(itself.status == 1, "\(itself)")
            #expect(try await practice.status().peers.count == 1)
        }

        @Test("a grant to a peer that is not enrolled is refused")
        func grantToNobody() async throws {
            let site = try await Site.started(
                "practice", name: "Example Practice", in: TemporaryFolder())
            let result = try await site.accord("share", "grant", "nobody").expect(1)
            #expect(result.errors.contains("accord: "))
        }

        @Test("after a cut link heals, what was imported meanwhile arrives")
        func cut() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.link(in: folder)
            let samples = try await SampleFiles.written(seed: 31, patients: 4, to: folder, "in")
            try await link.grant()
            let early = try await link.first.takeIn(Array(samples.all.prefix(2))).resources
            try await link.second.waitUntilHolding(early)
            link.cut()
            let late = try await link.first.takeIn(Array(samples.all.dropFirst(2))).resources
            let behind = try await link.first.status()
            #expect(behind.peers.first?.queued.events ?? 0 > 0)
            #expect(try await link.second.status().resources == early)
            try link.heal()
            let took = try await link.second.waitUntilHolding(early + late)
            print("in step \(took) after the link healed")
            try await link.first.waitUntilHolding(early + late)
            let identifiers = try samples.patients.map(SampleFiles.identifier)
            Holdings.expectEqual(
                try await Holdings.read(identifiers, at: link.first),
                try await Holdings.read(identifiers, at: link.second))
        }

        @Test("cuts in the middle of a catch-up only delay it", arguments: [1, 2])
        func cuts(seed: Int) async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.link(in: folder)
            let samples = try await SampleFiles.written(
                seed: 32 + seed, patients: 20, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            var moments = SeededGenerator(seed: UInt64(seed))
            try await link.grant()
            for _ in 0..<5 {
                // A random moment, not a wait for anything.
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...150, using: &moments)))
                link.cut()
                try link.heal()
            }
            try await link.second.waitUntilHolding(resources)
            try await link.first.waitUntilHolding(resources)
        }

        @Test("a site that only dials out gets and gives everything by its own requests")
        func dialsOut() async throws {
            let folder = try TemporaryFolder()
            let link = try await Self.link(in: folder)
            link.cutDialsOfFirst()
            try await link.grant()
            _ = try await link.second.accord("share", "grant", link.first.label).expect(0)
            let ours = try await SampleFiles.written(seed: 36, patients: 3, to: folder, "a")
            let theirs = try await SampleFiles.written(
                seed: 37, patients: 2, from: 70, to: folder, "b")
            let resources =
                try await link.first.takeIn(ours.all).resources
                + (try await link.second.takeIn(theirs.all).resources)
            try await link.second.waitUntilHolding(resources)
            try await link.first.waitUntilHolding(resources)

            let id = try await link.first.patient(SampleFiles.identifier(of: ours.patients[0])).id
            let observation = NewObservation(patient: id, value: 7)
            let file = try folder.write(observation.line, to: "in/one.ndjson")
            let start = ContinuousClock.now
            _ = try await link.first.takeIn([file])
            try await Deadline.wait(for: "the event is visible", every: .milliseconds(5)) {
                try await link.second.timeline(of: id).contains { $0.display == observation.title }
            }
            let took = ContinuousClock.now - start
            print("one event to a site that only dials out: \(took)")
            #expect(took < .seconds(1))
        }

        @Test("a peer that only dials in counts as connected")
        func dialsInState() async throws {
            let link = try await Self.link(in: TemporaryFolder())
            try await link.waitForContact()
            link.cutDialsOfFirst()
            try await Deadline.wait(for: "a dial fails") {
                link.first.log.contains("state=unreachable")
            }
            try await Deadline.wait(for: "the peer counts as connected", within: .seconds(10)) {
                try await link.first.status().peers.map(\.state) == ["connected"]
            }
        }

        @Test("a link that is cut both ways is soon not called connected any more")
        func cutState() async throws {
            let link = try await Self.link(in: TemporaryFolder())
            try await link.waitForContact()
            link.cut()
            for site in [link.first, link.second] {
                try await Deadline.wait(for: "the cut shows in the status", within: .seconds(10)) {
                    try await site.status().peers.map(\.state) == ["unreachable"]
                }
            }
        }

        @Test("what is exactly in step stays so while the peer opens a session of its own")
        func secondSession() async throws {
            let link = try await Self.link(in: TemporaryFolder())
            for site in [link.first, link.second] {
                try await Deadline.wait(for: "\(site.label) is in step") {
                    try await site.status().isInStep
                }
            }
            link.cutDials(to: link.first)
            let before = try await link.first.show(link.second).sessions.count
            link.slow(to: 2_000)
            try link.heal()
            try await Deadline.wait(for: "the peer has opened another session") {
                #expect(try await link.first.status().isInStep)
                return try await link.first.show(link.second).sessions.count > before
            }
            #expect(try await link.first.status().isInStep)
        }

        static func link(in folder: TemporaryFolder) async throws -> SiteLink {
            let practice = try await Site.started("practice", name: "Example Practice", in: folder)
            let hospital = try await Site.started("hospital", name: "General Hospital", in: folder)
            return try await SiteLink(practice, hospital)
        }
    }
}
