public import CareRecord

/// What somebody did, before the store gives it its place in the log.
///
/// No field may hold clinical content, a patient's name or an identifier of one: a patient is named
/// by `patient`, which the log keeps as a pseudonym only (`audit.md` §7).
public struct AuditFact: Sendable, Hashable {
    /// What was done.
    public var kind: AuditKind
    /// How it ended.
    public var outcome: AuditOutcome
    /// Why it ended so, as a code, or the typed reason where one is demanded.
    public var reason: String?
    /// Who did it.
    public var actor: AuditActor
    /// On whose authority, if not the actor's own: the person who decided, with their role.
    public var authority: AuditActor?
    /// The end-user device or client, or the network address.
    public var device: String?
    /// Where data came from.
    public var from: AuditParty?
    /// Where data went.
    public var to: AuditParty?
    /// Whose record was touched.
    public var patient: PatientID?
    /// What was touched, in numbers.
    public var data: AuditData?
    /// Purpose of use (HL7 v3-PurposeOfUse), such as `TREAT`.
    public var purpose: String?
    /// The agreement, directive or request that allowed it.
    public var basis: String?
    /// The session, as 32 hexadecimal digits.
    public var session: String?
    /// The number of the delivery within the session.
    public var delivery: UInt64?
    /// The request's id or key, as hexadecimal digits.
    public var request: String?
    /// What a resolution decided.
    public var merge: AuditMerge?

    /// Creates a fact that succeeded and names nobody's record.
    public init(kind: AuditKind, actor: AuditActor) {
        self.kind = kind
        outcome = .success
        self.actor = actor
    }
}

/// Who acted.
public struct AuditActor: Sendable, Hashable {
    /// An opaque id: an account, a user id of the system, or a site.
    public var id: String
    /// A display name of staff or of a site.
    public var name: String?
    /// In what capacity.
    public var role: String
    /// For which organisation.
    public var organisation: String?
    /// How the actor was known: `socket`, `mutual-tls`, `none`.
    public var signInMethod: String?

    /// Names an actor.
    public init(
        id: String, name: String? = nil, role: String, organisation: String? = nil,
        signInMethod: String? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.organisation = organisation
        self.signInMethod = signInMethod
    }
}

/// A site that data came from or went to.
public struct AuditParty: Sendable, Hashable {
    /// The site.
    public var site: SiteID
    /// Its display name.
    public var name: String?
    /// Its postal address (45 CFR 164.528(b)(2)(ii)).
    public var address: String?
    /// Its writer, if one is known.
    public var replica: Replica?
    /// The fingerprint of its TLS key.
    public var tlsKey: String?

    /// Names a party.
    public init(
        site: SiteID, name: String? = nil, address: String? = nil, replica: Replica? = nil,
        tlsKey: String? = nil
    ) {
        self.site = site
        self.name = name
        self.address = address
        self.replica = replica
        self.tlsKey = tlsKey
    }
}

/// What a person decided between, by the names of changes; never what they say.
public struct AuditMerge: Sendable, Hashable {
    /// What met, by its code, such as `siblings`.
    public var rule: String
    /// `U`, `H` or `F` (`merge.md` §3).
    public var conflictClass: String
    /// What was shown, ascending; an entry names the first 64.
    public var shown: [Dot]
    /// What was ended, ascending; an entry names the first 64.
    public var superseded: [Dot]

    /// Describes a decision.
    public init(rule: String, conflictClass: String, shown: [Dot], superseded: [Dot]) {
        self.rule = rule
        self.conflictClass = conflictClass
        self.shown = shown
        self.superseded = superseded
    }
}

/// What was touched, in numbers and names of types only.
public struct AuditData: Sendable, Hashable {
    /// The compartments concerned, ascending.
    public var compartments: [Compartment]
    /// Resource types with how many of each, ascending by type.
    public var types: [TypeCount]
    /// Other figures by their codes, such as the events that a session sent; ascending by code.
    public var counts: [TypeCount]
    /// How many events.
    public var events: Int
    /// 32 bytes of SHA-256 over the ascending event ids; the same at sender and receiver.
    public var digest: [UInt8]?

    /// Creates the description from its parts.
    public init(
        compartments: [Compartment] = [], types: [TypeCount] = [], counts: [TypeCount] = [],
        events: Int, digest: [UInt8]? = nil
    ) {
        self.compartments = compartments
        self.types = types
        self.counts = counts
        self.events = events
        self.digest = digest
    }

    /// How many of one type, or under one code.
    public struct TypeCount: Sendable, Hashable {
        /// The resource type, or the code.
        public var type: String
        /// How many.
        public var count: Int

        /// Pairs a type with a count.
        public init(type: String, count: Int) {
            self.type = type
            self.count = count
        }
    }
}
