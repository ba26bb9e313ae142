/// To whom a patient's record was disclosed: the body of `ControlRoute.accountDisclosures`.
public struct AccountingQuery: Codable, Sendable, Hashable {
    /// The patient, as an id.
    public var patient: String
    /// The first moment, in milliseconds since 1970 UTC; absent for six years before the last.
    public var fromMilliseconds: Int64?
    /// The moment behind the last; absent for now.
    public var toMilliseconds: Int64?
    /// Whether purposes are shown as well that do not count.
    public var showsAllPurposes: Bool
    /// Whether each disclosure has a row of its own; else those to one recipient for one purpose
    /// share one.
    public var showsEach: Bool
    /// Whether disclosures are shown that an agency has demanded to be left out for a time.
    public var includesSuspended: Bool

    /// Asks for an accounting.
    public init(
        patient: String, fromMilliseconds: Int64? = nil, toMilliseconds: Int64? = nil,
        showsAllPurposes: Bool = false, showsEach: Bool = false, includesSuspended: Bool = false
    ) {
        self.includesSuspended = includesSuspended
        self.patient = patient
        self.fromMilliseconds = fromMilliseconds
        self.toMilliseconds = toMilliseconds
        self.showsAllPurposes = showsAllPurposes
        self.showsEach = showsEach
    }

    /// Checks the bounds.
    public func check() throws(ControlFailure) {
        guard let fromMilliseconds, let toMilliseconds, fromMilliseconds >= toMilliseconds else {
            return
        }
        throw .badRequest("The period ends before it begins.", "Name its first day first.")
    }
}

/// An accounting of disclosures of one patient (45 CFR 164.528): the answer of
/// `ControlRoute.accountDisclosures`.
public struct Accounting: Codable, Sendable, Hashable {
    /// The patient's id.
    public var patient: String
    /// The pseudonym that the entries have.
    public var pseudonym: String
    /// What this site calls itself.
    public var siteName: String
    /// Its postal address; may be empty.
    public var siteAddress: String
    /// The first moment, in milliseconds since 1970 UTC.
    public var fromMilliseconds: Int64
    /// The moment behind the last.
    public var toMilliseconds: Int64
    /// When the accounting was made.
    public var madeMilliseconds: Int64
    /// Disclosures, ascending by the first one's time.
    public var rows: [AccountingRow] = []
    /// Disclosures for purposes that do not count, by purpose.
    public var notCounted: [PurposeCount] = []
    /// Rows of the log that could not be read and may have told of more.
    public var unreadable = 0
    /// Whether the log lacks rows, or holds others than were signed: then it may tell of less.
    public var isLogDamaged = false
    /// Whether a record of the patient is or was held here.
    public var isPatientKnown = true
    /// Agencies whose suspended disclosures were asked for, by name; never in what a patient gets.
    public var includedAgencies: [String] = []
    /// What of the log is in an archive only, if the period reaches back there.
    public var pruned: AuditPrunedPart?

    /// Begins an accounting.
    public init(
        patient: String, pseudonym: String, siteName: String, siteAddress: String,
        fromMilliseconds: Int64, toMilliseconds: Int64, madeMilliseconds: Int64
    ) {
        self.patient = patient
        self.pseudonym = pseudonym
        self.siteName = siteName
        self.siteAddress = siteAddress
        self.fromMilliseconds = fromMilliseconds
        self.toMilliseconds = toMilliseconds
        self.madeMilliseconds = madeMilliseconds
    }

    /// How many disclosures there were for one purpose.
    public struct PurposeCount: Codable, Sendable, Hashable {
        /// The purpose's code.
        public var purpose: String
        /// How many.
        public var disclosures: Int

        /// Counts.
        public init(purpose: String, disclosures: Int) {
            self.purpose = purpose
            self.disclosures = disclosures
        }
    }
}

/// One disclosure, or several to one recipient for one purpose (164.528(b)(3)).
public struct AccountingRow: Codable, Sendable, Hashable {
    /// When the first one was, in milliseconds since 1970 UTC.
    public var firstMilliseconds: Int64
    /// When the last one was.
    public var lastMilliseconds: Int64
    /// How many there were.
    public var disclosures: Int
    /// The recipient's site.
    public var recipient: String
    /// Its name; empty if it is not known.
    public var recipientName: String
    /// Its postal address; empty if it is not known.
    public var recipientAddress: String
    /// The compartments of what was disclosed, ascending.
    public var compartments: [String]
    /// Resource types with how many of each, ascending by type.
    public var types: [ResourceCount]
    /// How many events.
    public var events: Int
    /// The purpose of use; `none` if none was recorded.
    public var purpose: String
    /// What allowed it, ascending.
    public var bases: [String]
    /// The place in the log of the first entry that tells of it.
    public var entry: Int

    /// Describes a row.
    public init(
        firstMilliseconds: Int64, lastMilliseconds: Int64, disclosures: Int, recipient: String,
        recipientName: String, recipientAddress: String, compartments: [String],
        types: [ResourceCount], events: Int, purpose: String, bases: [String], entry: Int
    ) {
        self.firstMilliseconds = firstMilliseconds
        self.lastMilliseconds = lastMilliseconds
        self.disclosures = disclosures
        self.recipient = recipient
        self.recipientName = recipientName
        self.recipientAddress = recipientAddress
        self.compartments = compartments
        self.types = types
        self.events = events
        self.purpose = purpose
        self.bases = bases
        self.entry = entry
    }
}
