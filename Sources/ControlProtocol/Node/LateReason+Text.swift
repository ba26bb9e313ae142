extension LateReason.Code {
    /// What is counted, as a singular noun.
    public var noun: String {
        switch self {
        case .notAnnounced, .granting: "stream"
        default: "event"
        }
    }

    /// The reason in one sentence.
    public var text: String {
        switch self {
        case .revoked: "The peer's enrolment was withdrawn; it is no longer spoken to."
        case .paused: "An administrator paused the peer."
        case .certExpired: "A certificate of one of the two sites has expired."
        case .clock: "The clocks of the two sites are too far apart."
        case .version: "The two sites have no version of the protocol in common."
        case .refused: "One side turned the other away."
        case .unreachable: "Nobody answers at the peer's endpoint."
        case .diskFull: "This node has no room on its disk and takes nothing in."
        case .peerFull: "The peer has no room; what it did not take is sent again later."
        case .window: "It is outside the peer's time windows; only what is urgent leaves."
        case .bandwidth: "The peer's limit of bytes a second is used up for now."
        case .notAnnounced: "The two sites have not announced the streams to each other yet."
        case .granting: "A grant is still being worked through."
        case .backfill: "Granted lately; it goes out after what is current."
        case .heldBack: "Another site sends it to the peer directly; it follows if that fails."
        case .inFlight: "Sent, and not answered yet."
        case .waitingEvent: "Arrived here, and waits for an earlier event."
        case .waitingCard: "Arrived here, and waits for the author's node card."
        case .waitingErasure:
            "Arrived here without a value, and waits for the event that erased it."
        }
    }

    /// What an administrator can do, in one sentence.
    public var next: String {
        switch self {
        case .revoked: "Enrol the peer again if that was not meant."
        case .paused: "`accord peer resume` lets it go on."
        case .certExpired: "Renew the certificate that has expired, at the site that owns it."
        case .clock: "`accord clock show` at both sites says whose clock is off."
        case .version: "Install the newer release at both sites."
        case .refused:
            "`accord peer show` names the rule; compare it with the peer's administrator."
        case .unreachable: "Check the peer's service, its endpoint and the network between."
        case .diskFull: "Make room on this node's disk."
        case .peerFull: "Ask the peer's administrator to make room."
        case .window: "Wait, or change the windows with `accord peer limit`."
        case .bandwidth: "Wait, or change the limit with `accord peer limit`."
        case .notAnnounced:
            "Wait for the next session, then compare `accord share list` at both sites."
        case .granting: "Wait; `accord share list` shows how far it is."
        case .backfill: "Wait; `accord status` shows how many are left."
        case .heldBack: "Wait; it takes a few seconds."
        case .inFlight: "Wait; if it does not end, look at the network between."
        case .waitingEvent: "`accord share explain` at the sender shows whether it may come."
        case .waitingCard: "Wait for the next session with a site that knows the author."
        case .waitingErasure: "`accord peer show` says since when; ask the sending site."
        }
    }
}
