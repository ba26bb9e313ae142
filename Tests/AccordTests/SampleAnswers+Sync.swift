import ControlClient
import ControlProtocol

/// Synthetic answers about peers, shares, asks, quarantine and the clock.
extension SampleAnswers {
    /// A text that tries to colour the screen, to write another line, and to be a formula.
    static let hostile = "=1+1\u{1B}[31m\nready\u{202E}"

    private static let empty = PeerQueue(
        urgentEvents: 0, currentEvents: 0, backfillEvents: 0, bytes: 0)

    static let hospital = PeerStatus(
        name: "hospital", site: id, endpoint: "192.0.2.1:7443", state: .connected,
        lastContactMilliseconds: moment, exactlyInStepMilliseconds: moment - 60_000,
        isInStep: true, queued: empty, theirQueuedEvents: 0, reasons: [], withdrawalsOpen: 0)

    static let clinic = PeerStatus(
        name: "clinic", site: id, endpoint: "192.0.2.2:7443", state: .waitingWindow,
        lastContactMilliseconds: moment, exactlyInStepMilliseconds: moment - 86_400_000,
        isInStep: false,
        queued: PeerQueue(
            urgentEvents: 1, currentEvents: 1_204, backfillEvents: 12_345, bytes: 5_000_000,
            oldestMilliseconds: moment - 3_600_000),
        theirQueuedEvents: 12,
        reasons: [
            LateReason(.window, count: 13_549), LateReason(.granting, count: 2_000),
            LateReason(.waitingCard, count: 1),
            LateReason(code: "later-release", count: 0, text: hostile),
        ], clockAheadMilliseconds: 185_000, withdrawalsOpen: 1)

    static let status = NodeStatus(
        site: id, name: "Example Practice", replica: id + "/0123456789abcdef",
        fingerprint: fingerprint, listening: "0.0.0.0:7443", version: "0.1.0",
        uptimeSeconds: 273_845, patients: 540, events: 12_345, eventsOnlyHere: 12,
        resources: 214_640, pending: 3, pendingOldestMilliseconds: moment - 600_000,
        quarantine: 2, databaseBytes: 69_312_512,
        audit: AuditStatus(
            entries: 31_204, signedMilliseconds: moment, unsignedEntries: 17,
            witnesses: 3, witnessed: 2, unwitnessedEntries: 204, unwitnessedSeconds: 11_400,
            isContradicted: true,
            hold: AuditHold(
                reason: hostile, sinceMilliseconds: moment, untilMilliseconds: moment + 86_400_000)),
        clock: ClockStatus(state: .held, offMilliseconds: 360_000),
        alarms: [
            NodeAlarm(
                code: "clock", text: "The clock stepped forward by 6 min.",
                next: "`accord clock confirm` lets the node follow it."),
            NodeAlarm(code: hostile, text: hostile, next: hostile),
        ],
        peers: [
            hospital, clinic,
            PeerStatus(
                name: "nursing-home-of-the-north", site: id, state: .neverContacted,
                isInStep: false,
                queued: PeerQueue(
                    urgentEvents: 0, currentEvents: 0, backfillEvents: 1_080, bytes: 900),
                reasons: [LateReason(.unreachable, count: 1_080)], withdrawalsOpen: 0),
            PeerStatus(
                name: "lab", site: id, endpoint: "192.0.2.3:7443", state: .refused,
                lastContactMilliseconds: moment, isInStep: false, queued: empty,
                reasons: [LateReason(.refused, count: 0)], withdrawalsOpen: 0,
                lastRefusal: "unknown-site"),
        ])

    static let agreements = [
        ShareSummary(
            agreement: 1, peer: "hospital", compartments: ["identity", "general", "social-care"],
            scope: .all, purpose: "TREAT", isAttested: false, onWithdrawal: .seal, state: .active,
            streams: 1_080, version: 3, madeMilliseconds: moment),
        ShareSummary(
            agreement: 2, peer: "nursing-home-of-the-north", compartments: ["general"],
            scope: .relationship, purpose: "TREAT", isAttested: true, onWithdrawal: .erase,
            state: .granting,
            job: GrantProgress(doneStreams: 2_000, totalStreams: 12_345, secondsLeft: 185),
            streams: 812, version: 4, madeMilliseconds: moment),
        ShareSummary(
            agreement: 3, peer: "clinic", compartments: ["general"], scope: .onRequest,
            purpose: "ETREAT", isAttested: false, onWithdrawal: .seal, state: .withdrawn,
            streams: 0, version: 5, madeMilliseconds: moment,
            withdrawnMilliseconds: moment + 60_000),
    ]

    static let withdrawals = [
        WithdrawalSummary(
            withdrawal: 2, peer: "clinic", compartments: [], reason: hostile,
            madeMilliseconds: moment, streams: 1_080, state: .removing,
            acknowledgements: [
                WithdrawalAcknowledgement(
                    peer: "clinic", notices: 4, acknowledged: 1, refused: 1,
                    lastMilliseconds: moment),
                WithdrawalAcknowledgement(
                    peer: "hospital", notices: 4, acknowledged: 4, refused: 0,
                    lastMilliseconds: moment),
            ]),
        WithdrawalSummary(
            withdrawal: 1, peer: "hospital", compartments: ["social-care"], patient: id,
            reason: "The patient asked for it.", madeMilliseconds: moment, streams: 1,
            state: .done,
            acknowledgements: [
                WithdrawalAcknowledgement(
                    peer: "hospital", notices: 1, acknowledged: 1, refused: 0,
                    lastMilliseconds: moment)
            ]),
    ]

