/// What became of one import unit.
public struct UnitReport: Codable, Sendable, Hashable {
    /// What is imported whole or not at all.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// A transaction bundle.
        case transaction
        /// One entry of a batch bundle.
        case batchEntry = "batch-entry"
        /// A collection bundle.
        case collection
        /// One line of NDJSON.
        case line
        /// A file that is one resource.
        case resource
        /// A file of which nothing could be read.
        case file
    }

    /// How it ended.
    public enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
        /// It is stored.
        case applied
        /// The same bytes were stored before; nothing was added.
        case alreadyImported = "already-imported"
        /// Nothing of it is stored; `refusal` says why.
        case refused
    }

    /// What the unit is.
    public var kind: Kind
    /// Its place in the file: index in `Bundle.entry` from 0, number of the line from 1, and 0
    /// for a unit that is the whole file.
    public var position: Int
    /// How it ended.
    public var outcome: Outcome
    /// Resources in the unit.
    public var resources: Int
    /// Resources that are new.
    public var created: Int
    /// Resources that got a new value.
    public var changed: Int
    /// Resources whose value was held already.
    public var unchanged: Int
    /// Why the unit was refused; absent otherwise.
    public var refusal: UnitRefusal?

    /// Describes the fate of a unit.
    public init(
        kind: Kind, position: Int, outcome: Outcome, resources: Int, created: Int, changed: Int,
        unchanged: Int, refusal: UnitRefusal? = nil
    ) {
        self.kind = kind
        self.position = position
        self.outcome = outcome
        self.resources = resources
        self.created = created
        self.changed = changed
        self.unchanged = unchanged
        self.refusal = refusal
    }
}

/// Why an import unit was refused. It names places and rules, never values.
public struct UnitRefusal: Codable, Sendable, Hashable {
    /// The code of the rule that was broken.
    public var rule: String
    /// Index in `Bundle.entry`, from 0, if the rule concerns one entry.
    public var entry: Int?
    /// Path of the element, such as `Observation.status`.
    public var path: String?
    /// Byte offset in the file, from 0.
    public var offset: Int?
    /// One sentence about the rule.
    public var message: String

    /// Describes a refusal.
    public init(
        rule: String, entry: Int? = nil, path: String? = nil, offset: Int? = nil, message: String
    ) {
        self.rule = rule
        self.entry = entry
        self.path = path
        self.offset = offset
        self.message = message
    }
}
