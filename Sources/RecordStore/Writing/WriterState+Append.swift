import CareRecord
import Foundation
import GRDB
import WireFormat

/// What appending one event gave.
enum AppendOutcome {
    /// The event is in the feed at this position.
    case accepted(seq: Int64)
    /// The event was held already.
    case duplicate
    /// The event waits.
    case pending(PendingReason)
    /// Both events of a fork are kept now.
    case forked
}

extension WriterState {
    /// Appends one event whose envelope is good, if what it builds on is held; values that are
    /// under an order to erase them are never stored.
    ///
    /// - Parameters:
    ///   - home: who registered the patient, if the stream is new.
    ///   - source: the row of the peer that delivered it, unless it was written here.
    mutating func append(
        _ sealed: SealedEvent, home: SiteID, source: Int64? = nil, _ db: Database
    ) throws -> AppendOutcome {
        let header = sealed.event.header
        switch try admission(of: sealed.event, db) {
        case .duplicate:
            return .duplicate
        case .pending(let dot):
            return .pending(.event(dot))
        case .forked:
            let stream = try stream(header.stream, home: home, db)
            let replica = try names.replica(header.dot.replica, db)
            try keepFork(try withoutErased(sealed, db), stream: stream, replica: replica, db)
            return .forked
        case .accepted:
            // Nothing of what has to wait leaves a row here: a peer may name writers without end.
            guard
                try sealed.envelope.erased.isEmpty
                    || names.knownReplica(header.dot.replica, db).map({
                        try erasuresAreOrdered(sealed, replica: $0, db)
                    }) ?? false
            else { return .pending(.erasure) }
            let replica = try names.replica(header.dot.replica, db)
            // Not before it is accepted: who came first says whose patient it is.
            let stream = try stream(header.stream, home: home, db)
            let seq = try insert(
                try withoutErased(sealed, db), stream: stream, replica: replica, source: source, db)
            return .accepted(seq: seq)
        }
    }

    private mutating func admission(
        of event: Event, _ db: Database
    ) throws -> Admission {
        let header = event.header
        guard let stream = try names.known(header.stream, db) else {
            return Admission.decide(header, id: event.id, vector: VersionVector()) { _ in nil }
        }
        let replica = try names.knownReplica(header.dot.replica, db)
        var entries: [VersionVector.Entry] = []
        if let replica, let held = try vectors.entry(stream: stream, replica: replica, db) {
            entries.append(
                VersionVector.Entry(
                    replica: header.dot.replica, counter: held.counter, event: held.event))
        }
        for dependency in header.dependencies {
            guard let writer = try names.knownReplica(dependency.dot.replica, db),
                let held = try vectors.entry(stream: stream, replica: writer, db)
            else { continue }
            entries.append(
                VersionVector.Entry(
                    replica: dependency.dot.replica, counter: held.counter, event: held.event))
        }
        guard let vector = VersionVector(entries) else {
            preconditionFailure("a header depends on other writers only, on each once")
        }
        return try Admission.decide(header, id: event.id, vector: vector) { dot in
            let statement = try db.cachedStatement(
                sql: "SELECT id FROM event WHERE stream = ? AND replica = ? AND counter = ?")
            return try Data.fetchOne(statement, arguments: [stream, replica, Int64(dot.counter)])
                .map { try EventID(stored: $0) }
        }
    }

