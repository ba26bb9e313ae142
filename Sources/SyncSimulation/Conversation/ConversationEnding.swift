import CareRecord
import WireFormat

/// Why a dialled session ended, or a served one.
enum ConversationEnding: Error {
    /// The peer ended it with a reason.
    case refused(SyncRefusal)
    /// The peer's answer is not what the protocol asks for.
    case broken
    /// The peer does not hold the share set that was announced to it.
    case announcementLost
    /// A request of the peer was lost, or came twice.
    case requestLost
    /// An administrator paused the peer here.
    case paused
    /// A stream was taken out of the share set while a delivery of it was being prepared.
    case permitsChanged
    /// There is no room on this node's disk.
    case fullDisk
    /// A dialled channel, which is over, took the place of the session's for a while.
    case displaced
    /// A request or its answer was lost.
    case unreachable

    /// The word for the trace.
    var name: String {
        switch self {
        case .refused(let refusal): "refused-\(refusal.rawValue)"
        case .broken: "broken"
        case .announcementLost: "announcement-lost"
        case .requestLost: "request-lost"
        case .paused: "paused"
        case .permitsChanged: "permits-changed"
        case .fullDisk: "full-disk"
        case .displaced: "displaced"
        case .unreachable: "unreachable"
        }
    }
}

/// How a conversation stands, as far as its pauses depend on it.
enum ConversationState {
    case idle
    case connected
    case unreachable
    case refused
    /// A state that trying again soon cannot help.
    case named
}

/// What happens to a dialled session.
enum Happening {
    /// The feed grew; perhaps a share set changed as well.
    case feedGrew(sharesToo: Bool)
    /// The peer answered a delivery that was sent at the given time of the world.
    case answered(Answer, start: UInt64)
    /// The peer was asked what it holds of these streams.
    case offered([StreamID])
    /// The peer told which sites it hears from directly.
    case directSites([SiteID])
    /// The engine's time has come.
    case tick
    /// A message that is not a delivery is to be posted.
    case post(SyncMessage)
    /// The administrator's limits changed, or a while has passed.
    case lookAround
}
