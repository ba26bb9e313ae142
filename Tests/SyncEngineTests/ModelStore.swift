import CareRecord
import SyncEngine

/// What a store keeps for one peer, after the contract in `OwedPage`, `OweOrder` and `SyncEffect`.
struct ModelStore {
    struct Entry {
        var stream: UInt64
        var author: Replica
        var accepted: UInt64
        var cameFromPeer = false
        var isUrgent = false
        var bytes = 10
    }

    struct Owed {
        var after: UInt64
        var through: UInt64
        var lane: Lane
        var notBefore: UInt64 = 0
        var needsOffer = false
    }

    let peer: SiteID
    var feed: [Entry] = []
    var shares: [UInt64: UInt64] = [:]
    /// Streams that were withdrawn and have not left the share set yet: their rows do not count.
    var withdrawn: Set<UInt64> = []
    var version: UInt64 = 1
    var owed: [UInt64: Owed] = [:]
    var cursor: UInt64 = 0
    var cards: Set<Replica> = []

    static func number(of stream: StreamID) -> UInt64 {
        guard case .patient(let patient, _) = stream else { return .max }
        return patient.bits.low
    }

    var head: UInt64 { UInt64(feed.count) }

    func entry(_ position: UInt64) -> Entry { feed[Int(position) - 1] }

    /// Whether the peer may have a stream now.
    func isPermitted(_ stream: UInt64) -> Bool {
        shares[stream] != nil && !withdrawn.contains(stream)
    }

    /// Whether the peer should hold the event in the end.
    func isDue(_ position: UInt64) -> Bool {
        let entry = entry(position)
        return isPermitted(entry.stream) && !entry.cameFromPeer && entry.author.site != peer
    }

    func row(_ position: UInt64) -> FeedRow {
        let entry = entry(position)
        return Flow.row(
            position, stream: entry.stream, author: entry.author,
            permitted: isPermitted(entry.stream), fromPeer: entry.cameFromPeer,
            bytes: entry.bytes, owed: position <= owed[entry.stream]?.through ?? 0,
            accepted: entry.accepted, urgent: entry.isUrgent)
    }

    /// Whether the event is owed and not settled.
    func isOwed(_ position: UInt64) -> Bool {
        owed[entry(position).stream].map { $0.after < position && position <= $0.through } ?? false
    }

    /// The first event that nothing will ever send: passed by the cursor or skipped by the feed,
    /// not held by the peer and not owed.
    func forgotten(held: Set<UInt64>) -> UInt64? {
        var position: UInt64 = 0
        while position < head {
            position += 1
            let isPassed =
                position <= cursor || position <= owed[entry(position).stream]?.through ?? 0
            if isPassed, !held.contains(position), isDue(position), !isOwed(position) {
                return position
            }
        }
        return nil
    }

    private func events(of stream: UInt64, after: UInt64, through: UInt64) -> [UInt64] {
        guard after < through else { return [] }
        return (after + 1...through).filter { entry($0).stream == stream }
    }

    private func isUnsettled(_ stream: UInt64) -> Bool {
        guard let row = owed[stream] else { return false }
        return !events(of: stream, after: row.after, through: row.through).isEmpty
    }

    private mutating func cleanUp() {
        for (stream, row) in owed where cursor >= row.through && !isUnsettled(stream) {
            owed[stream] = nil
        }
    }
}

// MARK: - Importers and administrators

extension ModelStore {
    /// An urgent event takes along what the peer lacks of its stream.
    mutating func append(_ entry: Entry) {
        feed.append(entry)
        guard entry.isUrgent, shares[entry.stream] != nil else { return }
        let known = owed[entry.stream]
        let after =
            isUnsettled(entry.stream) ? known?.after ?? 0 : max(cursor, known?.through ?? 0)
        owed[entry.stream] = Owed(after: after, through: head, lane: .urgent)
    }

    mutating func grant(_ stream: UInt64) {
        guard !isPermitted(stream) else { return }
        remove(stream)
        version += 1
        shares[stream] = version
        if !events(of: stream, after: 0, through: cursor).isEmpty {
            owed[stream] = Owed(after: 0, through: cursor, lane: .backfill)
        }
    }

    /// Binds at once; the stream leaves the share set later.
    mutating func withdraw(_ stream: UInt64) {
        if shares[stream] != nil { withdrawn.insert(stream) }
    }

