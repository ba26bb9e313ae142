import ControlProtocol
import Foundation
import Testing

@Suite("an entry as an AuditEvent")
struct AuditEventTests {
    private static let site = AuditLogEntry.Party(site: "11111111-1111-4111-8111-111111111111")

    private static func entry(_ kind: String, outcome: String = "success") -> AuditLogEntry {
        var entry = AuditLogEntry(
            seq: 17, time: 1_780_000_000_123, kind: kind, outcome: outcome,
            actor: .init(id: "uid:7", role: "administrator", signIn: "socket"))
        entry.patient = "0123456789abcdef0123456789abcdef"
        entry.to = .init(site: "22222222-2222-4222-8222-222222222222", name: "Hospital \"N\"\n")
        entry.from = entry.to
        entry.data = .init(
            compartments: "general", types: ["Observation": 2], counts: ["sent": 3], events: 2,
            digest: "ab")
        (entry.purpose, entry.basis, entry.session) = ("TREAT", "agreement 1", "00ff")
        (entry.delivery, entry.request, entry.reason) = (3, "77", "idle")
        return entry
    }

    private static func read(_ entry: AuditLogEntry) throws -> [String: Any] {
        let line = AuditEventResource(entry, site: site, origin: "o/accord/audit/1").line
        #expect(!line.contains("\n"))
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: Any])
    }

    /// What R4 asks of every AuditEvent: type, recorded, agents with requestor, source with observer;
    /// codes of the required bindings; entities with no name beside a query; details with type and
    /// value; nothing empty.
    private static func checkR4(_ event: [String: Any]) throws {
        #expect(event["resourceType"] as? String == "AuditEvent")
        #expect(coding(event["type"]) != nil)
        let recorded = try #require(event["recorded"] as? String)
        let instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
        #expect(recorded.wholeMatch(of: instant) != nil)
        #expect(["C", "R", "U", "D", "E"].contains(event["action"] as? String))
        #expect(["0", "4", "8", "12"].contains(event["outcome"] as? String))
        let agents = try #require(event["agent"] as? [[String: Any]])
        #expect(!agents.isEmpty)
        #expect(agents.allSatisfy { $0["requestor"] is Bool && $0["who"] is [String: Any] })
        #expect(agents.filter { $0["requestor"] as? Bool == true }.count == 1)
        let source = try #require(event["source"] as? [String: Any])
        #expect(source["observer"] is [String: Any])
        for entity in event["entity"] as? [[String: Any]] ?? [] {
            #expect(entity["name"] == nil || entity["query"] == nil)
            for detail in entity["detail"] as? [[String: Any]] ?? [] {
                #expect(detail["type"] is String && detail["valueString"] is String)
            }
        }
        #expect(!holdsNothing(event))
    }

    private static func holdsNothing(_ value: Any) -> Bool {
        switch value {
        case let object as [String: Any]:
            object.isEmpty || object.values.contains(where: holdsNothing)
        case let items as [Any]: items.isEmpty || items.contains(where: holdsNothing)
        case let text as String: text.isEmpty
        default: false
        }
    }

    private static func coding(_ value: Any?) -> String? {
        guard let coding = value as? [String: Any], let system = coding["system"] as? String,
            let code = coding["code"] as? String
        else { return nil }
        return system + "|" + code
    }

    private static func concept(_ value: Any?) -> String? {
        coding(((value as? [String: Any])?["coding"] as? [Any])?.first)
    }

    private static let kinds = [
        "disclose-out", "disclose-in", "read", "search", "export", "permit", "withhold",
        "withdraw", "write", "link", "unlink", "conflict", "resolve", "retract", "erase",
        "quarantine", "session", "refuse", "resync", "reconcile", "courier", "sign-in", "sign-out",
        "break-glass", "review", "access-role", "peer", "key", "agreement", "directive", "start",
        "stop", "config", "backup", "restore", "upgrade", "clock", "alarm", "origin", "witness",
        "prune", "hold", "unreadable",
    ]

    @Test("of every kind and outcome it has what R4 requires", arguments: kinds)
    func required(kind: String) throws {
        for outcome in ["success", "refused", "failed", "other"] {
            try Self.checkR4(Self.read(Self.entry(kind, outcome: outcome)))
            let bare = AuditLogEntry(
                seq: 0, time: -1, kind: kind, outcome: outcome,
                actor: .init(id: "x", role: "peer"))
            try Self.checkR4(Self.read(bare))
        }
    }

    @Test(
        "a disclosure is what PrivacyDisclosure asks for",
        arguments: [
            ("disclose-out", "Source", "110106", "R", "110153"),
            ("disclose-in", "Recipient", "110107", "C", "110152"),
        ])
    func disclosures(
        kind: String, profile: String, type: String, action: String, own: String
    ) throws {
        let event = try Self.read(Self.entry(kind))
        let profiles = (event["meta"] as? [String: Any])?["profile"] as? [String]
        #expect(profiles?.first?.hasSuffix("IHE.BasicAudit.PrivacyDisclosure.\(profile)") == true)
        #expect(Self.coding(event["type"])?.hasSuffix("/DCM|\(type)") == true)
        #expect(event["action"] as? String == action)
        let subtypes = try #require(event["subtype"] as? [Any])
        #expect(Self.coding(subtypes[0])?.hasSuffix("iso-21089-lifecycle|disclose") == true)
        let agents = try #require(event["agent"] as? [[String: Any]])
        let source = try #require(event["source"] as? [String: Any])
        for role in ["110153", "110152"] {
            let index = agents.firstIndex {
                Self.concept($0["type"])?.hasSuffix("/DCM|\(role)") == true
            }
            let agent = agents[try #require(index)]
            #expect((agent["network"] as? [String: Any])?["address"] is String)
            // The audit source is this agent too.
            let isOwn = agent["who"] as? NSDictionary == source["observer"] as? NSDictionary
            #expect(isOwn == (role == own))
        }
        let entities = try #require(event["entity"] as? [[String: Any]])
        let index = entities.firstIndex {
            Self.coding($0["type"])?.hasSuffix("audit-entity-type|1") == true
        }
        let patient = entities[try #require(index)]
        #expect(Self.coding(patient["role"])?.hasSuffix("object-role|1") == true)
        #expect((patient["what"] as? [String: Any])?["type"] as? String == "Patient")
        #expect(entities.count >= 2)
        #expect(
            Self.concept((event["purposeOfEvent"] as? [Any])?.first)?.hasSuffix("|TREAT") == true)
    }

    @Test(
        "a look-up of a patient is what PatientRead and PatientQuery ask for",
        arguments: [("read", "PatientRead", "R", "4"), ("search", "PatientQuery", "E", "24")])
    func lookUps(kind: String, profile: String, action: String, role: String) throws {
        let event = try Self.read(Self.entry(kind))
        let profiles = (event["meta"] as? [String: Any])?["profile"] as? [String]
        #expect(profiles?.first?.hasSuffix("IHE.BasicAudit.\(profile)") == true)
        #expect(Self.coding(event["type"])?.hasSuffix("audit-event-type|rest") == true)
        #expect(event["action"] as? String == action)
        let objects = (event["entity"] as? [[String: Any]] ?? [])
            .filter { Self.coding($0["type"])?.hasSuffix("audit-entity-type|2") == true }
        #expect(objects.count == 1)
        #expect(Self.coding(objects.first?["role"])?.hasSuffix("object-role|\(role)") == true)
        #expect((objects.first?["query"] != nil) == (kind == "search"))
        var failed = Self.entry(kind, outcome: "failed")
        #expect(try Self.read(failed)["meta"] == nil)
        failed.outcome = "success"
        failed.patient = nil
        #expect(try Self.read(failed)["meta"] == nil)
    }

    @Test(
        "moments are written as calendars have them",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_780_000_000_123, "2026-05-28T20:26:40.123Z"),
            (Int64.min, "0000-01-01T00:00:00.000Z"), (Int64.max, "9999-12-31T23:59:59.999Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        ] as [(Int64, String)])
    func moments(milliseconds: Int64, text: String) {
        #expect(UTCText.instant(milliseconds: milliseconds) == text)
    }

    @Test("a record of a table has a field for each title, and runs nothing")
    func table() {
        var entry = Self.entry("disclose-out")
        entry.reason = "=cmd()"
        let fields = entry.csvFields
        #expect(fields.count == AuditLogEntry.csvTitles.count)
        #expect(fields[5] == "'=cmd()")
        #expect(fields.contains("\"Hospital \"\"N\"\"\n\""))
        #expect(fields[1] == "2026-05-28T20:26:40.123Z")
    }
}
