import GRDB

/// What went wrong at the store, in words for an administrator; never content.
public struct StoreFailure: Error, Sendable, CustomStringConvertible {
    /// What kind of failure.
    public let code: Code
    /// What was attempted, on which opaque id.
    public let context: String
    /// The failure beneath, if there is one; SQLite's message without arguments.
    public let underlying: String?

    /// Creates a failure.
    public init(_ code: Code, _ context: String, underlying: (any Error)? = nil) {
        self.code = code
        self.context = context
        self.underlying = underlying.map { "\($0)" }
    }

    /// Creates a failure from what SQLite said: a full disk, an error of the disk and a damaged file
    /// are named as such.
    ///
    /// - Parameter code: the kind of any other failure.
    init(sqlite error: any Error, _ context: String, otherwise code: Code) {
        let named: Code? =
            switch (error as? DatabaseError)?.resultCode {
            case .SQLITE_FULL?: .diskFull
            case .SQLITE_IOERR?: .inputOutput
            case .SQLITE_CORRUPT?, .SQLITE_NOTADB?: .damaged
            default: nil
            }
        self.init(named ?? code, context, underlying: error)
    }

    /// Kinds of failure, with what to do next.
    public enum Code: String, Sendable, CaseIterable {
        /// The database file cannot be opened.
        case cannotOpen = "cannot-open"
        /// The database was written by a newer release.
        case newerSchema = "newer-schema"
        /// The database belongs to no site yet, or to another one.
        case wrongSite = "wrong-site"
        /// A commit failed: whether it is durable is unknown. The node stops.
        case durabilityUnknown = "durability-unknown"
        /// The disk is full.
        case diskFull = "disk-full"
        /// The disk, or what is beneath it, reported an error.
        case inputOutput = "input-output"
        /// What is stored contradicts itself.
        case damaged
        /// What was asked for does not exist.
        case notFound = "not-found"
        /// What was asked for exists already.
        case alreadyThere = "already-there"
        /// The store stopped after an earlier failure.
        case stopped
        /// Any other failure of SQLite.
        case database
    }

    /// One sentence: what could not be done, and the kind of failure.
    public var message: String {
        let detail = underlying.map { "; \($0)" } ?? ""
        return "Could not \(context) (\(code.rawValue)\(detail))."
    }

    /// The message and the next step.
    public var description: String { "\(message) \(nextStep)" }

    /// What to do next, one sentence.
    public var nextStep: String {
        switch code {
        case .cannotOpen: "Check the path, its owner and its mode."
        case .newerSchema: "Install the release that wrote the database, or a later one."
        case .wrongSite: "Check that the keys and the database belong together."
        case .durabilityUnknown: "The service stops; check the disk, then start it again."
        case .diskFull: "Free space on the disk of the data directory."
        case .inputOutput: "Check the disk; then start the service again."
        case .damaged: "Stop the service and restore a backup; keep the damaged file."
        case .notFound: "Check the name or id."
        case .alreadyThere: "Nothing was changed."
        case .stopped: "Start the service again."
        case .database: "See the service's log for the context."
        }
    }
}
