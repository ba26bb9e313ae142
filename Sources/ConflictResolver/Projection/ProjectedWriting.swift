public import CareRecord

/// Who made a change, as it stands beside what it says.
public struct ProjectedWriting: Sendable, Hashable {
    /// Who acted, and for whom.
    public let author: Author
    /// When, in milliseconds since 1970 UTC.
    public let recordedMilliseconds: Int64
    /// What was done; tells who ended and who changed what.
    public let operation: Operation?

    /// Describes a change.
    public init(author: Author, recordedMilliseconds: Int64, operation: Operation? = nil) {
        self.author = author
        self.recordedMilliseconds = recordedMilliseconds
        self.operation = operation
    }

    /// What is known of a change that is held; its hybrid time stands for the time of recording.
    public init(_ change: HeldChange) {
        self.init(
            author: change.author,
            recordedMilliseconds: Int64(clamping: change.time.milliseconds),
            operation: change.operation)
    }
}
