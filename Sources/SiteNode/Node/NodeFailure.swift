import RecordStore

/// Why a node cannot be made or run, in words for an administrator.
public struct NodeFailure: Error, Sendable, CustomStringConvertible {
    /// What kind of failure; decides the exit code.
    public let code: Code
    /// What was attempted and what is wrong.
    public let message: String
    /// What to do next.
    public let next: String

    init(_ code: Code, _ message: String, next: String) {
        self.code = code
        self.message = message
        self.next = next
    }

    /// A failure of the store that the node cannot run with.
    init(_ failure: StoreFailure) {
        let code: Code =
            switch failure.code {
            case .cannotOpen, .newerSchema, .wrongSite, .damaged: .damaged
            default: .storageFailed
            }
        self.init(code, failure.message, next: failure.nextStep)
    }

    /// Kinds of failure.
    public enum Code: Sendable {
        /// `accord init` has not been run.
        case notInitialised
        /// A site is there already.
        case alreadyInitialised
        /// Another process uses the data directory.
        case inUse
        /// A file cannot be written.
        case cannotWrite
        /// The keys or the database are damaged.
        case damaged
        /// The disk is full or failed: the node stopped, and may be started again.
        case storageFailed

        /// The exit code of the service (sysexits.h): 65 and 78 are for a human, not for a restart.
        public var exitCode: Int32 {
            switch self {
            case .notInitialised, .alreadyInitialised, .inUse: 78
            case .cannotWrite: 73
            case .damaged: 65
            case .storageFailed: 74
            }
        }
    }

    /// The message and the next step.
    public var description: String { "\(message) \(next)" }
}