    /// Streams that were withdrawn leave the share set.
    mutating func workOff() {
        for stream in withdrawn.sorted() { remove(stream) }
    }

    private mutating func remove(_ stream: UInt64) {
        guard shares.removeValue(forKey: stream) != nil else { return }
        withdrawn.remove(stream)
        version += 1
        owed[stream] = nil
    }
}

// MARK: - What the engine orders

extension ModelStore {
    func feedPage(after: UInt64, _ rowsMax: Int) -> FeedPage {
        let rows = (after..<max(after, head)).prefix(rowsMax).map { row($0 + 1) }
        let isFull = rows.count == rowsMax
        return FeedPage(
            after: after, rows: rows, through: isFull ? rows.last?.position ?? after : head,
            shareVersion: version, hasMore: isFull)
    }

    func owedPage(
        _ lane: Lane, after place: OwedPosition?, dueBy: UInt64, _ rowsMax: Int
    ) -> OwedPage {
        var rows: [OwedRow] = []
        var nextDue: UInt64?
        for (stream, row) in owed.sorted(by: { $0.key < $1.key }) where row.lane == lane {
            guard row.notBefore <= dueBy else {
                // The store does not look for due times of backfill.
                if isUnsettled(stream), lane != .backfill {
                    nextDue = min(nextDue ?? .max, row.notBefore)
                }
                continue
            }
            guard place.map({ Int64(stream) >= $0.stream }) ?? true else { continue }
            let start = place.map { Int64(stream) == $0.stream ? UInt64($0.position) : 0 } ?? 0
            rows += events(of: stream, after: max(row.after, start), through: row.through).map {
                OwedRow(
                    event: self.row($0), through: row.through, needsOffer: row.needsOffer)
            }
        }
        let page = Array(rows.prefix(rowsMax))
        let last = page.count == rowsMax ? page.last?.event : nil
        return OwedPage(
            lane: lane, after: place, rows: page,
            next: last.map {
                OwedPosition(
                    stream: Int64(entry($0.position).stream), position: Int64($0.position))
            }, nextDue: nextDue, shareVersion: version)
    }

    mutating func owe(_ order: OweOrder) {
        let stream = Self.number(of: order.stream)
        guard shares[stream] != nil else { return }
        var merged = Owed(
            after: order.after, through: max(order.through, owed[stream]?.through ?? 0),
            lane: order.lane, notBefore: order.notBeforeMilliseconds,
            needsOffer: order.reason == .heldBack)
        if let row = owed[stream], isUnsettled(stream) {
            merged.after = min(row.after, order.after)
            merged.lane = min(row.lane, order.lane)
            merged.notBefore =
                order.reason == .full ? max(row.notBefore, merged.notBefore) : row.notBefore
            merged.needsOffer = (row.needsOffer || merged.needsOffer) && merged.lane != .urgent
        } else if let row = owed[stream] {
            merged.after = max(row.through, order.after)
        }
        owed[stream] = merged
        cleanUp()
    }

    mutating func settle(_ item: OwedSettlement) {
        let stream = Self.number(of: item.stream)
        guard let row = owed[stream], let joined = shares[stream], joined <= item.shareVersion
        else { return }
        owed[stream]?.after = max(row.after, item.through)
        cleanUp()
    }

    mutating func moveCursor(to position: UInt64, shareVersion: UInt64) {
        for (stream, version) in shares where version > shareVersion {
            guard !events(of: stream, after: cursor, through: position).isEmpty else { continue }
            var row = Owed(after: cursor, through: position, lane: .backfill)
            if let known = owed[stream] {
                row.through = max(known.through, position)
                if isUnsettled(stream) {
                    row.after = min(known.after, cursor)
                    row.lane = known.lane
                }
            }
            owed[stream] = row
        }
        cursor = max(cursor, position)
        cleanUp()
    }

    /// Settles what the peer holds of a stream. The rest was offered; if it is young it is put off.
    mutating func noteOffered(_ name: StreamID, at now: UInt64, isHeld: (UInt64) -> Bool) {
        let stream = Self.number(of: name)
        guard let row = owed[stream] else { return }
        for position in events(of: stream, after: row.after, through: row.through) {
            guard isHeld(position) || !isDue(position) else {
                let due = entry(position).accepted + 2_000
                owed[stream]?.needsOffer = due > now
                owed[stream]?.notBefore = due > now ? due : row.notBefore
                break
            }
            owed[stream]?.after = position
        }
        cleanUp()
    }
}
