import Foundation
import SyncSimulation
import Testing

@Suite("A simulated world", .serialized)
struct WorldTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Regressions")

    /// Seeds that once showed a fault, and a few more.
    static let seeds: [UInt64] = {
        let text =
            (try? String(contentsOf: folder.appending(path: "seeds.txt"), encoding: .utf8)) ?? ""
        let kept = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { UInt64($0.prefix { $0 != " " }) }
        return kept + Array(1...4)
    }()

    /// Plans of worlds that once showed a fault, as small as they could be made.
    static let plans: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (files ?? []).filter { $0.hasSuffix(".world") }.sorted()
    }()

    @Test("keeps every property", arguments: seeds)
    func properties(seed: UInt64) async throws {
        let outcome = try await Simulation.run(seed: seed)
        #expect(outcome.failure == nil, "make simulate SEED=\(seed) WORLDS=1")
    }

    @Test("keeps every property where it once did not", arguments: plans)
    func regressions(file: String) async throws {
        let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        let plan = try #require(WorldPlan(text: text))
        #expect(try await Simulation.run(plan).failure == nil, "\(file)")
    }

    @Test("meets heads that contradict what was cosigned, and refuses them")
    func forgedHeads() async throws {
        var text = "seed 9\nawkward 0\nnode 0 0\nnode 0 0\nlink 0 1 1 1\npatient 0\n"
        for _ in 0..<12 { text += "step 90000 attack 0 1 0 8\n" }
        let outcome = try await Simulation.run(try #require(WorldPlan(text: text)))
        #expect(outcome.failure == nil)
        #expect(outcome.goals.counts[.headRefused] ?? 0 > 3)
        #expect(outcome.goals.counts[.headCosigned] ?? 0 > 1)
    }

    @Test("happens alike every time", arguments: [3, 5] as [UInt64])
    func repeats(seed: UInt64) async throws {
        let first = try await Simulation.run(seed: seed)
        let second = try await Simulation.run(seed: seed)
        #expect(first.trace == second.trace)
        #expect(first.happenings == second.happenings)
    }
}
