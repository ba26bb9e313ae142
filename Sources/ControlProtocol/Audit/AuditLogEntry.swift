/// An audit entry as it stands in the log (`Protocols/audit-log-v1.md` §2): an item of the answer of
/// `ControlRoute.tailAudit`. The members have the names that they have there.
public struct AuditLogEntry: Codable, Sendable, Hashable {
    /// Its place in the log, from 0.
    public var seq: Int
    /// Milliseconds since 1970 UTC.
    public var time: Int64
    /// How far the clock was trusted.
    public var clock: String
    /// What was done.
    public var kind: String
    /// `success`, `refused` or `failed`.
    public var outcome: String
    /// A code, or a typed reason.
    public var reason: String?
    /// Who did it.
    public var actor: Actor
    /// Who decided, if not the actor.
    public var authority: Actor?
    /// The end-user device or client, or a network address.
    public var device: String?
    /// Where data came from.
    public var from: Party?
    /// Where data went.
    public var to: Party?
    /// The patient's pseudonym at this site.
    public var patient: String?
    /// What was touched, in numbers.
    public var data: Touched?
    /// Purpose of use.
    public var purpose: String?
    /// What allowed it.
    public var basis: String?
    /// The session, in hexadecimal.
    public var session: String?
    /// The delivery within it.
    public var delivery: Int?
    /// The request, in hexadecimal.
    public var request: String?
    /// What a resolution decided between.
    public var merge: Merge?
    /// Name and version of the program.
    public var software: String
    /// Boot id of the machine.
    public var boot: String
    /// Random digits.
    public var salt: String
    /// What a search found about it; no entry holds it.
    public var finding: String?

    /// An entry of which nothing is known but what every entry has.
    public init(seq: Int, time: Int64, kind: String, outcome: String = "success", actor: Actor) {
        self.seq = seq
        self.time = time
        clock = "synchronised"
        self.kind = kind
        self.outcome = outcome
        self.actor = actor
        software = "accordd"
        boot = "unknown"
        salt = ""
    }

    /// Who acted.
    public struct Actor: Codable, Sendable, Hashable {
        /// An opaque id.
        public var id: String
        /// A display name.
        public var name: String?
        /// In what capacity.
        public var role: String
        /// For which organisation.
        public var organisation: String?
        /// How the actor was known.
        public var signIn: String?

        private enum CodingKeys: String, CodingKey {
            case id, name, role, organisation
            case signIn = "sign_in"
        }

        /// Names an actor.
        public init(
            id: String, name: String? = nil, role: String, organisation: String? = nil,
            signIn: String? = nil
        ) {
            self.id = id
            self.name = name
            self.role = role
            self.organisation = organisation
            self.signIn = signIn
        }
    }

    /// A site.
    public struct Party: Codable, Sendable, Hashable {
        /// Its id.
        public var site: String
        /// Its name.
        public var name: String?
        /// Its postal address.
        public var address: String?
        /// Its writer.
        public var replica: String?
        /// The fingerprint of its TLS key.
        public var tlsKey: String?

        private enum CodingKeys: String, CodingKey {
            case site, name, address, replica
            case tlsKey = "tls_key"
        }

        /// Names a site.
        public init(site: String, name: String? = nil) {
            self.site = site
            self.name = name
        }
    }

    /// What a person decided between, by the names of changes.
    public struct Merge: Codable, Sendable, Hashable {
        /// What met, by its code.
        public var rule: String
        /// `U`, `H` or `F`.
        public var conflictClass: String
        /// The changes that were shown, one space between.
        public var shown: String
        /// The changes that were ended, one space between.
        public var superseded: String
        /// How many more were shown than are named.
        public var shownMore: Int?
        /// How many more were ended than are named.
        public var supersededMore: Int?

        private enum CodingKeys: String, CodingKey {
            case rule, shown, superseded
            case conflictClass = "class"
            case shownMore = "shown_more"
            case supersededMore = "superseded_more"
        }

        /// The changes that were shown, and how many more.
        public var shownText: String { shown + (shownMore.map { " and \($0) more" } ?? "") }

        /// The changes that were ended, and how many more.
        public var supersededText: String {
            superseded + (supersededMore.map { " and \($0) more" } ?? "")
        }

        /// Describes a decision.
        public init(rule: String, conflictClass: String, shown: String, superseded: String) {
            self.rule = rule
            self.conflictClass = conflictClass
            self.shown = shown
            self.superseded = superseded
        }
    }

    /// Numbers and names of types.
    public struct Touched: Codable, Sendable, Hashable {
        /// Names, one space between.
        public var compartments: String?
        /// Resource type → how many.
        public var types: [String: Int]?
        /// Code → how many, such as the events that a session sent.
        public var counts: [String: Int]?
        /// How many events.
        public var events: Int
        /// SHA-256 over the ascending event ids, in hexadecimal.
        public var digest: String?

        /// Counts what was touched.
        public init(
            compartments: String? = nil, types: [String: Int]? = nil,
            counts: [String: Int]? = nil, events: Int, digest: String? = nil
        ) {
            self.compartments = compartments
            self.types = types
            self.counts = counts
            self.events = events
            self.digest = digest
        }
    }
}