    private mutating func insert(
        _ sealed: SealedEvent, stream: Int64, replica: Int64, source: Int64?, _ db: Database
    ) throws -> Int64 {
        let header = sealed.event.header
        let chain = try joinChain(header.chain, stream: stream, replica: replica, db)
        let mode = source == nil ? nil : try sealedMode(of: stream, db)
        let flags =
            flags(of: sealed.event, source: source)
            | (mode == .erased ? EventFlags.valuesErased : 0)
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO event (stream, replica, counter, id, accepted, changes, bytes,
                  source, flags, chain, header, signature, salt, erased)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            stream, replica, Int64(header.dot.counter), Data(sealed.event.id.bytes),
            now(), header.changes.count, sealed.envelope.byteCount, source, flags, chain?.row,
            Data(sealed.envelope.headerFrame),
            Data(sealed.envelope.signature), StoredSalt.data(of: sealed.envelope.salt),
            StoredSalt.data(of: sealed.envelope.erased),
        ])
        let seq = db.lastInsertedRowID
        if mode != .erased { try insertFrames(sealed.envelope.frames, seq: seq, db) }
        try vectors.advance(
            stream: stream, replica: replica,
            to: VectorCache.Entry(
                counter: header.dot.counter, event: sealed.event.id, seq: seq), db)
        // What was withdrawn from this node is kept for the vector's sake and not shown.
        if mode == nil {
            try show(sealed.event, seq: seq, chain: chain, stream: stream, db)
        } else if let chain, chain.isComplete {
            try close(chain, db)
        }
        if flags & EventFlags.urgent != 0 {
            try OwedRows.oweUrgently(stream, through: seq, source: source, db)
        }
        return seq
    }

    /// What this node notes about an event beside it: none of it is ever part of a view.
    private mutating func flags(of event: Event, source: Int64?) -> Int64 {
        var flags: Int64 = UrgentEvents.isUrgent(event) ? EventFlags.urgent : 0
        guard source != nil else { return flags }
        if clock.observe(event.header.time, wallMilliseconds: UInt64(max(0, now()))) {
            flags |= EventFlags.clockSuspect
        }
        return flags
    }

    func insertFrames(_ frames: [[UInt8]], seq: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO frame (id, content) VALUES (?, ?)")
        for (number, frame) in frames.enumerated() {
            try statement.execute(arguments: [
                FrameRow.id(seq: seq, number: number), Data(frame),
            ])
        }
    }

    /// A leaf in place of a value is accepted only with the `erase` event that orders it.
    func erasuresAreOrdered(
        _ sealed: SealedEvent, replica: Int64, _ db: Database
    ) throws -> Bool {
        guard !sealed.envelope.erased.isEmpty else { return true }
        let statement = try db.cachedStatement(
            sql: """
                SELECT count(*) FROM erasure
                WHERE stream = ? AND replica = ? AND counter = ? AND idx = ?
                """)
        let counter = Int64(sealed.event.header.dot.counter)
        let stream = Data(sealed.event.header.stream.bytes)
        return try sealed.envelope.erased.allSatisfy { item in
            try Int.fetchOne(
                statement, arguments: [stream, replica, counter, Int64(item.index)]) == 1
        }
    }

    private mutating func keepFork(
        _ sealed: SealedEvent, stream: Int64, replica: Int64, _ db: Database
    ) throws {
        let isErased = try sealedMode(of: stream, db) == .erased
        let kept =
            isErased ? sealed.erasing(Set(sealed.event.values.indices), coder: coder) : sealed
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO fork (stream, replica, counter, id, envelope)
                VALUES (?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            stream, replica, Int64(sealed.event.header.dot.counter), Data(sealed.event.id.bytes),
            Data(kept.envelope.encoded()),
        ])
    }
}

/// Salts and leaves as one blob.
enum StoredSalt {
    /// 16 bytes of a whole salt, or for each remaining one its index (4 bytes) and 32 bytes.
    static func data(of salt: EventSalt) -> Data {
        switch salt {
        case .whole(let bytes): Data(bytes)
        case .remaining(let salts): Data(salts.flatMap { indexed($0.index, $0.bytes) })
        }
    }

    /// For each leaf its index (4 bytes) and 32 bytes; `nil` if there is none.
    static func data(of erased: [EventEnvelope.ErasedLeaf]) -> Data? {
        erased.isEmpty ? nil : Data(erased.flatMap { indexed($0.index, $0.leaf) })
    }

    /// Reads a salt back.
    static func salt(_ data: Data) -> EventSalt {
        guard data.count != 16 else { return .whole(Array(data)) }
        return .remaining(items(data).map { EventSalt.ValueSalt(index: $0.index, bytes: $0.bytes) })
    }

    /// Reads leaves back.
    static func leaves(_ data: Data?) -> [EventEnvelope.ErasedLeaf] {
        items(data ?? Data()).map { EventEnvelope.ErasedLeaf(index: $0.index, leaf: $0.bytes) }
    }

    private static func indexed(_ index: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: index >> (24 - 8 * UInt32($0))) } + bytes
    }

    private static func items(_ data: Data) -> [(index: UInt32, bytes: [UInt8])] {
        let bytes = Array(data)
        return stride(from: 0, to: bytes.count - 35, by: 36).map { start in
            let index = bytes[start..<start + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            return (index, Array(bytes[start + 4..<start + 36]))
        }
    }
}
