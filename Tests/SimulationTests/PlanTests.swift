import SyncSimulation
import Testing

@Suite("A plan of a world")
struct PlanTests {
    @Test("is drawn alike from the same seed, and reads back from its text", arguments: 1...40)
    func roundTrip(seed: Int) throws {
        let plan = WorldPlan(seed: UInt64(seed))
        #expect(plan == WorldPlan(seed: UInt64(seed)))
        #expect(plan == WorldPlan(text: plan.description))
        #expect(plan.nodes >= 2)
        #expect(!plan.links.isEmpty)
    }

    @Test("is refused where it names what is not there")
    func unsound() {
        #expect(WorldPlan(text: "seed 1\nnode 0 0\nlink 0 1 1 1\n") == nil)
        #expect(WorldPlan(text: "seed 1\nnode 0 0\nstep 1 register 3 0 0 0\n") == nil)
        #expect(WorldPlan(text: "seed 1\nnonsense\n") == nil)
        #expect(WorldPlan(text: "seed 1\nstep 1 nothing 0 0 0 0\n") == nil)
    }

    @Test("takes half of all worlds with share sets that differ by direction")
    func spread() {
        let sizes = (1...200).map { WorldPlan(seed: UInt64($0)).nodes }
        #expect(Set(sizes).isSuperset(of: [2, 3, 4, 5, 6]))
        #expect(sizes.allSatisfy { $0 <= 9 })
    }
}
