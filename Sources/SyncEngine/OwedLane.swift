import CareRecord

/// What a peer is owed in one lane: read from the store in passes, each from the start of the lane.
///
/// A pass presents the unsettled events of each stream in order and without gaps, so a settlement
/// never passes an event that was not answered. Where that would not hold any more, the rest of the
/// stream is left to the next pass.
struct OwedLane: Sendable {
    /// What became of asking the peer about a stream.
    private struct Offer: Sendable {
        var through: UInt64
        /// Before this time it is not asked about again, unless more of it was held back.
        var againAt: UInt64
        var isAnswered = false
        var isStillNeeded = true
    }

    let lane: Lane
    /// Whether the lane is to be read from its start.
    private(set) var wantsPass = true
    /// When something falls due that was not due in the last pass.
    private(set) var nextDue: UInt64?
    /// What was read and is not on its way: also what need not be sent, which is settled in turn.
    private var queue: [Item] = []
    private var toSendCount = 0
    /// Whether a pass has begun and not ended.
    private var isPassing = false
    private var place: OwedPosition?
    /// The version of the share set when the pass began.
    private var passVersion: UInt64 = 0
    /// Streams of which the rest of this pass takes nothing.
    private var blocked: Set<StreamID> = []
    private var offers: [StreamID: Offer] = [:]
    private var needsOffers = false
    /// Whether the last pass found anything: then something may have come up behind it.
    private(set) var foundRows = false

    init(_ lane: Lane) { self.lane = lane }

    /// One event, and whether it is to be sent.
    struct Item: Sendable {
        var row: FeedRow
        var isToSend: Bool
    }

    /// Whether an event of the lane could leave.
    var hasRowsToSend: Bool { toSendCount > 0 }

    /// Whether nothing of the lane is left, now or later.
    var isSettled: Bool {
        queue.isEmpty && !isPassing && !wantsPass && nextDue == nil && !needsOffers
    }
}

// MARK: - Reading

extension OwedLane {
    /// The lane may hold more than the last pass has found.
    mutating func askForPass() { wantsPass = true }

    /// Something falls due at that time, unless something else does before.
    mutating func noteDue(at time: UInt64) { nextDue = min(nextDue ?? time, time) }

    /// Asks for a pass if something has fallen due.
    mutating func notice(_ now: UInt64) {
        guard let nextDue, nextDue <= now else { return }
        self.nextDue = nil
        wantsPass = true
    }

    /// Whether to read, and from where; a pass that is asked for begins once the last one is sent.
    mutating func placeToRead(rowsMax: Int) -> (isNeeded: Bool, place: OwedPosition?) {
        if isPassing { return (queue.count < rowsMax, place) }
        guard wantsPass, queue.isEmpty else { return (false, nil) }
        isPassing = true
        place = nil
        wantsPass = false
        nextDue = nil
        blocked = []
        foundRows = false
        needsOffers = false
        offers = offers.mapValues { offer in
            var offer = offer
            offer.isStillNeeded = false
            return offer
        }
        return (true, nil)
    }

    /// Takes what was read, and returns the streams that the peer must be asked about; one that was
    /// asked about and still is in need of it is asked about again from `againAt` on.
    mutating func take(
        _ page: OwedPage, at now: UInt64, againAt: UInt64, isToSend: (FeedRow) -> Bool
    ) -> [StreamID] {
        var asked: [StreamID] = []
        if page.after == nil { passVersion = page.shareVersion }
        for row in page.rows where !blocked.contains(row.event.stream) {
            guard !row.needsOffer else {
                if offer(row, at: now, againAt: againAt) { asked.append(row.event.stream) }
                continue
            }
            let item = Item(row: row.event, isToSend: isToSend(row.event))
            queue.append(item)
            toSendCount += item.isToSend ? 1 : 0
            foundRows = true
        }
        if let due = page.nextDue { noteDue(at: due) }
        place = page.next
        if page.next == nil { endPass() }
        return asked
    }

    /// The peer was asked about these streams.
    mutating func noteOffered(_ streams: [StreamID]) {
        for stream in streams where offers[stream]?.isAnswered == false {
            offers[stream]?.isAnswered = true
            wantsPass = true
        }
    }

    /// A stream is asked about once for what was held back of it. A store that goes on asking must
    /// not keep the session busy.
    private mutating func offer(_ row: OwedRow, at now: UInt64, againAt: UInt64) -> Bool {
        let stream = row.event.stream
        blocked.insert(stream)
        needsOffers = true
        if var known = offers[stream],
            !known.isAnswered || (known.through >= row.through && now < known.againAt)
        {
            known.isStillNeeded = true
            offers[stream] = known
            if known.isAnswered { noteDue(at: known.againAt) }
            return false
        }
        offers[stream] = Offer(through: row.through, againAt: againAt)
        return true
    }

    private mutating func endPass() {
        isPassing = false
        blocked = []
        offers = offers.filter { !$0.value.isAnswered || $0.value.isStillNeeded }
    }
}

// MARK: - Sending

extension OwedLane {
    /// The first events of the lane that fit into one delivery: their bytes, and how many items
    /// they are with those between and behind them that are not to be sent.
    func nextCut(bytesMax: Int, eventsMax: Int) -> (items: Int, bytes: Int) {
        var bytes = 0
        var events = 0
        var items = 0
        for item in queue {
            if item.isToSend {
                if events == eventsMax || (events > 0 && bytes + item.row.bytes > bytesMax) {
                    break
                }
                events += 1
                bytes += item.row.bytes
            }
            items += 1
        }
        return (items, bytes)
    }

    /// Takes the first items: those to be sent, and how far all of them settle their streams.
    mutating func cut(_ items: Int) -> (rows: [FeedRow], settles: [OwedSettlement]) {
        var rows: [FeedRow] = []
        var settles: [OwedSettlement] = []
        for item in queue[..<items] {
            if item.isToSend { rows.append(item.row) }
            if settles.last?.stream == item.row.stream {
                settles[settles.count - 1].through = item.row.position
            } else {
                settles.append(
                    OwedSettlement(
                        stream: item.row.stream, through: item.row.position,
                        shareVersion: passVersion))
            }
        }
        queue.removeFirst(items)
        toSendCount -= rows.count
        return (rows, settles)
    }

    /// Takes everything, if nothing of it is to be sent.
    mutating func cutUnsent() -> [OwedSettlement] {
        toSendCount == 0 ? cut(queue.count).settles : []
    }

    /// Leaves streams to the next pass.
    mutating func leave(_ streams: Set<StreamID>) {
        if isPassing { blocked.formUnion(streams) }
        guard !queue.isEmpty else { return }
        queue.removeAll { streams.contains($0.row.stream) }
        toSendCount = queue.reduce(0) { $0 + ($1.isToSend ? 1 : 0) }
    }
}
