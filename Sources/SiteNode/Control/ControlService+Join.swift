import AuditTrail
import ControlProtocol
import PeerTransport
import RecordStore

extension ControlService {
    /// Bounds against a peer that never ends.
    private enum JoinLimits {
        /// Pages of one peer's log, 256 entries each.
        static let pagesMax = 2_048
        /// Entries of this log.
        static let entriesMax = pagesMax * JoinPage.entriesMax
        /// Attempts, while heads are cosigned in sessions at the same time.
        static let attemptsMax = 5
        /// The time for all pages.
        static let time: Duration = .seconds(600)
    }

    /// Why two logs were not compared, or why the peer's need not be.
    private struct JoinStop: Error {
        let outcome: JoinReport.Outcome
        var reason: String?

        init(_ outcome: JoinReport.Outcome, _ reason: String? = nil) {
            self.outcome = outcome
            self.reason = reason
        }
    }

    /// Compares this log with a peer's, delivery by delivery.
    func join(_ name: String) async throws -> JoinReport {
        guard
            let peer = try await store.peers()
                .first(where: { $0.name == name && $0.revokedMilliseconds == nil })
        else { return JoinReport(peer: name, outcome: .unchecked, reason: "not-enrolled") }
        do {
            return try await joins.run { try await compare(with: peer) }
                ?? JoinReport(peer: name, outcome: .unchecked, reason: "another-join")
        } catch let stop as JoinStop {
            return JoinReport(peer: name, outcome: stop.outcome, reason: stop.reason)
        } catch let failure as PeerFailure {
            return JoinReport(peer: name, outcome: .unchecked, reason: failure.code.rawValue)
        } catch let refusal as LogRefusal {
            return JoinReport(peer: name, outcome: .unchecked, reason: refusal.rawValue)
        }
    }

    private func compare(with peer: PeerRecord) async throws -> JoinReport {
        // In this order: whatever was answered here before is under the peer's head, and whatever is
        // under the peer's head left here before this log is read.
        let boundary = store.auditStanding.edge.size
        let (head, theirs) = try await half(of: peer)
        guard
            let own = try await store.sharedEntries(
                with: peer.site, countMax: JoinLimits.entriesMax)
        else { throw JoinStop(.unchecked, "too-many-entries") }
        let comparison = JoinComparison(
            own: own, peers: theirs, boundary: boundary, youngFrom: try await youngFrom())
        guard !comparison.isEmpty else { throw JoinStop(.unchecked, "all-pruned") }
        var report = JoinReport(
            peer: peer.name, outcome: comparison.findings.isEmpty ? .agrees : .disagrees)
        report.peerSize = Int(head.size)
        report.agreed = comparison.agreed
        report.inPart = comparison.inPart
        report.unanswered = comparison.unanswered
        report.later = comparison.later
        report.leftOut = comparison.leftOut
        report.minimum = own.first > 0 ? Int(own.first) : nil
        report.peerMinimum = theirs.first > 0 ? Int(theirs.first) : nil
        report.missingHere = comparison.count(of: .missingHere)
        report.missingThere = comparison.count(of: .missingThere)
        report.differing = comparison.count(of: .differing)
        report.firstHere = comparison.firstHere.map { Int($0) }
        report.firstThere = comparison.firstThere.map { Int($0) }
        return report
    }

    /// The first entry of this log that is too young for any site to have pruned; a month less than
    /// the shortest retention, since clocks differ.
    private func youngFrom() async throws -> UInt64 {
        let days = Int64(NodeConfiguration.auditRetentionYearsMin) * 365 - 31
        return try await store.firstAuditEntry(
            notBefore: clock.milliseconds() - days * 86_400_000)
    }

    /// All pages of the peer's half, under one head that follows on what was cosigned here.
    private func half(of peer: PeerRecord) async throws -> (LogHead, JoinHalf) {
        let deadline = ContinuousClock.now + JoinLimits.time
        var page = try await firstPage(of: peer)
        let head = page.growth.head.head
        var half = JoinHalf(first: page.first, entries: page.items.map(\.entry))
        var count = 1
        while page.next < head.size {
            guard count < JoinLimits.pagesMax, ContinuousClock.now < deadline else {
                throw JoinStop(.unchecked, "too-many-pages")
            }
            count += 1
            page = try await fetchPage(
                JoinRequest(cosigned: 0, size: head.size, from: page.next), of: peer)
            guard page.growth.head.head == head else { throw LogRefusal.badHead }
            half.first = max(half.first, page.first)
            half.entries += page.items.map(\.entry)
        }
        return (head, half)
    }

    /// The first page, whose head this node cosigns as it would in a session: that checks the
    /// signature and the growth, and keeps what contradicts.
    private func firstPage(of peer: PeerRecord) async throws -> JoinPage {
        var cosigned = try await store.cosignedSize(ofLogOf: peer.site)
        var size: UInt64 = 0
        var isShorter = false
        for _ in 0..<JoinLimits.attemptsMax {
            let page = try await fetchPage(JoinRequest(cosigned: cosigned, size: size), of: peer)
            let shown = page.growth.head.head.size
            switch try await store.cosign(page.growth.encoded, from: peer.site).answer {
            case .cosigned: return page
            case .newestSize(let newest):
                // A session may have brought this head meanwhile, or a newer one.
                isShorter = newest > shown
                (cosigned, size) = (newest, isShorter ? 0 : shown)
            case .refused(.inconsistent): throw JoinStop(.contradicted)
            case .refused(let refusal): throw JoinStop(.unchecked, "head-\(refusal.rawValue)")
            }
        }
        throw isShorter ? JoinStop(.shortened) : JoinStop(.unchecked, "head-moves")
    }

    private func fetchPage(_ request: JoinRequest, of peer: PeerRecord) async throws -> JoinPage {
        guard
            let response = try await fetch(
                .post, AuditDoor.join, request.encoded, from: peer, timeout: .seconds(60),
                responseBytesMax: LogLimits.joinPageBytesMax)
        else { throw JoinStop(.unchecked, "dials-in") }
        guard response.status != 409 else { throw JoinStop(.unchecked, "log-contradicted") }
        guard response.status == 200 else {
            throw JoinStop(.unchecked, "status-\(response.status)")
        }
        let page = try JoinPage(encoded: response.body)
        try page.check(against: request)
        return page
    }
}
