import CSimulatedDisk

/// A disk in memory for SQLite files, with faults that a test chooses: crashes that lose unsynced
/// sectors, errors, a full disk, changed bits, syncs that lie.
///
/// A file is opened by its `path`, through SQLite or GRDB as usual; nothing else can see it. Calls
/// are counted in the order they come, so a history without concurrent connections repeats exactly.
///
///     let disk = SimulatedDisk(seed: 1)
///     let store = try SiteStore(path: disk.path("record.db"), identity: identity)
///     disk.crash(at: 12)                  // the 12th write, truncation, sync or deletion
///     …                                   // until everything fails
///     try? store.close()
///     disk.powerOn()                      // any part of what was not synced is gone
///
/// The old store must be closed or dropped before the power is on again.
public final class SimulatedDisk: @unchecked Sendable {
    // Every function of the C library takes its one mutex, so the pointer may be used from
    // anywhere; it is valid until `deinit`.
    private let disk: OpaquePointer

    /// Makes an empty disk.
    ///
    /// - Parameters:
    ///   - seed: decides what a crash leaves, which bit changes, and where a write is torn.
    ///   - sectorBytes: 512 or 4096, the unit that is written as a whole or not at all.
    public init(seed: UInt64, sectorBytes: Int = 4096) {
        precondition(sectorBytes == 512 || sectorBytes == 4096, "no disk has such sectors")
        Self.register()
        disk = accord_disk_make(seed, UInt32(sectorBytes))
    }

    private init(copyOf other: SimulatedDisk, seed: UInt64, sectorBytes: Int?) {
        disk = accord_disk_copy(other.disk, seed, UInt32(sectorBytes ?? 0))
    }

    deinit { accord_disk_release(disk) }

    /// The path by which SQLite finds a file of this disk; the name is at most 63 bytes.
    public func path(_ name: String) -> String {
        "/simulated-disk/\(accord_disk_number(disk))/\(name)"
    }

    /// A new disk with the files as they are now, all of it durable, without faults. A template of
    /// a database is copied in less than a millisecond. What the writer has not committed yet is
    /// not seen by who opens the copy.
    ///
    /// - Parameter sectorBytes: 512 or 4096; `nil` for the same.
    public func copy(seed: UInt64, sectorBytes: Int? = nil) -> SimulatedDisk {
        SimulatedDisk(copyOf: self, seed: seed, sectorBytes: sectorBytes)
    }

    /// Lets calls fail: of these kinds, counted from now on, the `first` one (from 1) and those
    /// after it up to `count` together; `nil`: all that follow.
    ///
    /// - Parameter chance: the probability with which a call in that range fails, 0 to 1.
    public func fail(
        _ calls: Calls, with outcome: Outcome, at first: Int = 1, count: Int? = 1,
        chance: Double = 1
    ) {
        let odds = chance >= 1 ? 0 : max(1, UInt32(chance * 65_536))
        let hasRoom = accord_disk_fault(
            disk, calls.rawValue, outcome.raw, UInt64(first), UInt64(count ?? 0), odds)
        precondition(hasRoom, "a disk has at most 16 faults")
    }

    /// Cuts the power in the middle of a call of these kinds, counted from now on, from 1.
    public func crash(at number: Int, of calls: Calls = .changes) {
        fail(calls, with: .crash, at: number)
    }

    /// Removes every fault; the power stays as it is.
    public func heal() { accord_disk_heal(disk) }

    /// How many bytes the files may hold together; `nil`: no bound.
    public func setCapacity(bytes: Int?) { accord_disk_set_capacity(disk, UInt64(bytes ?? 0)) }

    /// Cuts the power now: every call fails until it is on again.
    public func cutPower() { accord_disk_cut(disk) }

    /// Whether the power is off, perhaps by a crash.
    public var isOff: Bool { accord_disk_is_off(disk) }

    /// Decides what survived and serves calls again, without faults; what was open fails for ever.
    public func powerOn(_ survival: Survival = .some) {
        accord_disk_power_on(disk, survival.raw)
    }

    /// How many calls of these kinds there were.
    public func calls(_ calls: Calls) -> Int {
        Calls.kinds.filter { calls.contains($0.0) }
            .reduce(0) { $0 + Int(accord_disk_calls(disk, $1.1)) }
    }

    /// How often a fault happened.
    public var faultsMet: Int { Int(accord_disk_faults_met(disk)) }

    /// A number that depends on kind, file, place and length of every call so far.
    public var trace: UInt64 { accord_disk_trace(disk) }

    private static func register() {
        let code = accord_disk_register()
        precondition(code == 0, "SQLite takes the simulated disk: \(code)")
    }
}

extension SimulatedDisk {
    /// The bytes that a file has, as processes see it; 0 if there is none.
    public func size(_ name: String) -> Int { max(0, Int(accord_disk_file_size(disk, name))) }

    /// The bytes of a file as processes see it; `nil` if there is none.
    public func read(_ name: String) -> [UInt8]? {
        let size = accord_disk_file_size(disk, name)
        guard size >= 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            count = Int(accord_disk_peek(disk, name, 0, buffer.baseAddress, size))
        }
    }

    /// Overwrites bytes at rest, past SQLite.
    public func write(_ bytes: [UInt8], to name: String, at offset: Int) {
        let isInside = accord_disk_poke(disk, name, Int64(offset), bytes, Int64(bytes.count))
        precondition(isInside, "only what is there can be overwritten")
    }

    /// Changes one bit at rest; `bit` counts from the start of the file.
    public func changeBit(_ bit: Int, of name: String) {
        var byte: [UInt8] = [0]
        let count = accord_disk_peek(disk, name, Int64(bit / 8), &byte, 1)
        precondition(count == 1, "only a bit that is there can change")
        byte[0] ^= 1 << UInt8(bit % 8)
        write(byte, to: name, at: bit / 8)
    }

    /// Removes a file at rest; tells whether there was one.
    @discardableResult
    public func remove(_ name: String) -> Bool { accord_disk_remove(disk, name) }
}
