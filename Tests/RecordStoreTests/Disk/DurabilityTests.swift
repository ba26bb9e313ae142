import RecordStore
import SimulationSupport
import Testing

/// What the store does with the disk, call by call.
@Suite struct DurabilityTests {
    @Test("a fact is synced before it is acknowledged")
    func syncedFirst() async throws {
        let disk = SimulatedDisk(seed: 1)
        let site = try TestSite("practice", on: disk)
        for number in 0..<3 {
            let before = disk.calls(.sync)
            try await site.importFile(TestBundles.patient("p\(number)"))
            #expect(disk.calls(.sync) > before)
        }
        disk.cutPower()
        try? site.store.close()
        disk.powerOn(.synced)
        let after = try TestSite(reopening: site)
        #expect(try await after.store.counts().patients == 3)
    }

    @Test("what is seen after a failed sync and a restart is not lost by a power cut")
    func failedSync() async throws {
        let world = try await DiskWorld()
        for survival in [SimulatedDisk.Survival.cache, .cacheWithoutFailed] {
            let disk = world.template.copy(seed: 7)
            let site = try world.open(disk)
            try await StoreOperation.patient(0).run(site, world)
            disk.fail(.sync, with: .error)
            await #expect(throws: StoreFailure.self) {
                try await StoreOperation.patient(1).run(site, world)
            }
            #expect(site.store.isStopped)
            disk.cutPower()
            try? site.store.close()
            // The service starts again, answers, and takes more.
            disk.powerOn(survival)
            let second = try TestSite(reopening: site)
            let seen = try await second.store.counts().patients
            #expect(seen == (survival == .cache ? 2 : 1))
            try await StoreOperation.patient(2).run(second, world)
            disk.cutPower()
            try? second.store.close()
            disk.powerOn(.synced)
            let third = try TestSite(reopening: site)
            #expect(try await third.store.counts().patients == seen + 1, "\(survival)")
            try StoreInvariants.check(disk, "after a failed sync")
        }
    }

    @Test("a power cut while a store opens after a failed sync leaves it whole")
    func failedSyncThenCut() async throws {
        let world = try await DiskWorld()
        for call in 1...48 {
            let disk = world.template.copy(seed: UInt64(call))
            let site = try world.open(disk)
            try await StoreOperation.patient(0).run(site, world)
            // From here on the WAL holds nothing but what will fail.
            try site.store.checkpoint()
            // The first sync is that of the WAL's new header.
            disk.fail(.sync, with: .error, at: 2)
            try? await StoreOperation.patient(1).run(site, world)
            #expect(site.store.isStopped)
            disk.cutPower()
            try? site.store.close()
            disk.powerOn(.cache)
            disk.crash(at: call)
            let second = try? TestSite(reopening: site)
            disk.cutPower()
            try? second?.store.close()
            disk.powerOn()
            let third = try TestSite(reopening: site)
            #expect(try await third.store.counts().patients >= 1, "cut at call \(call)")
            try StoreInvariants.check(disk, "cut at call \(call)")
        }
    }
}
