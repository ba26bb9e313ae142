/// What two sites' entries about one session have in common: neither side's pseudonyms, names,
/// times or salts (`audit-log-v1.md` §10).
public struct SharedEntry: Sendable, Hashable {
    /// What such an entry tells of.
    public enum Matter: String, Sendable, Hashable, CaseIterable {
        /// `disclose-out`: events of one patient left by a delivery.
        case left = "out"
        /// `disclose-in`: events of one patient came by a delivery, and are kept.
        case came = "in"
        /// `refuse`: events of a delivery were not kept.
        case refused
        /// `quarantine`: events of a delivery wait for the card of their author.
        case waiting
        /// `session`: events that left by the session and were answered, since its entry before.
        case answered = "session"

        /// Whether it is about one delivery.
        var hasDelivery: Bool { self != .answered }
        /// Whether it is about one patient's events.
        var hasDigest: Bool { self == .left || self == .came }
    }

    /// The entry's place in its own log.
    public let place: UInt64
    /// What it tells of.
    public let matter: Matter
    /// 32 lower-case hexadecimal digits.
    public let session: String
    /// The delivery's number; `nil` for a session's own entry.
    public let delivery: UInt64?
    /// How many events.
    public let events: UInt64
    /// 64 lower-case hexadecimal digits over the patient's events; `nil` where there is none.
    public let digest: String?
    /// Of events that were answered, how many the receiver said that it did not keep. Only the log's
    /// own site needs it: no page has it, and an entry from a page says 0.
    public var refused: UInt64 = 0

    /// Puts together what two logs share; `nil` if a part is missing, too many, or not of its form.
    public init?(
        place: UInt64, matter: Matter, session: String, delivery: UInt64?, events: UInt64,
        digest: String?
    ) {
        guard place <= LogLimits.sizeMax, events <= LogLimits.sizeMax,
            delivery.map({ $0 <= LogLimits.sizeMax }) ?? true,
            matter.hasDelivery == (delivery != nil), matter.hasDigest == (digest != nil),
            Self.isDigits(session, count: 32), digest.map({ Self.isDigits($0, count: 64) }) ?? true
        else { return nil }
        self.place = place
        self.matter = matter
        self.session = session
        self.delivery = delivery
        self.events = events
        self.digest = digest
    }

    private static func isDigits(_ text: String, count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
