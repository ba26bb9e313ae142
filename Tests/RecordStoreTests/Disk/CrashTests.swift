import RecordStore
import SimulationSupport
import Testing

/// The canonical script with the power cut at each write and sync in turn.
@Suite struct CrashTests {
    @Test("a store survives a power cut at every call: all of a fact, or nothing of it")
    func everyCall() async throws {
        let script = try await StoreScript()
        var crashes = 0
        for step in script.steps {
            // Another first call in each step, so that a subset still meets every kind.
            let first = 1 + step.number % DiskEffort.stride
            for call in stride(from: first, through: step.changes, by: DiskEffort.stride) {
                try await Self.crash(at: call, in: step, of: script)
                crashes += 1
            }
        }
        #expect(crashes > 40)
        print("disk: \(crashes) power cuts in \(script.steps.count) operations")
    }

    private static func crash(
        at call: Int, in step: StoreScript.Step, of script: StoreScript
    ) async throws {
        let comment: Comment = "\(step.operation) cut at call \(call) of \(step.changes)"
        let seed = UInt64(step.number * 10_000 + call)
        let disk = step.before.copy(seed: seed)
        let site = try script.world.open(disk)
        site.clock.now = step.time
        disk.crash(at: call)
        var isAcknowledged = false
        do {
            try await step.operation.run(site, script.world)
            isAcknowledged = true
        } catch {
            #expect(error is StoreFailure, "\(error), \(comment)")
            #expect(disk.isOff, comment)
        }
        disk.cutPower()
        try? site.store.close()
        disk.powerOn(call.isMultiple(of: 5) ? .synced : .some)
        let after = try TestSite(reopening: site)
        let image = try step.check(disk, isAcknowledged: isAcknowledged, comment)
        try await step.repeated(at: after, script.world, found: image, comment)
        try after.store.close()
    }

    @Test("a store that is made survives a power cut at every call, and is made again")
    func creation() async throws {
        // Who it is stays the same, whatever becomes of its store.
        let origin = try TestSite("practice", on: SimulatedDisk(seed: 0))
        var call = 1
        while true {
            let disk = SimulatedDisk(seed: UInt64(call))
            disk.crash(at: call)
            let made = try? TestSite(reopening: origin, on: disk, mayCreate: true)
            let wasMade = made != nil
            let isDone = wasMade && !disk.isOff
            disk.cutPower()
            try? made?.store.close()
            disk.powerOn()
            let site = try TestSite(reopening: origin, on: disk, mayCreate: !wasMade)
            try await site.importFile(TestBundles.patient("p"))
            #expect(try await site.store.counts().patients == 1, "cut at call \(call)")
            try StoreInvariants.check(disk, "made again after a cut at call \(call)")
            try site.store.close()
            if isDone { break }
            call += DiskEffort.stride == 1 ? 1 : 7
        }
        #expect(call > 50)
    }

    @Test("a store is closed or killed in the middle of a checkpoint without a loss")
    func checkpoint() async throws {
        let world = try await DiskWorld()
        for call in stride(from: 1, through: 60, by: DiskEffort.stride == 1 ? 1 : 5) {
            let disk = world.template.copy(seed: UInt64(call))
            let site = try world.open(disk)
            for number in 0..<3 { try await StoreOperation.patient(number).run(site, world) }
            let image = try StoreImage(of: disk)
            disk.crash(at: call)
            try? site.store.checkpoint()
            try? site.store.close()
            disk.powerOn()
            let after = try TestSite(reopening: site)
            #expect(try StoreImage(of: disk) == image, "cut at call \(call)")
            try StoreInvariants.check(disk, "cut at call \(call)")
            try after.store.close()
        }
    }
}
