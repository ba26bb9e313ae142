/// What is known of an item in quarantine without its content: the answer of
/// `ControlRoute.showQuarantine`.
public struct QuarantineDetail: Codable, Sendable, Hashable {
    /// The item.
    public var item: QuarantineItem
    /// The kind of its stream, such as a compartment's name or `directory`, if it can be read.
    public var streamKind: String?
    /// Name of the author's site, or its id as a UUID, if it can be read.
    public var authorSite: String?
    /// The counter of its dot, if it can be read.
    public var counter: Int?
    /// The event's id in hexadecimal, if it can be read.
    public var eventID: String?
    /// What it waits for, in one sentence; absent if it waits for nothing.
    public var waitingFor: String?
    /// What to do; one sentence.
    public var next: String

    /// Describes an item.
    public init(
        item: QuarantineItem, streamKind: String? = nil, authorSite: String? = nil,
        counter: Int? = nil, eventID: String? = nil, waitingFor: String? = nil, next: String
    ) {
        self.item = item
        self.streamKind = streamKind
        self.authorSite = authorSite
        self.counter = counter
        self.eventID = eventID
        self.waitingFor = waitingFor
        self.next = next
    }
}
