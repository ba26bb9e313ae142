/// Why a request was answered without being looked at. The connection closes afterwards.
package enum DoorRefusal: String, Sendable, Hashable, CaseIterable {
    /// More body than the door takes.
    case bodyTooLarge
    /// A longer request target than the door takes.
    case urlTooLong
    /// A larger header block than the door takes.
    case headerTooLarge
    /// Two lengths, or a length and chunking: where the request ends is open to dispute
    /// (RFC 9112 §6.3).
    case ambiguousLength
    /// This caller may not use the door at all.
    case callerNotAllowed

    /// The HTTP status of the answer.
    package var status: Int {
        switch self {
        case .bodyTooLarge: 413
        case .urlTooLong: 414
        case .headerTooLarge: 431
        case .ambiguousLength: 400
        case .callerNotAllowed: 403
        }
    }

    /// The answer's text, for people.
    package var explanation: String {
        switch self {
        case .bodyTooLarge: "The body is larger than this door takes.\n"
        case .urlTooLong: "The address is longer than this door takes.\n"
        case .headerTooLarge: "The header is larger than this door takes.\n"
        case .ambiguousLength: "The length of the request is ambiguous.\n"
        case .callerNotAllowed: "This account may not control the node.\n"
        }
    }
}
