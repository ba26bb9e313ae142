/// What an import did in all: the last line of the answer.
public struct ImportSummary: Codable, Sendable, Hashable {
    /// Units in the file.
    public var units: Int
    /// Units that are stored.
    public var applied: Int
    /// Units whose bytes were stored before.
    public var alreadyImported: Int
    /// Units of which nothing is stored.
    public var refused: Int
    /// Resources in all units.
    public var resources: Int
    /// Resources that are new.
    public var created: Int
    /// Resources that got a new value.
    public var changed: Int
    /// Resources whose value was held already.
    public var unchanged: Int
    /// Patients that the applied units concern.
    public var patients: Int
    /// Time from the first byte read to the last commit.
    public var seconds: Double

    /// Describes an import; without arguments, one that did nothing.
    public init(
        units: Int = 0, applied: Int = 0, alreadyImported: Int = 0, refused: Int = 0,
        resources: Int = 0, created: Int = 0, changed: Int = 0, unchanged: Int = 0,
        patients: Int = 0, seconds: Double = 0
    ) {
        self.units = units
        self.applied = applied
        self.alreadyImported = alreadyImported
        self.refused = refused
        self.resources = resources
        self.created = created
        self.changed = changed
        self.unchanged = unchanged
        self.patients = patients
        self.seconds = seconds
    }

    /// Adds another file's figures. A patient in both files counts twice.
    public static func += (left: inout ImportSummary, right: ImportSummary) {
        left.units += right.units
        left.applied += right.applied
        left.alreadyImported += right.alreadyImported
        left.refused += right.refused
        left.resources += right.resources
        left.created += right.created
        left.changed += right.changed
        left.unchanged += right.unchanged
        left.patients += right.patients
        left.seconds += right.seconds
    }
}

/// How far an import is, in units.
public struct ImportProgress: Codable, Sendable, Hashable {
    /// Units that have an outcome.
    public var done: Int
    /// Units in the file.
    public var total: Int

    /// Describes progress.
    public init(done: Int, total: Int) {
        self.done = done
        self.total = total
    }
}
