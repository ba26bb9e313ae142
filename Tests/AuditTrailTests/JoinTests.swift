import AuditTrail
import Signing
import Testing

/// Two sites' accounts of their sessions, and the pages in which one comes.
@Suite struct JoinTests {
    private static let session = String(repeating: "0a", count: 16)

    /// An entry whose digest is of one character.
    private static func entry(
        _ place: UInt64, _ matter: SharedEntry.Matter, _ delivery: UInt64? = 1,
        _ events: UInt64 = 2,
        _ digest: Character = "a", session: String = session
    ) throws -> SharedEntry {
        let hasDigest = matter == .left || matter == .came
        return try #require(
            SharedEntry(
                place: place, matter: matter, session: session,
                delivery: matter == .answered ? nil : delivery, events: events,
                digest: hasDigest ? String(repeating: digest, count: 64) : nil))
    }

    private static func compare(
        _ own: [SharedEntry], _ peers: [SharedEntry], boundary: UInt64 = 100,
        first: UInt64 = 0, peersFirst: UInt64 = 0, youngFrom: UInt64 = .max
    ) -> JoinComparison {
        JoinComparison(
            own: JoinHalf(first: first, entries: own),
            peers: JoinHalf(first: peersFirst, entries: peers), boundary: boundary,
            youngFrom: youngFrom)
    }

    @Test("deliveries with the same digests agree, whichever side looks")
    func agree() throws {
        let sender = [
            try Self.entry(3, .left, 1, 2, "a"), try Self.entry(4, .left, 1, 5, "b"),
            try Self.entry(5, .left, 2, 1, "c"), try Self.entry(9, .answered, nil, 8),
        ]
        let receiver = [
            try Self.entry(30, .came, 2, 1, "c"), try Self.entry(31, .came, 1, 5, "b"),
            try Self.entry(32, .came, 1, 2, "a"),
        ]
        for found in [Self.compare(sender, receiver), Self.compare(receiver, sender)] {
            #expect(found.agreed == 2 && found.findings.isEmpty)
        }
    }

    @Test("one patient under two agreements agrees with one entry, and so does one taken twice")
    func split() throws {
        let sender = [
            try Self.entry(3, .left, 1, 2), try Self.entry(4, .left, 1, 3),
        ]
        let receiver = [try Self.entry(3, .came, 1, 5), try Self.entry(8, .came, 1, 5)]
        #expect(Self.compare(sender, receiver).agreed == 1)
        #expect(Self.compare(receiver, sender).agreed == 1)
    }

    @Test("a delivery that left is missing there only if it was answered")
    func leftOutThere() throws {
        let sent = [
            try Self.entry(3, .left, 1, 2), try Self.entry(4, .left, 2, 2, "b"),
            try Self.entry(5, .left, 3, 2, "c"),
        ]
        let came = [try Self.entry(7, .came, 2, 2, "b")]
        let unanswered = Self.compare(sent, came)
        #expect(unanswered.agreed == 1 && unanswered.unanswered == 2)
        #expect(unanswered.findings.isEmpty)
        // Four events were answered, and two of them came.
        let answered = Self.compare(sent + [try Self.entry(6, .answered, nil, 4)], came)
        #expect(answered.unanswered == 1)
        #expect(answered.findings.map(\.fault) == [.missingThere])
        #expect(answered.firstHere == 3 && answered.firstThere == nil)
        // What this log was answered after the peer's head is not held against the peer.
        let late = Self.compare(
            sent + [try Self.entry(6, .answered, nil, 4)], came, boundary: 5)
        #expect(late.findings.isEmpty && late.unanswered == 1 && late.later == 1)
        let seenThere = Self.compare(came, sent + [try Self.entry(6, .answered, nil, 4)])
        #expect(seenThere.findings.map(\.fault) == [.missingHere])
        #expect(seenThere.firstHere == nil && seenThere.firstThere == 3)
    }

    @Test("a receiver cannot hide what it answered behind a later delivery that it did not answer")
    func hiddenBehindUnanswered() throws {
        let sent = [
            try Self.entry(3, .left, 1, 4, "a"), try Self.entry(4, .left, 2, 4, "b"),
            try Self.entry(5, .left, 3, 1, "c"), try Self.entry(9, .answered, nil, 8),
        ]
        let came = [try Self.entry(30, .came, 1, 4, "a"), try Self.entry(32, .came, 3, 1, "c")]
        let found = Self.compare(sent, came)
        #expect(found.findings.map(\.fault) == [.missingThere] && found.firstHere == 4)
        let seenThere = Self.compare(came, sent)
        #expect(seenThere.findings.map(\.fault) == [.missingHere] && seenThere.firstThere == 4)
    }

    @Test("where everything was answered a receiver cannot claim refusals that it did not answer")
    func refusalsNobodyWasToldOf() throws {
        let sent = [try Self.entry(3, .left, 1, 2, "a"), try Self.entry(4, .left, 2, 2, "b")]
        let came = [try Self.entry(30, .came, 1, 2, "a"), try Self.entry(31, .refused, 2, 2)]
        var answered = try Self.entry(9, .answered, nil, 4)
        let found = Self.compare(sent + [answered], came)
        #expect(found.agreed == 1 && found.findings.map(\.fault) == [.differing])
        answered.refused = 2
        #expect(Self.compare(sent + [answered], came).inPart == 1)
        // An answer that got lost may have told of them.
        let part = try Self.entry(9, .answered, nil, 2)
        #expect(Self.compare(sent + [part], came).inPart == 1)
        // The receiver knows what it refused itself.
        #expect(Self.compare(came, sent + [part]).inPart == 1)
        // More than there was cannot have been refused.
        let more = [try Self.entry(31, .refused, 1, 3)]
        #expect(Self.compare([sent[0]], more).findings.map(\.fault) == [.differing])
    }

    @Test("what came without having left is evidence, unless it is newer than the peer's head")
    func leftOutBySender() throws {
        let came = [try Self.entry(7, .came)]
        #expect(Self.compare(came, []).findings.map(\.fault) == [.missingThere])
        #expect(Self.compare(came, []).firstHere == 7)
        #expect(Self.compare(came, [], boundary: 7).later == 1)
        #expect(Self.compare([], came).findings.map(\.fault) == [.missingHere])
        #expect(Self.compare([], came).firstThere == 7)
    }

    @Test("another digest, another number of events or another session differs")
    func differing() throws {
        let sent = [try Self.entry(3, .left)]
        let others = [
            try Self.entry(7, .came, 1, 2, "b"), try Self.entry(7, .came, 1, 3, "a"),
        ]
        for other in others {
            let found = Self.compare(sent, [other])
            #expect(found.findings.map(\.fault) == [.differing])
            #expect(found.firstHere == 3 && found.firstThere == 7)
        }
        let elsewhere = try Self.entry(
            7, .came, 1, 2, "a", session: String(repeating: "0b", count: 16))
        #expect(Self.compare(sent, [elsewhere]).findings.map(\.fault) == [.missingHere])
        let more = [try Self.entry(3, .left), try Self.entry(4, .left, 1, 1, "c")]
        #expect(Self.compare(more, [try Self.entry(7, .came)]).count(of: .differing) == 1)
    }

    @Test("what a receiver says that it did not keep makes a delivery agree in number, and no more")
    func inPart() throws {
        let sent = [try Self.entry(3, .left, 1, 5)]
        for (kept, refused, waiting) in [(3, 2, 0), (3, 1, 1), (0, 5, 0)]
            as [(UInt64, UInt64, UInt64)]
        {
            var came: [SharedEntry] = []
            if kept > 0 { came.append(try Self.entry(7, .came, 1, kept, "b")) }
            came.append(try Self.entry(8, .refused, 1, refused))
            came.append(try Self.entry(9, .waiting, 1, waiting))
            #expect(Self.compare(sent, came).inPart == 1)
            #expect(Self.compare(came, sent).inPart == 1)
        }
        let tooFew = [try Self.entry(7, .came, 1, 2, "b"), try Self.entry(8, .refused, 1, 2)]
        #expect(Self.compare(sent, tooFew).count(of: .differing) == 1)
        let tooMany = [try Self.entry(7, .came, 1, 6, "b"), try Self.entry(8, .refused, 1, 2)]
        #expect(Self.compare(sent, tooMany).count(of: .differing) == 1)
    }

    /// Three deliveries in each of four sessions, which one log tells of from 300 on, the other from
    /// 500 on.
    private static func sessions() throws -> (sent: [SharedEntry], came: [SharedEntry]) {
        var (sent, came): ([SharedEntry], [SharedEntry]) = ([], [])
        for number in 0..<12 as Range<UInt64> {
            let session = String(repeating: "0\(number / 3)", count: 16)
            let delivery = number % 3 + 1
            sent.append(try Self.entry(300 + number, .left, delivery, 2, session: session))
            came.append(try Self.entry(500 + number, .came, delivery, 2, session: session))
        }
        return (sent, came)
    }

    @Test("sessions that begin before a pruned log does are left out, whichever log was pruned")
    func pruned() throws {
        let (sent, came) = try Self.sessions()
        // The cut is in the second session, so that its rest tells of nothing to rely on.
        let (lateSent, lateCame) = (Array(sent.dropFirst(4)), Array(came.dropFirst(4)))
        for (own, ownFirst, peers, peersFirst) in [
            (lateSent, 256, came, 0), (sent, 0, lateCame, 256), (lateSent, 256, lateCame, 256),
            (lateCame, 256, sent, 0), (came, 0, lateSent, 256),
            (lateSent, 256, Array(came.dropFirst(7)), 512),
        ] as [([SharedEntry], UInt64, [SharedEntry], UInt64)] {
            let found = Self.compare(
                own, peers, boundary: 1_000, first: ownFirst, peersFirst: peersFirst)
            let isLater = peersFirst == 512
            #expect(found.findings.isEmpty && found.agreed == (isLater ? 3 : 6))
            let isKnown = own.count == 12 || peers.count == 12
            #expect(found.leftOut == (isKnown || isLater ? 2 : 1))
            #expect(found.unanswered == 0 && found.later == 0)
        }
        // Without a word of pruning it is evidence.
        #expect(Self.compare(lateSent, came, boundary: 1_000).count(of: .missingHere) == 4)
    }

    @Test("a peer cannot have pruned what is too young for that")
    func claimsToHavePruned() throws {
        let (sent, came) = try Self.sessions()
        let answered = try (0..<4).map {
            try Self.entry(
                UInt64(320 + $0), .answered, nil, 6,
                session: String(repeating: "0\($0)", count: 16))
        }
        let own = sent + answered
        for (rest, agreed) in [(came.suffix(3), 3), (came.suffix(0), 0)] {
            let left = Self.compare(own, Array(rest), boundary: 1_000, peersFirst: 256)
            #expect(left.findings.isEmpty && left.isEmpty == (agreed == 0 || left.agreed == 0))
            let found = Self.compare(
                own, Array(rest), boundary: 1_000, peersFirst: 256, youngFrom: 306)
            // The two sessions from entry 306 on are compared.
            #expect(found.count(of: .missingThere) == 6 - agreed && found.agreed == agreed)
            #expect(found.leftOut == 2 && !found.isEmpty)
        }
    }

    @Test("what is missing behind a pruned log's beginning is evidence all the same")
    func missingInPruned() throws {
        let (sent, came) = try Self.sessions()
        let late = Array(sent.dropFirst(4))
        for place in 6..<12 {
            var less = sent
            less.remove(at: place)
            let found = Self.compare(
                Array(less.dropFirst(4)), came, boundary: 1_000, first: 256)
            #expect(found.findings.map(\.fault) == [.missingHere])
            #expect(found.firstThere == UInt64(500 + place))
        }
        // A whole session behind the beginning, too.
        let lacking = came.filter { !$0.session.hasSuffix("2") }
        let answered = try Self.entry(
            320, .answered, nil, 6, session: String(repeating: "02", count: 16))
        let found = Self.compare(late + [answered], lacking, boundary: 1_000, first: 256)
        #expect(found.count(of: .missingThere) == 3 && found.agreed == 3)
        // A log that tells of nothing has nothing to compare, and says so.
        #expect(Self.compare([], came, boundary: 1_000, first: 256).leftOut == 4)
    }

    @Test("figures without sense are compared like others")
    func absurd() throws {
        let most = UInt64(Int64.max)
        let sent = try (0..<9 as Range<UInt64>).map { try Self.entry($0, .left, $0, most) }
        let answers = try (9..<14 as Range<UInt64>).map { try Self.entry($0, .answered, nil, most) }
        let found = Self.compare(sent, [try Self.entry(2, .came, 0, most)])
        #expect(found.agreed == 1 && found.unanswered == 8)
        #expect(Self.compare([], sent + answers).count(of: .missingHere) == 3)
        #expect(
            SharedEntry(place: 0, matter: .left, session: "x", delivery: 1, events: 1, digest: nil)
                == nil)
    }

    // MARK: - Pages

    private static let log = SampleLog(count: 40, headSizes: [40])

    private static func page(_ places: [Int], next: UInt64 = 40) throws -> JoinPage {
        var tree = MerkleTiles(size: 40, tiles: TileStore(log.entries).read)
        let items = try places.map { place in
            JoinPage.Item(
                entry: try entry(UInt64(place), .left), leaf: .leaf(of: log.entries[place]),
                proof: try tree.inclusionProof(of: UInt64(place)))
        }
        return JoinPage(
            next: next, items: items,
            growth: WitnessRequest(oldSize: 0, proof: [], head: log.heads[0]))
    }

    @Test("a page says the same after it travelled, and proves its leaves")
    func pages() throws {
        for places in [[], [0], [0, 7, 39]] {
            let page = try Self.page(places)
            let read = try JoinPage(encoded: page.encoded)
            #expect(read == page)
            try read.check(against: JoinRequest(cosigned: 0))
        }
        let request = JoinRequest(cosigned: 7, size: 40, from: 8)
        #expect(try JoinRequest(encoded: request.encoded) == request)
        try Self.page([8, 9]).check(against: request)
    }

    @Test("a page that goes back, lingers, is out of order or proves nothing is refused")
    func hostilePages() throws {
        let whole = JoinRequest(cosigned: 0)
        let rest = JoinRequest(cosigned: 0, size: 40, from: 8)
        let bad: [(JoinPage, JoinRequest)] = [
            (try Self.page([7]), rest), (try Self.page([9, 8]), rest),
            (try Self.page([8, 8]), rest),
            (try Self.page([8], next: 8), rest), (try Self.page([8], next: 39), rest),
            (try Self.page([], next: 41), whole), (try Self.page([], next: 7), rest),
            (try Self.page([], next: 20), whole),
            (try Self.page([8]), JoinRequest(cosigned: 0, size: 39, from: 8)),
        ]
        for (page, request) in bad {
            #expect(throws: LogRefusal.badRequest) { try page.check(against: request) }
        }
        var moved = try Self.page([8, 9])
        moved.items[0] = JoinPage.Item(
            entry: try Self.entry(8, .left), leaf: moved.items[1].leaf, proof: moved.items[0].proof)
        #expect(throws: LogRefusal.badProof) { try moved.check(against: whole) }
        for first in [1, 256, .max] as [UInt64] {
            var pruned = try Self.page([8, 9])
            pruned.first = first
            #expect(throws: LogRefusal.badRequest) { try pruned.check(against: whole) }
        }
    }
}
