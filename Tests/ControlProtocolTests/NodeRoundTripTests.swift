import ControlProtocol
import Testing

@Suite("control values about nodes and shares")
struct NodeRoundTripTests {
    private static let queue = PeerQueue(
        urgentEvents: 1, currentEvents: 2, backfillEvents: 3, bytes: 4, oldestMilliseconds: 5)
    private static let peer = PeerStatus(
        name: "hospital", site: "s", endpoint: "h:1", state: .refused, lastContactMilliseconds: 1,
        exactlyInStepMilliseconds: 2, isInStep: false, queued: queue, theirQueuedEvents: 6,
        reasons: [LateReason(.window, count: 7)], clockAheadMilliseconds: -8, withdrawalsOpen: 9,
        lastRefusal: "r")
    private static let share = ShareSummary(
        agreement: 1, peer: "n", compartments: ["general"], scope: .onRequest, purpose: "TREAT",
        isAttested: true, onWithdrawal: .erase, state: .granting,
        job: GrantProgress(doneStreams: 1, totalStreams: 2, secondsLeft: 3), streams: 4,
        version: 5, madeMilliseconds: 6, withdrawnMilliseconds: 7)

    @Test("say the same after they travelled: status")
    func status() throws {
        try RoundTrip.expectSame(
            NodeStatus(
                site: "s", name: "n", replica: "r", fingerprint: "f", listening: "l",
                version: "v", uptimeSeconds: 1, patients: 2, events: 3, eventsOnlyHere: 4,
                resources: 5, pending: 6, pendingOldestMilliseconds: 7, quarantine: 8,
                databaseBytes: 9,
                audit: AuditStatus(
                    entries: 10, signedMilliseconds: 11, unsignedEntries: 12,
                    witnesses: 14, witnessed: 15, unwitnessedEntries: 16, unwitnessedSeconds: 13,
                    isContradicted: true,
                    hold: AuditHold(reason: "r", sinceMilliseconds: 1, untilMilliseconds: 2)),
                clock: ClockStatus(state: .held, offMilliseconds: -10),
                alarms: [NodeAlarm(code: "c", text: "t", next: "n")], peers: [Self.peer]))
        try RoundTrip.expectSame(
            PeerStatus(
                name: "n", site: "s", state: .connected, isInStep: true,
                queued: PeerQueue(
                    urgentEvents: 0, currentEvents: 0, backfillEvents: 0, bytes: 0), reasons: [],
                withdrawalsOpen: 0))
        for state in PeerState.allCases { try RoundTrip.expectSame([state]) }
        for state in ClockStatus.State.allCases {
            try RoundTrip.expectSame(ClockStatus(state: state))
        }
        #expect(Self.queue.events == 6)
    }

    @Test("say the same after they travelled: peers")
    func peers() throws {
        let summary = PeerSummary(
            name: "n", site: "s", siteName: "S", endpoint: "h:1", fingerprint: "f",
            state: .revoked, addedMilliseconds: .max)
        try RoundTrip.expectSame(summary)
        try RoundTrip.expectSame(PeerAddition(name: "n", endpoint: "h:1", fingerprint: "f"))
        try RoundTrip.expectSame(PeerReference(name: "n"))
        try RoundTrip.expectSame(PeerPause(name: "n", isPaused: true))
        try RoundTrip.expectSame(PeerLimit(name: "n"))
        try RoundTrip.expectSame(
            PeerLimit(name: "n", bytesPerSecond: 0, windows: [], proxy: ""))
        let session = SessionRecord(
            session: "00ff", startedMilliseconds: 1, endedMilliseconds: 2, dialledByUs: true,
            ourPosition: 3, theirPosition: 4, sentEvents: 5, receivedEvents: 6, end: "e")
        for direction in RefusalCount.Direction.allCases {
            try RoundTrip.expectSame(
                PeerDetail(
                    summary: summary, status: Self.peer,
                    traffic: PeerTraffic(
                        isPaused: true, bytesPerSecond: 1, windows: ["22:00-06:00"],
                        proxy: "p:1"), shares: [Self.share], sessions: [session],
                    refusals: [
                        RefusalCount(
                            reason: "r", direction: direction, count: 1, lastMilliseconds: 2)
                    ], pending: [PendingCount(reason: "card", count: 1, oldestMilliseconds: 2)],
                    inFlightDeliveries: 3))
        }
    }

