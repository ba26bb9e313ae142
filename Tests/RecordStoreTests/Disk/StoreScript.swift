import Foundation
import RecordStore
import SimulationSupport
import Testing

/// The canonical script, run once without faults: what the disk held before each operation, how
/// many calls each took, and how many rows there were after it.
struct StoreScript {
    /// One operation with the disk it starts from.
    struct Step {
        let number: Int
        let operation: StoreOperation
        /// Milliseconds since 1970 UTC.
        let time: Int64
        /// What is durable before it.
        let before: SimulatedDisk
        let imageBefore: StoreImage
        /// Rows of each table after it.
        let rowsAfter: [String: Int]
        /// Writes, truncations, syncs and deletions that it took.
        let changes: Int
        /// Calls of every kind that it took.
        let calls: Int
    }

    let world: DiskWorld
    private(set) var steps: [Step] = []

    init(_ operations: [StoreOperation] = StoreOperation.script) async throws {
        world = try await DiskWorld()
        var disk = world.template
        var image = try StoreImage(of: disk)
        for (number, operation) in operations.enumerated() {
            let time = 1_780_000_000_000 + Int64(number) * 60_000
            let next = disk.copy(seed: 1)
            let site = try world.open(next)
            world.practice.clock.now = time
            let changes = next.calls(.changes)
            let calls = next.calls(.all)
            try await operation.run(site, world)
            let after = try StoreImage(of: next)
            steps.append(
                Step(
                    number: number, operation: operation, time: time, before: disk,
                    imageBefore: image, rowsAfter: after.counts,
                    changes: next.calls(.changes) - changes, calls: next.calls(.all) - calls))
            try site.store.close()
            disk = next
            image = after
        }
    }
}

extension StoreScript.Step {
    /// Holds what is there after a fault against what may be there: nothing of the operation, or
    /// all of it.
    ///
    /// - Parameter isAcknowledged: whether the operation returned; then all of it must be there.
    func check(
        _ disk: SimulatedDisk, isAcknowledged: Bool, _ comment: Comment
    ) throws -> StoreImage {
        let image = try StoreImage(of: disk)
        let differences = image.differences(from: rowsAfter)
        if isAcknowledged {
            #expect(differences == [], "acknowledged, \(comment)")
        } else if !differences.isEmpty {
            #expect(
                image.changes(since: imageBefore) == [], "half of it: \(differences), \(comment)")
        }
        #expect(imageBefore.lost(in: image) == [], comment)
        try StoreInvariants.check(disk, comment)
        return image
    }

    /// Does the operation again at a store that is well, and compares with what it comes to.
    func repeated(
        at site: TestSite, _ world: DiskWorld, found image: StoreImage, _ comment: Comment
    ) async throws {
        let wasThere = image != imageBefore
        try await operation.run(site, world)
        let after = try StoreImage(of: try #require(site.disk))
        let except =
            wasThere ? operation.growsAgain.union(["audit", "audit_head", "audit_tile"]) : []
        #expect(after.differences(from: rowsAfter, except: except) == [], "again, \(comment)")
        #expect(image.lost(in: after) == [], "again, \(comment)")
        try StoreInvariants.check(try #require(site.disk), comment)
    }
}

/// How much is tried, from the environment.
enum DiskEffort {
    /// Every how manieth call of the canonical script is made to fail: 1 with `ACCORD_DISK=all`.
    static let stride = setting("ACCORD_DISK") == "all" ? 1 : 23
    /// Random histories: `ACCORD_HISTORIES`, else a few dozen.
    static let histories = setting("ACCORD_HISTORIES").flatMap { Int($0) } ?? 40
    /// The first of them: `ACCORD_SEED`, else 1.
    static let seed = setting("ACCORD_SEED").flatMap { UInt64($0) } ?? 1

    private static func setting(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }
}
