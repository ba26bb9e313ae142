import CareRecord
import RecordStore
import Signing
import WireFormat

/// Carries events from one store to another as two nodes do, without a network.
struct Exchange {
    let sender: TestSite
    let receiver: TestSite
    var session = "00112233445566778899aabbccddeeff"

    init(_ sender: TestSite, to receiver: TestSite) {
        self.sender = sender
        self.receiver = receiver
    }

    /// Tells the receiver the whole share set, part by part.
    @discardableResult
    func announce() async throws -> Bool {
        var version: UInt64 = 0
        while true {
            let part = try await sender.store.announcement(
                to: receiver.site, fromVersion: version)
            guard try await receiver.store.receive(part, from: sender.site) == nil else {
                return false
            }
            version = part.toVersion
            guard part.digest.isEmpty else { break }
        }
        try await sender.store.acknowledgeShare(version, by: receiver.site)
        try await receiver.finishSharing()
        return true
    }

    /// Carries the notices that the receiver has not answered, and its answers back.
    @discardableResult
    func carryNotices() async throws -> [NoticeAnswer.Outcome] {
        var outcomes: [NoticeAnswer.Outcome] = []
        while true {
            let open = try await sender.store.openNotices(for: receiver.site, countMax: 8)
            guard !open.notices.isEmpty else { return outcomes }
            _ = try await receiver.store.receive(cards: open.cards, from: sender.site)
            for notice in open.notices {
                let outcome = try await receiver.store.obey(notice, from: sender.site)
                try await sender.store.noteAnswer(
                    outcome, ofNotice: notice.notice.id, by: receiver.site)
                outcomes.append(outcome)
            }
        }
    }

    /// Has the sender owe what the receiver wants; gives how much was asked for.
    @discardableResult
    func carryFetches() async throws -> Int {
        let fetches = try await receiver.store.wanted(from: sender.site, countMax: 100)
        for fetch in fetches { try await sender.store.owe(fetch, to: receiver.site) }
        return fetches.count
    }

    /// Brings the receiver in step with what the sender shares, withdrawals first.
    @discardableResult
    func runWithNotices() async throws -> [NoticeAnswer.Outcome] {
        try await announce()
        let outcomes = try await carryNotices()
        try await run()
        return outcomes
    }

    /// Tells the receiver any streams at all.
    @discardableResult
    func announceByHand(_ streams: [StreamID], version: UInt64 = 1) async throws -> Bool {
        var sum = ShareSetSum()
        for stream in streams { sum.insert(stream.bytes) }
        let refusal = try await receiver.store.receive(
            Announce(
                fromVersion: 0, toVersion: version, added: streams.sorted(), removed: [],
                digest: sum.digest), from: sender.site)
        try await receiver.finishSharing()
        return refusal == nil
    }

    /// Opens envelopes with the keys that the receiver knows.
    func examine(_ envelopes: [EventEnvelope]) async throws -> [IncomingEvent] {
        let keys = try await receiver.store.eventKeys()
        let opener = EventOpener(coder: FrameCoder())
        return envelopes.map { envelope in
            IncomingEvent(opener.open(envelope, key: { keys[$0] }), envelope: envelope)
        }
    }

    /// Gives envelopes to the receiver as one delivery.
    @discardableResult
    func give(
        _ envelopes: [EventEnvelope], number: UInt64 = 1, through: UInt64 = 0
    ) async throws -> [EventOutcome] {
        try await receiver.store.accept(
            IncomingDelivery(
                peer: sender.site, session: session, number: number,
                feed: try await sender.store.greeting(for: receiver.site).feed,
                throughPosition: through, events: try await examine(envelopes)))
    }

    /// Discloses events at feed positions of the sender; `nil` if one is not permitted.
    func envelopes(at positions: [UInt64], number: UInt64 = 1) async throws -> [EventEnvelope]? {
        try await sender.store.disclose(
            positions: positions, to: receiver.site, session: session, delivery: number
        )?.envelopes
    }

    /// The feed positions that may go to the receiver.
    func permitted(after: UInt64 = 0) async throws -> [UInt64] {
        try await sender.store.feedRows(for: receiver.site, after: after, rowsMax: 100_000).rows
            .filter {
                $0.isPermitted && !$0.cameFromPeer && !$0.isOwed && $0.author.site != receiver.site
            }
            .map(\.position)
    }

    /// Announces, settles what is owed, sends the feed, and moves the cursor.
    @discardableResult
    func run() async throws -> [EventOutcome] {
        try await announce()
        var outcomes: [EventOutcome] = []
        for lane in Lane.allCases { outcomes += try await settle(lane) }
        let cursor = try await sender.store.greeting(for: receiver.site).cursor
        let page = try await sender.store.feedRows(
            for: receiver.site, after: cursor, rowsMax: 100_000)
        let positions = try await permitted(after: cursor)
        if !positions.isEmpty {
            outcomes += try await give(
                try await envelopes(at: positions) ?? [], through: page.through)
        }
        try await sender.store.moveCursor(
            of: receiver.site, to: page.through, shareVersion: page.shareVersion)
        return outcomes
    }

    /// Sends what is owed by one lane.
    func settle(_ lane: Lane) async throws -> [EventOutcome] {
        var outcomes: [EventOutcome] = []
        while true {
            let owed = try await sender.store.owedEvents(
                for: receiver.site, lane: lane, after: nil, dueByMilliseconds: .max, rowsMax: 100)
            guard !owed.events.isEmpty else { return outcomes }
            let rows = owed.events.map(\.row)
            let positions = rows.filter { $0.isPermitted && !$0.cameFromPeer }.map(\.position)
            if !positions.isEmpty {
                outcomes += try await give(try await envelopes(at: positions) ?? [])
            }
            try await sender.store.settleOwed(
                rows.map { ($0.stream, $0.position, owed.shareVersion) }, of: receiver.site)
        }
    }

    /// Two sites that are enrolled with each other.
    static func pair(_ first: String = "practice", _ second: String = "hospital") async throws -> (
        TestSite, TestSite
    ) {
        let sites = (try TestSite(first), try TestSite(second))
        try await sites.0.enrol(sites.1)
        try await sites.1.enrol(sites.0)
        return sites
    }

    /// A practice that shares with a hospital that shares with a nursing home, enrolled in a row.
    static func row() async throws -> (TestSite, TestSite, TestSite) {
        let (practice, hospital) = try await pair()
        let home = try TestSite("nursing-home")
        try await hospital.enrol(home)
        try await home.enrol(hospital)
        return (practice, hospital, home)
    }
}
