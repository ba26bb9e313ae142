/// Limits of the conversation of two nodes (`sync-v1.md`, *Limits*).
public enum SyncLimits {
    /// The protocol version of this code.
    public static let protocolVersion: UInt32 = 1
    /// The greatest feed position, share-set version, delivery number or blob offset.
    public static let positionMax: UInt64 = 1 << 63 - 1
    /// What a packet may unpack to, in bytes.
    public static let packetBytesMax = 10 << 20
    /// Messages in one packet.
    public static let packetMessagesMax = 64
    /// Events in one delivery.
    public static let deliveryEventsMax = 4_096
    /// Streams added, and streams removed, by one announcement.
    public static let announcedStreamsMax = 20_000
    /// Streams of one share set: those of several million patients.
    public static let shareSetStreamsMax: UInt64 = 1 << 24
    /// Cards in one message.
    public static let cardsMax = 256
    /// How long a request may be held open, in milliseconds.
    public static let waitMillisecondsMax: UInt32 = 30_000
    /// A piece of a blob, in bytes.
    public static let blobChunkBytesMax = 1 << 20
    /// Sites or codecs in one list.
    public static let listItemsMax = 4_096
    /// Streams whose vectors are compared by one message.
    public static let vectorStreamsMax = 4_096
    /// Writers in all vectors of one message together.
    public static let vectorWritersMax = 32_768
    /// How long an event may be held back that the receiver is likely to get directly, in
    /// milliseconds (`sync-v1.md` §8).
    public static let holdBackMilliseconds: UInt64 = 2_000
    /// How long an answered ask entitles its asker, in milliseconds: 72 hours (`sync-v1.md` §12).
    public static let askGrantMilliseconds: UInt64 = 72 * 3_600_000
    /// Identifiers in one ask.
    public static let askIdentifiersMax = 8
    /// A request to a witness, in bytes (`audit-log-v1.md` §6).
    public static let cosignRequestBytesMax = 69_632
    /// A witness's answer, or a signed head, in bytes.
    public static let cosignAnswerBytesMax = 65_536
}
