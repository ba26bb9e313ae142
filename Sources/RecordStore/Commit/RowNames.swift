import CareRecord
import Foundation
import GRDB

/// Short integers that stand for ids and words inside this database only.
struct RowNames: Sendable {
    /// A stream's row.
    struct StreamRow {
        let id: Int64
        /// Whether this call made it.
        let isNew: Bool
    }

    private static let cacheMax = 200_000

    private var words: [String: Int64] = [:]
    private var sites: [SiteID: Int64] = [:]
    private var replicas: [Replica: Int64] = [:]
    private var streams: [StreamID: Int64] = [:]

    /// Keeps the caches bounded.
    mutating func trim() {
        if streams.count > Self.cacheMax { streams.removeAll() }
        if words.count > Self.cacheMax { words.removeAll() }
        if replicas.count > Self.cacheMax { replicas.removeAll() }
        if sites.count > Self.cacheMax { sites.removeAll() }
    }

    /// The row of a word; makes it if need be.
    mutating func word(_ text: String, _ db: Database) throws -> Int64 {
        if let id = words[text] { return id }
        let id = try Self.intern(
            db, select: "SELECT id FROM word WHERE text = ?",
            insert: "INSERT INTO word (text) VALUES (?)", text)
        words[text] = id
        return id
    }

    /// The row of a site; makes it if need be.
    mutating func site(_ site: SiteID, _ db: Database) throws -> Int64 {
        if let id = sites[site] { return id }
        let id = try Self.intern(
            db, select: "SELECT id FROM site WHERE uuid = ?",
            insert: "INSERT INTO site (uuid) VALUES (?)", Data(site.bytes))
        sites[site] = id
        return id
    }

    /// The row of a writer; makes it if need be.
    mutating func replica(_ replica: Replica, _ db: Database) throws -> Int64 {
        if let id = replicas[replica] { return id }
        let id = try Self.intern(
            db, select: "SELECT id FROM replica WHERE name = ?",
            insert: "INSERT INTO replica (name) VALUES (?)", Data(replica.bytes))
        replicas[replica] = id
        return id
    }

    /// The row of a writer of whom anything was accepted.
    mutating func knownReplica(_ replica: Replica, _ db: Database) throws -> Int64? {
        if let id = replicas[replica] { return id }
        let select = try db.cachedStatement(sql: "SELECT id FROM replica WHERE name = ?")
        guard let id = try Int64.fetchOne(select, arguments: [Data(replica.bytes)]) else {
            return nil
        }
        replicas[replica] = id
        return id
    }

    /// The row of a stream, if anything of it was accepted.
    mutating func known(_ stream: StreamID, _ db: Database) throws -> Int64? {
        if let id = streams[stream] { return id }
        let select = try db.cachedStatement(sql: "SELECT id FROM stream WHERE name = ?")
        guard let id = try Int64.fetchOne(select, arguments: [Data(stream.bytes)]) else {
            return nil
        }
        streams[stream] = id
        return id
    }

    /// The row of a stream; makes it if need be. Only `WriterState.stream` calls this: whoever
    /// makes a row must decide who may have the stream.
    ///
    /// - Parameter home: for a new stream of a patient, who registered the patient.
    mutating func stream(
        _ stream: StreamID, home: SiteID, _ db: Database
    ) throws -> StreamRow {
        if let id = try known(stream, db) { return StreamRow(id: id, isNew: false) }
        let name = stream.bytes
        let owner: SiteID
        switch stream {
        case .directory(let site), .local(let site): owner = site
        case .patient(let patient, _): owner = try Self.home(of: patient, db) ?? home
        case .link, .unknown: owner = home
        }
        let insert = try db.cachedStatement(
            sql: "INSERT INTO stream (name, kind, patient, home) VALUES (?, ?, ?, ?)")
        try insert.execute(arguments: [
            Data(name), Int64(name[0]), stream.patient.map { Data($0.bytes) },
            try site(owner, db),
        ])
        let id = db.lastInsertedRowID
        streams[stream] = id
        return StreamRow(id: id, isNew: true)
    }

    /// Who registered a patient, if any of its streams is held.
    private static func home(of patient: PatientID, _ db: Database) throws -> SiteID? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT site.uuid FROM stream JOIN site ON site.id = stream.home
                WHERE stream.patient = ? ORDER BY stream.id LIMIT 1
                """)
        return try Data.fetchOne(statement, arguments: [Data(patient.bytes)])
            .flatMap { SiteID(bytes: $0) }
    }

    private static func intern(
        _ db: Database, select: String, insert: String, _ value: some DatabaseValueConvertible
    ) throws -> Int64 {
        if let id = try Int64.fetchOne(try db.cachedStatement(sql: select), arguments: [value]) {
            return id
        }
        try db.cachedStatement(sql: insert).execute(arguments: [value])
        return db.lastInsertedRowID
    }
}
