public import CareRecord

/// What became of a withdrawal notice.
public struct NoticeAnswer: Sendable, Hashable {
    /// The notice.
    public var id: NoticeID
    /// What its receiver did.
    public var outcome: Outcome

    /// Creates a message from its parts.
    public init(id: NoticeID, outcome: Outcome) {
        self.id = id
        self.outcome = outcome
    }

    /// What the receiver of a notice did; the code travels.
    public enum Outcome: UInt32, Sendable, Hashable, CaseIterable {
        /// The streams are sealed or erased, and the notice is passed on.
        case done = 1
        /// Nothing: the receiver may still have every one of the streams.
        case stillEntitled = 2
        /// Nothing: no believed card of the signer verifies the notice.
        case notBelieved = 3
    }
}
