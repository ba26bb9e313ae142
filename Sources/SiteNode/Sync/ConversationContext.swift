import CareRecord
import Logging
import PeerTransport
import RecordStore
import Signing
import SyncEngine
import WireFormat

/// What every conversation of the node shares.
struct ConversationContext: Sendable {
    /// The node's store.
    let store: SiteStore
    /// The node's client.
    let client: PeerClient
    /// Keys of authors.
    let keyring: Keyring
    /// What sessions keep to.
    let limits: DeliveryLimits
    /// How often to try again, and how long to wait.
    let timing: ConversationTiming
    /// The node's clock.
    let clock: NodeClock
    /// The protocol versions that this node speaks.
    let protocolRange: ProtocolRange
    /// Sites whose events this node receives directly now.
    let directSites: DirectSites
    /// Where lines go.
    let logger: Logger
}

/// How long conversations wait.
struct ConversationTiming: Sendable {
    /// How long a request may be held open.
    var wait: Duration
    /// The first pause after a failure; doubled after each, with jitter.
    var retryMin: Duration
    /// The longest pause.
    var retryMax: Duration
}

/// One enrolled peer, as a conversation needs to know it.
struct EnrolledPeer: Sendable {
    let site: SiteID
    let name: String
    let endpoint: PeerEndpoint?
    let fingerprint: KeyFingerprint
}
