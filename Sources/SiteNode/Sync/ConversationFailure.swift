import AuditTrail
import ControlProtocol
import RecordStore
import WireFormat

/// Why a conversation with a peer ended.
enum ConversationFailure: Error, Sendable, CustomStringConvertible {
    /// The peer ended it with a reason.
    case refused(SyncRefusal)
    /// The peer answered with another HTTP status than 200.
    case status(Int)
    /// The peer's answer is not what the protocol asks for.
    case protocolBroken(String)
    /// The peer does not hold the share set that was announced to it.
    case announcementLost
    /// A request of the peer was lost, or came twice: what was answered never arrived.
    case requestLost
    /// An administrator paused the peer here.
    case paused
    /// A stream was taken out of the share set while a delivery of it was being prepared.
    case permitsChanged
    /// A dialled channel, which is over, took the place of the session's for a while.
    case displaced

    var description: String {
        switch self {
        case .refused(let refusal): "refused by the peer: \(refusal)"
        case .status(let status): "the peer answered HTTP \(status)"
        case .protocolBroken(let what): "the peer broke the protocol: \(what)"
        case .announcementLost: "the peer does not hold what was announced to it"
        case .requestLost: "a request was lost or came twice"
        case .paused: "paused here"
        case .permitsChanged: "the share set changed"
        case .displaced: "a dialled session took over"
        }
    }

    /// How a session ends by it.
    var ending: SessionEnding {
        switch self {
        case .refused: SessionEnding(description, .refused)
        case .paused, .permitsChanged, .displaced: SessionEnding(description)
        case .status, .protocolBroken, .announcementLost, .requestLost:
            SessionEnding(description, .failed)
        }
    }

    /// The state that the failure leaves the conversation in.
    var state: PeerState {
        switch self {
        case .refused(.version): .version
        case .refused(.revoked): .revoked
        case .refused(.fullDisk): .fullDisk
        case .refused(.clock): .clock
        case .refused(.unavailable): .unreachable
        case .paused: .paused
        default: .refused
        }
    }
}
