/// Something about the node that an administrator should look at.
public struct NodeAlarm: Codable, Sendable, Hashable {
    /// A stable name in lower case with hyphens, such as `clock`.
    public var code: String
    /// What is wrong, in one sentence with its counts; never content of a record.
    public var text: String
    /// What to do; one sentence.
    public var next: String

    /// Describes an alarm.
    public init(code: String, text: String, next: String) {
        self.code = code
        self.text = text
        self.next = next
    }
}