    @Test("say the same after they travelled: shares, withdrawals, asks")
    func shares() throws {
        try RoundTrip.expectSame(Self.share)
        for scope in ShareScope.allCases {
            try RoundTrip.expectSame(
                ShareGrant(
                    peer: "n", compartments: ["a", "b"], scope: scope, purpose: "TREAT",
                    isAttested: true, onWithdrawal: .erase, patients: ["p"],
                    organisations: ["s|v"]))
        }
        try RoundTrip.expectSame(ShareReceipt(agreement: 1, streamsToDecide: 2, version: 3))
        try RoundTrip.expectSame(
            ShareWithdrawal(peer: "n", compartments: ["a"], patient: "p", reason: "r"))
        try RoundTrip.expectSame(WithdrawalReceipt(withdrawal: 1, streams: 2, policyVersion: 3))
        let answer = WithdrawalAcknowledgement(
            peer: "n", notices: 4, acknowledged: 2, refused: 1, lastMilliseconds: 5)
        #expect(answer.open == 1)
        for state in WithdrawalSummary.State.allCases {
            try RoundTrip.expectSame(
                WithdrawalSummary(
                    withdrawal: 1, peer: "n", compartments: [], patient: "p", reason: "r",
                    madeMilliseconds: 2, streams: 3, state: state, acknowledgements: [answer]))
        }
        try RoundTrip.expectSame(ShareQuestion(peer: "n", patient: "p"))
        try RoundTrip.expectSame(
            ShareExplanation(
                peer: "n", patient: "p",
                compartments: [
                    CompartmentExplanation(
                        compartment: "general", isHeldHere: true, isShared: true, code: "c",
                        text: "t", basis: "b", agreement: 1, untilMilliseconds: 2, events: 3,
                        acknowledgedEvents: 4, isAnnouncedByPeer: true)
                ]))
        try RoundTrip.expectSame(
            AskRequest(
                peer: "n", identifiers: ["s|v"], family: "f", given: "g", birthDate: "1970-01-31",
                purpose: "ETREAT", requester: "q", reason: "r"))
        for outcome in AskReceipt.Outcome.allCases {
            try RoundTrip.expectSame(
                AskReceipt(outcome: outcome, patient: "p", untilMilliseconds: 1))
        }
    }

    @Test("say the same after they travelled: quarantine")
    func quarantine() throws {
        let item = QuarantineItem(
            item: 1, peer: "n", receivedMilliseconds: 2, reason: "r", bytes: 3,
            closedMilliseconds: 4)
        try RoundTrip.expectSame([item])
        try RoundTrip.expectSame(QuarantineReference(item: 1))
        try RoundTrip.expectSame(
            QuarantineDetail(
                item: item, streamKind: "general", authorSite: "S", counter: 1, eventID: "00",
                waitingFor: "w", next: "n"))
        try RoundTrip.expectSame(QuarantineRetryRequest())
        try RoundTrip.expectSame(QuarantineRetryRequest(item: 1))
        try RoundTrip.expectSame(QuarantineRetry(tried: 3, applied: 2, stillRefused: 1))
        try RoundTrip.expectSame(QuarantineClosing(item: 1, reason: "r"))
    }

    @Test("members have the names that programs read")
    func members() throws {
        try RoundTrip.expectMembers(
            [
                "clockAheadMilliseconds", "endpoint", "exactlyInStepMilliseconds", "isInStep",
                "lastContactMilliseconds", "lastRefusal", "name", "queued", "reasons", "site",
                "state", "theirQueuedEvents", "withdrawalsOpen",
            ], of: Self.peer)
        try RoundTrip.expectMembers(
            [
                "backfillEvents", "bytes", "currentEvents", "oldestMilliseconds", "urgentEvents",
            ], of: Self.queue)
        try RoundTrip.expectMembers(
            [
                "agreement", "compartments", "isAttested", "job", "madeMilliseconds",
                "onWithdrawal", "peer", "purpose", "scope", "state", "streams", "version",
                "withdrawnMilliseconds",
            ], of: Self.share)
    }
}
