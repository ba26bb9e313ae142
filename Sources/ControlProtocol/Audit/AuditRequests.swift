public import Foundation

/// How much of the audit log's end to show: the body of `ControlRoute.tailAudit`.
public struct AuditTail: Codable, Sendable, Hashable {
    /// The most entries of one answer.
    public static let countMax = 10_000

    /// How many entries, 1 to `countMax`.
    public var count: Int

    /// Asks for the last entries.
    public init(count: Int) {
        self.count = count
    }

    /// Checks the bounds.
    public func check() throws(ControlFailure) {
        guard (1...Self.countMax).contains(count) else {
            throw .badRequest(
                "The number of entries is out of bounds.",
                "Ask for 1 to \(Self.countMax) entries.")
        }
    }
}

/// What to check the audit log against: the body of `ControlRoute.verifyAudit`.
public struct AuditCheck: Codable, Sendable, Hashable {
    /// A signed head from before, as text: the log must have grown from it.
    public var since: String?
    /// How many known witnesses must have cosigned the newest head.
    public var witnessesMin: Int
    /// Whether witnesses are asked which heads of this log they hold; `nil` is no.
    public var asksWitnesses: Bool?
    /// The peer whose log is compared with this one; `nil` for none.
    public var peer: String?

    /// Asks for a check.
    public init(
        since: String? = nil, witnessesMin: Int = 0, asksWitnesses: Bool? = nil,
        peer: String? = nil
    ) {
        self.since = since
        self.witnessesMin = witnessesMin
        self.asksWitnesses = asksWitnesses
        self.peer = peer
    }
}

/// What a check came to: the answer of `ControlRoute.verifyAudit` and `compareAudit`.
public struct AuditVerdict: Codable, Sendable, Hashable {
    /// The verdict in the words that every verifier of the format has.
    public var line: String
    /// 0 intact, 1 evidence of tampering or disagreement, 2 could not check.
    public var exitCode: Int
    /// The known witnesses that cosigned the newest head.
    public var witnesses: [String]
    /// Signed heads that were not compared, because their entries were pruned.
    public var headsPassedOver: Int
    /// What of the log is in an archive only; absent if nothing is.
    public var pruned: AuditPrunedPart?
    /// What each witness said that was asked what it holds, ascending by name; `nil` if none was to
    /// be asked.
    public var asked: [AskedWitness]?
    /// What came of comparing the log with a peer's; `nil` if none was to be compared.
    public var join: JoinReport?

    /// Describes a verdict.
    public init(
        line: String, exitCode: Int, witnesses: [String] = [], headsPassedOver: Int = 0,
        pruned: AuditPrunedPart? = nil
    ) {
        self.pruned = pruned
        self.line = line
        self.exitCode = exitCode
        self.witnesses = witnesses
        self.headsPassedOver = headsPassedOver
    }
}

/// Names an audit entry: the body of `ControlRoute.proveAudit`.
public struct AuditReference: Codable, Sendable, Hashable {
    /// Its place in the log, from 0.
    public var sequence: Int

    /// Names an entry.
    public init(sequence: Int) {
        self.sequence = sequence
    }
}

/// A signed head or a proof, as the text that others check: the answer of `ControlRoute.auditHead`
/// and `proveAudit`.
public struct AuditNote: Codable, Sendable, Hashable {
    /// The file's text.
    public var text: String

    /// Hands over a text.
    public init(text: String) {
        self.text = text
    }
}

/// Two signed heads of this log: the body of `ControlRoute.compareAudit`.
public struct AuditComparison: Codable, Sendable, Hashable {
    /// The older head, as text.
    public var old: String
    /// The newer head, as text.
    public var new: String

    /// Asks for a comparison.
    public init(old: String, new: String) {
        self.old = old
        self.new = new
    }
}

/// In which form the log is handed on: the body of `ControlRoute.exportAudit`.
public struct AuditExportOrder: Codable, Sendable, Hashable {
    /// The form.
    public var form: Form

    /// Asks for an export.
    public init(form: Form) {
        self.form = form
    }

    /// The forms of an export.
    public enum Form: String, Codable, Sendable, Hashable, CaseIterable {
        /// The log as it is: entries, tiles, heads.
        case bundle
        /// A table of its entries.
        case csv
        /// Its entries as FHIR R4 AuditEvents.
        case ndjson

        /// The file that holds all entries; `nil` for a bundle, which has several.
        public var path: String? {
            switch self {
            case .bundle: nil
            case .csv, .ndjson: "entries.\(rawValue)"
            }
        }
    }
}

/// One line of the answer of `ControlRoute.exportAudit`. Lines of one path are pieces of one file. The
/// first line may say that part of the log was pruned. The last line is the file `export`, or a
/// failure; an answer without either was cut off.
public struct AuditExportLine: Codable, Sendable, Hashable {
    /// The file's path in the bundle; absent in a failure.
    public var path: String?
    /// The file's content.
    public var content: Data?
    /// What of the log is in an archive only, and so not in this export.
    public var pruned: AuditPrunedPart?
    /// Why the export ended early.
    public var failure: ControlFailure?

    /// Hands over a file.
    public init(path: String, content: [UInt8]) {
        self.path = path
        self.content = Data(content)
    }

    /// Says that part of the log is not in the export.
    public init(pruned: AuditPrunedPart) {
        self.pruned = pruned
    }

    /// Ends the export early.
    public init(failure: ControlFailure) {
        self.failure = failure
    }
}
