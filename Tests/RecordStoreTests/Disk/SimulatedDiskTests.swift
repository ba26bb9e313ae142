import GRDB
import SimulationSupport
import Testing

/// The simulated disk itself: what it keeps, what it loses, and that it can lose.
@Suite struct SimulatedDiskTests {
    /// Opens a database in WAL mode.
    private func open(_ disk: SimulatedDisk, synchronous: String = "FULL") throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: disk.path("a.db"))
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 8;
                    PRAGMA synchronous = \(synchronous);
                    CREATE TABLE IF NOT EXISTS t (i INTEGER PRIMARY KEY, b BLOB);
                    """)
        }
        return queue
    }

    /// Writes rows until one fails; gives how many were acknowledged.
    private func fill(_ queue: DatabaseQueue, rows: Int) -> Int {
        for row in 0..<rows {
            let sql = "INSERT INTO t (b) VALUES (randomblob(900))"
            guard (try? queue.write({ try $0.execute(sql: sql) })) != nil else { return row }
        }
        return rows
    }

    /// The rows after the power came back; integrity is checked on the way.
    private func rowsAfterPower(_ disk: SimulatedDisk) throws -> Int {
        let queue = try DatabaseQueue(path: disk.path("a.db"))
        return try queue.read { db in
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
            return try Int.fetchOne(db, sql: "SELECT count(*) FROM t") ?? 0
        }
    }

    @Test("a full sync loses no acknowledged row at any crash")
    func fullSync() throws {
        for number in 1...120 {
            let disk = SimulatedDisk(
                seed: UInt64(number), sectorBytes: number.isMultiple(of: 2) ? 512 : 4096)
            let queue = try open(disk)
            disk.crash(at: number)
            let acknowledged = fill(queue, rows: 60)
            #expect(disk.isOff)
            try? queue.close()
            disk.powerOn()
            #expect(try rowsAfterPower(disk) >= acknowledged, "crash at call \(number)")
        }
    }

    @Test("a normal sync loses acknowledged rows, and the disk shows it")
    func normalSync() throws {
        let lost = try (1...40).count { number in
            // Even the table may be gone.
            let disk = SimulatedDisk(seed: UInt64(number))
            let queue = try open(disk, synchronous: "NORMAL")
            disk.crash(at: number)
            let acknowledged = fill(queue, rows: 60)
            try? queue.close()
            disk.powerOn()
            return (try? rowsAfterPower(disk)) ?? 0 < acknowledged
        }
        #expect(lost > 10)
    }

    @Test("a sync that lies loses acknowledged rows")
    func lies() throws {
        let disk = SimulatedDisk(seed: 1)
        let queue = try open(disk)
        disk.fail(.sync, with: .lie, count: nil)
        #expect(fill(queue, rows: 5) == 5)
        disk.cutPower()
        try? queue.close()
        disk.powerOn(.synced)
        #expect(try rowsAfterPower(disk) == 0)
    }

    @Test("what a failed sync left in the cache goes with the power, whatever is synced later")
    func failedSync() throws {
        let disk = SimulatedDisk(seed: 1)
        let queue = try open(disk)
        #expect(fill(queue, rows: 2) == 2)
        disk.fail(.sync, with: .error)
        #expect(fill(queue, rows: 1) == 0)
        let shown = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") }
        #expect(shown == 2)
        // The failed frames are still in the cache: whoever reads the WAL anew sees them.
        #expect(try rowsAfterPower(disk.copy(seed: 1)) == 3)
        disk.cutPower()
        try? queue.close()
        disk.powerOn(.synced)
        #expect(try rowsAfterPower(disk) == 2)
    }

    @Test("a disk that is full says so and goes on when there is room")
    func full() throws {
        let disk = SimulatedDisk(seed: 1)
        let queue = try open(disk)
        disk.setCapacity(bytes: 60_000)
        let rows = fill(queue, rows: 1_000)
        #expect(rows > 5 && rows < 1_000)
        #expect(throws: DatabaseError.self) {
            try queue.write { try $0.execute(sql: "INSERT INTO t (b) VALUES (zeroblob(9000))") }
        }
        disk.setCapacity(bytes: nil)
        #expect(fill(queue, rows: 3) == 3)
        try queue.close()
        #expect(try rowsAfterPower(disk) >= rows + 3)
    }

    @Test("the same seed gives the same calls and the same disk")
    func determinism() throws {
        func trace() throws -> [UInt64] {
            let disk = SimulatedDisk(seed: 9, sectorBytes: 512)
            let queue = try DatabaseQueue(path: disk.path("a.db"))
            disk.crash(at: 25)
            try? queue.writeWithoutTransaction { db in
                try db.execute(sql: "CREATE TABLE t (i INTEGER PRIMARY KEY, b BLOB)")
                for row in 0..<20 {
                    try db.execute(sql: "INSERT INTO t (b) VALUES (zeroblob(\(300 * row)))")
                }
            }
            try? queue.close()
            disk.powerOn()
            let bytes = disk.read("a.db") ?? []
            return [disk.trace, bytes.reduce(UInt64(bytes.count)) { $0 &* 31 &+ UInt64($1) }]
        }
        #expect(try trace() == trace())
    }

    @Test("a copy has the files and goes its own way")
    func copies() throws {
        let disk = SimulatedDisk(seed: 1)
        let queue = try open(disk)
        #expect(fill(queue, rows: 4) == 4)
        try queue.close()
        let copy = disk.copy(seed: 2)
        let second = try open(copy)
        #expect(fill(second, rows: 4) == 4)
        try second.close()
        #expect(try rowsAfterPower(copy) == 8)
        #expect(try rowsAfterPower(disk) == 4)
    }

    @Test("each kind of call can fail, is counted, and fails SQLite's own call")
    func kinds() throws {
        for (kind, name) in [
            (SimulatedDisk.Calls.read, "read"), (.write, "write"), (.sync, "sync"),
            (.size, "size"), (.lock, "lock"), (.sharedMemory, "shared memory"),
            (.sharedLock, "shared lock"), (.access, "access"), (.open, "open"),
        ] {
            let disk = SimulatedDisk(seed: 1)
            disk.fail(kind, with: .error, count: nil)
            #expect(throws: (any Error).self, "\(name)") {
                let queue = try open(disk)
                try queue.write { try $0.execute(sql: "INSERT INTO t (i) VALUES (1)") }
            }
            #expect(disk.calls(kind) > 0, "\(name)")
            #expect(disk.faultsMet > 0, "\(name)")
        }
    }
}
