public import WireFormat

/// What one request may ask of this node (`sync-v1.md` §7), so that what a packet costs is bounded.
public enum RequestBounds {
    /// Lists of vectors in one request. A response asks for no more: each is answered by one, with
    /// the next request.
    public static let vectorsMax = 2

    /// Kinds of message that cost something.
    private enum Costly: Hashable {
        case delivery
        case blobQuestion
        case ask
        case vectors
        case notice
        case fetch
        case announcement
        case cosign
        case cosignAnswer

        init?(_ message: SyncMessage) {
            switch message {
            case .deliver: self = .delivery
            case .blobRequest: self = .blobQuestion
            case .ask: self = .ask
            case .vectors: self = .vectors
            case .notice: self = .notice
            case .fetch: self = .fetch
            case .announce, .cards: self = .announcement
            case .cosign: self = .cosign
            case .cosignAnswer: self = .cosignAnswer
            default: return nil
            }
        }

        /// The most of them in one request.
        var most: Int {
            switch self {
            case .delivery, .blobQuestion, .ask, .cosign, .cosignAnswer: 1
            case .vectors: RequestBounds.vectorsMax
            case .announcement: 4
            case .notice: 8
            case .fetch: 16
            }
        }
    }

    /// Whether a request keeps to the bounds and has a `wait` as its last message only.
    public static func hold(for messages: [SyncMessage]) -> Bool {
        var counts: [Costly: Int] = [:]
        for (index, message) in messages.enumerated() {
            if case .wait = message, index < messages.count - 1 { return false }
            guard let kind = Costly(message) else { continue }
            counts[kind, default: 0] += 1
            if counts[kind, default: 0] > kind.most { return false }
        }
        return true
    }
}
