public import CareRecord
import Signing

/// Gives facts their place in the log: one JSON object on one line, keys in a fixed order
/// (`audit.md` §3). These bytes are stored, hashed and exported; nobody makes them again.
public struct AuditEntryEncoder: Sendable {
    /// The longest entry, in bytes (the limit of a C2SP entry bundle).
    public static let entryBytesMax = 65_535

    private let software: String
    private let boot: String
    private let pseudonymKey: [UInt8]

    /// - Parameters:
    ///   - software: name and version of the program.
    ///   - boot: the machine's boot id, or `unknown`.
    ///   - pseudonymKey: the 32 bytes under which patients become pseudonyms.
    public init(software: String, boot: String, pseudonymKey: [UInt8]) {
        precondition(pseudonymKey.count == 32, "a pseudonym key has 32 bytes")
        self.software = software
        self.boot = boot
        self.pseudonymKey = pseudonymKey
    }

    /// Where and when an entry stands.
    public struct Place: Sendable {
        /// Position in this origin, from 0, without gaps.
        public var sequence: UInt64
        /// Milliseconds since 1970 UTC.
        public var timeMilliseconds: Int64
        /// How far the time is to be trusted.
        public var clock: AuditClock
        /// 16 random bytes, so that nobody can guess an entry from its hash.
        public var salt: [UInt8]

        /// Creates a place.
        public init(sequence: UInt64, timeMilliseconds: Int64, clock: AuditClock, salt: [UInt8]) {
            self.sequence = sequence
            self.timeMilliseconds = timeMilliseconds
            self.clock = clock
            self.salt = salt
        }
    }

    /// The pseudonym of a patient at this site: 32 hexadecimal digits, the first 128 bits of
    /// HMAC-SHA-256 under the pseudonym key.
    public func pseudonym(of patient: PatientID) -> String {
        Hexadecimal.text(Digest.hmac(key: pseudonymKey, message: patient.bytes).prefix(16))
    }

    /// What the entry `origin` says of the pseudonym key, so that no other can take its place: 32
    /// bytes of HMAC-SHA-256 over a fixed text under that key.
    public var pseudonymCommitment: [UInt8] {
        Array(Digest.hmac(key: pseudonymKey, message: Array(Self.commitmentText.utf8)))
    }

    private static let commitmentText = "accord/audit/pseudonym-key/v1"

    /// Encodes a fact at its place. Absent fields are left out; the order of keys never changes.
    ///
    /// Traps if the entry would be larger than `entryBytesMax`: callers split what they describe.
    public func encode(_ fact: AuditFact, at place: Place) -> [UInt8] {
        var line = JSONLine()
        line.number("seq", place.sequence)
        line.number("time", place.timeMilliseconds)
        line.text("clock", place.clock.rawValue)
        line.text("kind", fact.kind.rawValue)
        line.text("outcome", fact.outcome.rawValue)
        line.text("reason", fact.reason)
        line.object("actor") { Self.write(fact.actor, to: &$0) }
        fact.authority.map { person in line.object("authority") { Self.write(person, to: &$0) } }
        line.text("device", fact.device)
        fact.from.map { party in line.object("from") { Self.write(party, to: &$0) } }
        fact.to.map { party in line.object("to") { Self.write(party, to: &$0) } }
        line.text("patient", fact.patient.map { pseudonym(of: $0) })
        fact.data.map { data in line.object("data") { Self.write(data, to: &$0) } }
        line.text("purpose", fact.purpose)
        line.text("basis", fact.basis)
        line.text("session", fact.session)
        fact.delivery.map { line.number("delivery", $0) }
        line.text("request", fact.request)
        fact.merge.map { merge in line.object("merge") { Self.write(merge, to: &$0) } }
        line.text("software", software)
        line.text("boot", boot)
        line.text("salt", Hexadecimal.text(place.salt))
        let bytes = line.finished()
        precondition(bytes.count <= Self.entryBytesMax, "an audit entry of \(bytes.count) bytes")
        return bytes
    }

    private static func write(_ actor: AuditActor, to line: inout JSONLine) {
        line.text("id", actor.id)
        line.text("name", actor.name)
        line.text("role", actor.role)
        line.text("organisation", actor.organisation)
        line.text("sign_in", actor.signInMethod)
    }

    private static func write(_ party: AuditParty, to line: inout JSONLine) {
        line.text("site", party.site.description)
        line.text("name", party.name)
        line.text("address", party.address)
        line.text("replica", party.replica?.description)
        line.text("tls_key", party.tlsKey)
    }

    private static func write(_ merge: AuditMerge, to line: inout JSONLine) {
        line.text("rule", merge.rule)
        line.text("class", merge.conflictClass)
        for (name, dots) in [("shown", merge.shown), ("superseded", merge.superseded)] {
            line.text(name, dots.prefix(dotsMax).map(\.description).joined(separator: " "))
            if dots.count > dotsMax { line.number("\(name)_more", dots.count - dotsMax) }
        }
    }

    /// How many changes an entry names, so that it stays within its limit.
    private static let dotsMax = 64

    private static func write(_ data: AuditData, to line: inout JSONLine) {
        if !data.compartments.isEmpty {
            line.text("compartments", data.compartments.map(\.name).joined(separator: " "))
        }
        for (name, items) in [("types", data.types), ("counts", data.counts)] where !items.isEmpty {
            line.object(name) { object in
                for item in items {
                    object.number(item.type, item.count)
                }
            }
        }
        line.number("events", data.events)
        line.text("digest", data.digest.map { Hexadecimal.text($0) })
    }
}
