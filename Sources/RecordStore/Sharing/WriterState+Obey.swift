import AuditTrail
import CareRecord
import Foundation
import GRDB
import Signing
import WireFormat

/// How far a notice of withdrawal was obeyed: its streams are dealt with in parts, each a
/// transaction of its own, so that nobody's write waits for thousands of them.
struct ObeyedPart {
    /// Streams of the notice that were looked at.
    var streams = 0
    /// What had been announced to this node when the first of them was looked at.
    var announced: Int64 = 0
    /// Whether this node was still entitled to any of them.
    var entitledAny = false
    /// Whether any of them was sealed.
    var sealedAny = false
    /// What is answered; `nil` while streams are left.
    var outcome: NoticeAnswer.Outcome?
}

extension WriterState {
    /// Obeys the next part of a notice of withdrawal: seals or erases what its signer no longer
    /// shares, unless this node is entitled to it otherwise (`sync.md` §4). What a crash left is
    /// gone on with when the notice comes again.
    mutating func obey(
        _ signed: SignedWithdrawalNotice, from peer: PeerRows.Item, after part: ObeyedPart,
        _ db: Database
    ) throws -> ObeyedPart {
        let notice = signed.notice
        var part = part
        guard let card = try CardRows.card(of: notice.signer, db),
            signed.isSigned(by: card.card.eventKey)
        else {
            part.outcome = .notBelieved
            return part
        }
        if let known = try NoticeRows.row(named: notice.id, db) {
            part.sealedAny = true
            // An answer may have been lost, and what was sealed may be shared again since.
            if known.isObeyed {
                part.outcome = .done
                return part
            }
        }
        let bound = try boundStreams(of: notice, &part, db)
        if !bound.isEmpty {
            let row = try NoticeRows.insert(signed, withdrawal: nil, now: now(), db)
            for stream in bound {
                try passOn(row, of: stream, db)
                try seal(stream, erases: notice.mode == .erase, db)
            }
            try recordSealed(bound, notice, from: peer, db)
        }
        try conclude(notice, &part, db)
        return part
    }

    /// The streams of the next part that the notice binds this node for.
    private mutating func boundStreams(
        of notice: WithdrawalNotice, _ part: inout ObeyedPart, _ db: Database
    ) throws -> [StreamRows.Item] {
        if part.streams == 0 { part.announced = try announcedSoFar(db) }
        var bound: [StreamRows.Item] = []
        var events = 0
        while part.streams < notice.streams.count, events < ShareJobLimits.eventsPerStep {
            let name = notice.streams[part.streams]
            part.streams += 1
            events += 1
            guard let stream = try StreamRows.named(name.bytes, db) else {
                // What waits may have come under a newer grant than the notice is about.
                if try notice.mode == .erase && !isAnnounced(name, by: notice.signer.site, db) {
                    try forgetWaiting(in: name, from: notice.signer.site, db)
                }
                continue
            }
            guard !stream.isSealed, try mayWithdraw(stream, notice.signer.site, db) else {
                continue
            }
            guard try !isEntitledOtherwise(to: stream, than: notice.signer.site, db) else {
                part.entitledAny = true
                continue
            }
            part.sealedAny = true
            bound.append(stream)
            events += try StreamRows.eventCount(stream.id, db)
        }
        return bound
    }

    /// Decides what is answered once every stream was looked at.
    ///
    /// An announcement may have come between two parts, and ended what an earlier one relied on:
    /// then all of them are looked at again. Who has no say is not told what is held here.
    private func conclude(
        _ notice: WithdrawalNotice, _ part: inout ObeyedPart, _ db: Database
    ) throws {
        guard part.streams >= notice.streams.count else { return }
        if part.entitledAny, try announcedSoFar(db) != part.announced {
            part.streams = 0
            part.entitledAny = false
            return
        }
        if let row = try NoticeRows.row(named: notice.id, db) {
            try NoticeRows.noteObeyed(row.id, db)
        }
        part.outcome = part.sealedAny || !part.entitledAny ? .done : .stillEntitled
    }

    /// Changes with every announcement that is kept.
    private func announcedSoFar(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT sum(their_share_version) FROM peer")) ?? 0
    }

    /// Whether a site has a say about a stream: it is the stream's proven home, or delivered every
    /// event of it that was not written here.
    func mayWithdraw(
        _ stream: StreamRows.Item, _ signer: SiteID, _ db: Database
    ) throws -> Bool {
        if stream.home == signer, try HomeProof.isProven(stream, db) { return true }
        return try Bool.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT count(*) > 0 AND count(*) = count(*) FILTER (WHERE peer.site = ?2)
                    FROM event LEFT JOIN peer ON peer.id = event.source
                    WHERE event.stream = ?1 AND event.source IS NOT NULL
                    """), arguments: [stream.id, Data(signer.bytes)]) ?? false
    }

    /// Own patients stay; so does what the signer still shares, or the home of the stream.
    private func isEntitledOtherwise(
        to stream: StreamRows.Item, than signer: SiteID, _ db: Database
    ) throws -> Bool {
        if stream.home == replica.site { return true }
        if try isAnnounced(stream.name, by: signer, db) { return true }
        return try stream.home != signer && isAnnounced(stream.name, by: stream.home, db)
    }

    /// Whether a site shares a stream with this node.
    private func isAnnounced(
        _ stream: StreamID, by site: SiteID, _ db: Database
    ) throws -> Bool {
        try Bool.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM announced JOIN peer ON peer.id = announced.peer
                      WHERE announced.stream = ? AND peer.site = ? AND peer.revoked IS NULL)
                    """), arguments: [Data(stream.bytes), Data(site.bytes)]) ?? false
    }

    /// Whomever this node ever let have the stream must be told, and gets no more of it.
    private mutating func passOn(
        _ notice: Int64, of stream: StreamRows.Item, _ db: Database
    ) throws {
        let peers = try Int64.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT peer FROM share WHERE stream = ?1
                    UNION SELECT peer FROM share_removed WHERE stream = ?1 ORDER BY peer
                    """), arguments: [stream.id])
        for peer in peers {
            try NoticeRows.address(notice, to: peer, db)
            if try ShareRows.row(peer: peer, stream: stream.id, db) != nil {
                try leave([ShareChange(stream: stream.id, name: stream.name)], peer: peer, db)
            }
            try ShareRows.noteNoticed(peer: peer, stream: stream.id, db)
        }
    }

    private mutating func recordSealed(
        _ streams: [StreamRows.Item], _ notice: WithdrawalNotice, from peer: PeerRows.Item,
        _ db: Database
    ) throws {
        var fact = AuditFact(
            kind: .withdraw,
            actor: AuditActor(
                id: notice.signer.site.description, role: "peer", signInMethod: "signature"))
        fact.from = peer.party
        fact.reason =
            "\(notice.mode == .erase ? "erased" : "sealed") \(streams.count) streams"
        let patients = Set(streams.compactMap(\.name.patient)).sorted()
        for patient in patients {
            fact.patient = patient
            try record(fact, db)
        }
    }
}