    static let peer = PeerDetail(
        summary: PeerSummary(
            name: "clinic", site: id, siteName: hostile, endpoint: "192.0.2.2:7443",
            fingerprint: fingerprint, state: .waitingWindow, addedMilliseconds: moment),
        status: clinic,
        traffic: PeerTraffic(
            bytesPerSecond: 262_144, windows: ["22:00-06:00", "12:00-13:00"],
            proxy: "192.0.2.9:3128"),
        shares: [agreements[2]],
        sessions: [
            SessionRecord(
                session: "0123456789abcdef", startedMilliseconds: moment, dialledByUs: true,
                ourPosition: 12_345, theirPosition: 678, sentEvents: 1_204, receivedEvents: 12),
            SessionRecord(
                session: "fedcba9876543210", startedMilliseconds: moment - 90_000,
                endedMilliseconds: moment - 1_000, dialledByUs: false, ourPosition: 12_000,
                theirPosition: 600, sentEvents: 0, receivedEvents: 1, end: hostile),
        ],
        refusals: [
            RefusalCount(
                reason: "not-shared", direction: .incoming, count: 2, lastMilliseconds: moment),
            RefusalCount(
                reason: hostile, direction: .outgoing, count: 1, lastMilliseconds: moment),
        ],
        pending: [PendingCount(reason: "card", count: 1, oldestMilliseconds: moment)],
        inFlightDeliveries: 1)

    static let quietPeer = PeerDetail(
        summary: peers[0], status: hospital, traffic: PeerTraffic(isPaused: true), shares: [],
        sessions: [], refusals: [], pending: [], inFlightDeliveries: 0)

    static let explanation = ShareExplanation(
        peer: "hospital", patient: id,
        compartments: [
            CompartmentExplanation(
                compartment: "identity", isHeldHere: true, isShared: true, code: "permitted",
                text: "The peer has a care relationship.", basis: "registered practice",
                agreement: 1, untilMilliseconds: moment, events: 12, acknowledgedEvents: 11,
                isAnnouncedByPeer: true),
            CompartmentExplanation(
                compartment: "mental-health", isHeldHere: false, isShared: false,
                code: "other-compartment", text: "No agreement names this compartment.",
                events: 0, acknowledgedEvents: 0, isAnnouncedByPeer: false),
        ])

    static let quarantine = [
        QuarantineItem(
            item: 7, peer: "hospital", receivedMilliseconds: moment, reason: "bad-signature",
            bytes: 1_536),
        QuarantineItem(
            item: 12, receivedMilliseconds: moment, reason: hostile, bytes: 12,
            closedMilliseconds: moment + 60_000),
    ]

    static let quarantineDetail = QuarantineDetail(
        item: quarantine[0], streamKind: "general", authorSite: hostile, counter: 12,
        eventID: String(repeating: "0f", count: 32), waitingFor: "The author's node card.",
        next: "Wait for the card, then `accord quarantine retry 7`.")

    static let syncPresentations: [(name: String, presentation: Presentation)] = [
        ("status", .status(status)), ("peer", .peer(peer)), ("peer-quiet", .peer(quietPeer)),
        ("shares", .shares(ShareOverview(agreements: agreements, withdrawals: withdrawals))),
        ("no-shares", .shares(ShareOverview(agreements: [], withdrawals: []))),
        (
            "share-granted",
            .granted(
                ShareReceipt(agreement: 4, streamsToDecide: 1, version: 4), peer: "hospital")
        ),
        (
            "share-withdrawn",
            .withdrawn(
                WithdrawalReceipt(withdrawal: 3, streams: 1_080, policyVersion: 9),
                peer: "hospital")
        ),
        ("explanation", .explanation(explanation)),
        (
            "ask-granted",
            .asked(
                AskReceipt(outcome: .granted, patient: id, untilMilliseconds: moment),
                peer: "hospital")
        ),
        ("ask-nothing", .asked(AskReceipt(outcome: .nothing), peer: "hospital")),
        ("quarantine", .quarantine(quarantine)), ("no-quarantine", .quarantine([])),
        ("quarantine-detail", .quarantineDetail(quarantineDetail)),
        ("quarantine-closed", .quarantineClosed(quarantine[1])),
        (
            "quarantine-retried",
            .quarantineRetried(QuarantineRetry(tried: 3, applied: 2, stillRefused: 1))
        ),
        ("clock", .clock(status.clock)), ("clock-steady", .clock(ClockStatus(state: .steady))),
        (
            "clock-unsynchronised",
            .clock(ClockStatus(state: .unsynchronised, offMilliseconds: -2_000))
        ),
    ]
}
