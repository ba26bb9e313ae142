public import ControlProtocol

/// What became of the files of one `accord import`.
public struct ImportReport: Codable, Sendable, Hashable {
    /// What became of one file.
    public struct File: Codable, Sendable, Hashable {
        /// The path as the command line had it.
        public var path: String
        /// What the import did; all zero if it did not happen.
        public var summary = ImportSummary()
        /// The units that were refused.
        public var refused: [UnitReport] = []
        /// Why the file, or the rest of it, was not looked at.
        public var problem: String?
        /// Whether it was read and sent, or at least attempted.
        public var wasTried = true

        /// Describes a file that nothing is known of yet.
        public init(path: String) {
            self.path = path
        }

        /// Adds what a second attempt did: its refusals replace those of the first.
        mutating func add(secondAttempt: File) {
            summary.applied += secondAttempt.summary.applied
            summary.refused = secondAttempt.summary.refused
            summary.created += secondAttempt.summary.created
            summary.changed += secondAttempt.summary.changed
            summary.unchanged += secondAttempt.summary.unchanged
            summary.patients += secondAttempt.summary.patients
            summary.seconds += secondAttempt.summary.seconds
            refused = secondAttempt.refused
            problem = secondAttempt.problem
        }
    }

    /// The files, in the order of the command line.
    public var files: [File]

    /// Describes an import.
    public init(files: [File]) {
        self.files = files
    }

    /// The figures of all files together.
    public var total: ImportSummary {
        files.reduce(into: ImportSummary()) { $0 += $1.summary }
    }

    /// Exit status: 2 if a file could not be looked at, 1 if a unit was refused, otherwise 0.
    public var exitStatus: Int32 {
        if files.contains(where: { $0.problem != nil || !$0.wasTried }) { return 2 }
        return total.refused > 0 ? 1 : 0
    }
}
