import SimulationSupport

/// The disk under a node's store, and how its power goes next.
///
/// The one type that knows what lies under a store.
final class NodeDisk {
    /// A cut of the power that was planned.
    struct PowerCut {
        /// What the cut leaves.
        var survival: SimulatedDisk.Survival
        /// How many milliseconds pass until the node starts again.
        var pause: UInt64
        /// The write, sync, truncation or deletion at which the power goes once more, counted from
        /// the beginning of that start.
        var again: Int?
    }

    private let disk: SimulatedDisk
    private var planned: PowerCut?

    /// An empty disk.
    ///
    /// - Parameter seed: decides what a cut of the power leaves.
    init(seed: UInt64, sectorBytes: Int) {
        disk = SimulatedDisk(seed: seed, sectorBytes: sectorBytes)
    }

    /// The path that the store is opened by.
    var path: String { disk.path("record.db") }

    /// Whether the power is off.
    var isOff: Bool { disk.isOff }

    /// Cuts the power at the so-manieth call of a kind from now on, from 1.
    func plan(_ cut: PowerCut, at call: Int, of kind: SimulatedDisk.Calls = .changes) {
        disk.heal()
        planned = cut
        disk.crash(at: call, of: kind)
    }

    /// Ends the process that uses the disk: what it wrote stays, in the cache at least.
    func kill() { disk.cutPower() }

    /// The power comes back after a kill.
    func revive() {
        planned = nil
        disk.powerOn(.cache)
    }

    /// The power comes back after a cut; tells how it went.
    func powerOn() -> PowerCut {
        let cut = planned ?? PowerCut(survival: .some, pause: 1_000, again: nil)
        disk.powerOn(cut.survival)
        if let again = cut.again {
            plan(PowerCut(survival: cut.survival, pause: cut.pause, again: nil), at: again)
        }
        return cut
    }

    /// Leaves the files so many bytes to grow; `nil`: as many as they want.
    func leave(_ bytes: Int?) {
        let used = disk.size("record.db") + disk.size("record.db-wal")
        disk.setCapacity(bytes: bytes.map { used + $0 })
    }

    /// Nothing goes wrong any more.
    func heal() {
        planned = nil
        leave(nil)
        disk.heal()
    }
}
