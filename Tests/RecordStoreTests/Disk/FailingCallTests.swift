import RecordStore
import SimulationSupport
import Testing

/// The canonical script with an error at each call in turn.
@Suite struct FailingCallTests {
    /// What a store did about an error.
    private struct Result {
        var failure: StoreFailure?
        var isStopped = false
    }

    /// Runs a step with a fault and tells what came of it; anything but a `StoreFailure` is an
    /// issue.
    private static func run(
        _ step: StoreScript.Step, at site: TestSite, _ world: DiskWorld, _ comment: Comment
    ) async -> Result {
        var result = Result()
        do {
            try await step.operation.run(site, world)
        } catch let failure as StoreFailure {
            result.failure = failure
        } catch {
            Issue.record("\(error) is no StoreFailure, \(comment)")
            result.failure = StoreFailure(.database, "run", underlying: error)
        }
        result.isStopped = site.store.isStopped
        return result
    }

    @Test("an error at any call ends in a failure by its name, and nothing is lost or half done")
    func errors() async throws {
        let script = try await StoreScript()
        var errors = 0
        for step in script.steps {
            let first = 1 + step.number % DiskEffort.stride
            for call in stride(from: first, through: step.calls, by: DiskEffort.stride) {
                try await Self.fail(at: call, in: step, of: script)
                errors += 1
            }
        }
        #expect(errors > 40)
        print("disk: \(errors) errors in \(script.steps.count) operations")
    }

    private static func fail(
        at call: Int, in step: StoreScript.Step, of script: StoreScript
    ) async throws {
        let comment: Comment = "\(step.operation) with an error at call \(call) of \(step.calls)"
        let disk = step.before.copy(seed: UInt64(step.number * 10_000 + call))
        let site = try script.world.open(disk)
        site.clock.now = step.time
        disk.fail(.all, with: .error, at: call)
        let result = await run(step, at: site, script.world, comment)
        #expect(result.isStopped == (result.failure?.code == .durabilityUnknown), comment)
        disk.heal()
        if result.isStopped {
            await #expect(throws: StoreFailure.self, comment) {
                try await StoreOperation.contact.run(site, script.world)
            }
            disk.cutPower()
            try? site.store.close()
            disk.powerOn(call.isMultiple(of: 2) ? .cache : .some)
            let after = try TestSite(reopening: site)
            let image = try step.check(disk, isAcknowledged: false, comment)
            try await step.repeated(at: after, script.world, found: image, comment)
            try after.store.close()
        } else {
            let image = try step.check(disk, isAcknowledged: result.failure == nil, comment)
            try await step.repeated(at: site, script.world, found: image, comment)
            try site.store.close()
        }
    }

    @Test("on a full disk a fact fails as such, nothing stops, and it goes on when there is room")
    func full() async throws {
        let script = try await StoreScript()
        var refusals = 0
        for step in script.steps where step.changes > 1 && step.operation != .checkpoint {
            let comment: Comment = "\(step.operation) on a full disk"
            let disk = step.before.copy(seed: UInt64(step.number))
            let site = try script.world.open(disk)
            site.clock.now = step.time
            disk.fail(.write, with: .full, at: 1 + step.number % 2, count: nil)
            let result = await Self.run(step, at: site, script.world, comment)
            #expect(result.failure?.code == .diskFull, comment)
            #expect(!result.isStopped, comment)
            refusals += result.failure == nil ? 0 : 1
            disk.heal()
            let image = try step.check(disk, isAcknowledged: false, comment)
            #expect(image.changes(since: step.imageBefore) == [], comment)
            try await step.repeated(at: site, script.world, found: image, comment)
            try site.store.close()
        }
        #expect(refusals > 30)
    }

    @Test("a disk that fills up refuses facts until there is room, and keeps what it took")
    func fillsUp() async throws {
        let world = try await DiskWorld()
        let disk = world.template.copy(seed: 1)
        let site = try world.open(disk)
        disk.setCapacity(bytes: 1_700_000)
        var taken = 0
        var isFull = false
        for number in 0..<200 where !isFull {
            do {
                try await site.importFile(TestBundles.patientWithID(number))
                taken += 1
            } catch let failure as StoreFailure {
                #expect(failure.code == .diskFull)
                isFull = true
            }
        }
        #expect(isFull)
        #expect(taken > 3)
        #expect(!site.store.isStopped)
        #expect(try await site.store.counts().patients == taken)
        disk.setCapacity(bytes: nil)
        try await site.importFile(TestBundles.patient("last"))
        disk.cutPower()
        try? site.store.close()
        disk.powerOn(.synced)
        let after = try TestSite(reopening: site)
        #expect(try await after.store.counts().patients == taken + 1)
        try StoreInvariants.check(disk, "after it was full")
    }

    @Test("a store whose opening meets an error says so, and opens when the disk is well")
    func opening() async throws {
        let world = try await DiskWorld()
        let disk = world.template.copy(seed: 1)
        let measured = try world.open(disk)
        let calls = disk.calls(.all)
        try measured.store.close()
        for call in stride(from: 1, through: calls, by: DiskEffort.stride == 1 ? 1 : 5) {
            let disk = world.template.copy(seed: UInt64(call))
            disk.fail(.all, with: .error, at: call)
            do {
                let site = try world.open(disk)
                try site.store.close()
            } catch {
                #expect(error is StoreFailure, "\(error) at call \(call)")
            }
            disk.heal()
            let site = try world.open(disk)
            try await StoreOperation.patient(1).run(site, world)
            try site.store.close()
            try StoreInvariants.check(disk, "opened with an error at call \(call)")
        }
    }
}
