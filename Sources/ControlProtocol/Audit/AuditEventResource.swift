/// An audit entry as an R4 AuditEvent in the shape of IHE BALP (`audit.md` §3).
///
/// Disclosures follow PrivacyDisclosure.Source and .Recipient, look-ups of a patient PatientRead and
/// PatientQuery; these profiles are claimed where the entry fulfils them, and no others. What an entry
/// does not know is left out; nothing is made up.
public struct AuditEventResource: Sendable {
    private let entry: AuditLogEntry
    private let site: AuditLogEntry.Party
    private let origin: String

    /// Prepares the resource.
    ///
    /// - Parameters:
    ///   - site: whose log it is.
    ///   - origin: the name of the log.
    public init(_ entry: AuditLogEntry, site: AuditLogEntry.Party, origin: String) {
        self.entry = entry
        self.site = site
        self.origin = origin
    }

    /// The resource as JSON on one line, without its end.
    public var line: String {
        OrderedJSON.object([
            ("resourceType", .text("AuditEvent")), ("id", .text("entry-\(entry.seq)")),
            ("meta", profile.map { .object([("profile", .array([.text($0)]))]) }),
            ("type", shape.type.json), ("subtype", .array(subtypes.map(\.json))),
            ("action", .text(shape.action)),
            ("recorded", .text(UTCText.instant(milliseconds: entry.time))),
            ("outcome", .text(Self.outcomes[entry.outcome] ?? "8")),
            ("outcomeDesc", entry.reason.map { .text($0) }),
            (
                "purposeOfEvent",
                entry.purpose.map { code in
                    .array([FHIRCoding(.actReason, code).concept])
                }
            ),
            ("agent", .array(agents)), ("source", source), ("entity", .array(entities)),
        ]).line
    }

    // MARK: - What happened

    private static let outcomes = ["success": "0", "refused": "4", "failed": "8"]

    private var shape: AuditEventShape { AuditEventShape.of(kind: entry.kind) }

    private var subtypes: [FHIRCoding] {
        shape.subtypes + [FHIRCoding(.auditKind, entry.kind)]
    }

    private var profile: String? {
        guard entry.patient != nil, entry.outcome == "success" else { return nil }
        return shape.profile.map {
            "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.\($0)"
        }
    }

    // MARK: - Who

    private var agents: [OrderedJSON] {
        switch entry.kind {
        case "disclose-out":
            [
                party(site, role: .source, isRequestor: true),
                party(entry.to ?? actorAsParty, role: .destination, isRequestor: false),
            ]
        case "disclose-in":
            [
                party(entry.from ?? actorAsParty, role: .source, isRequestor: true),
                party(site, role: .destination, isRequestor: false),
            ]
        case "read":
            [
                user, client(role: .destination), party(site, role: .source, isRequestor: false),
            ]
        case "search":
            [
                user, client(role: .source), party(site, role: .destination, isRequestor: false),
            ]
        default:
            [user]
                + [entry.from.map { party($0, role: .source, isRequestor: false) }]
                .compactMap(\.self)
                + [entry.to.map { party($0, role: .destination, isRequestor: false) }]
                .compactMap(\.self)
        }
    }

    private enum Role: String {
        case source = "110153"
        case destination = "110152"

        var coding: FHIRCoding {
            FHIRCoding(
                .dicom, rawValue, self == .source ? "Source Role ID" : "Destination Role ID")
        }
    }

    private var actorAsParty: AuditLogEntry.Party {
        AuditLogEntry.Party(site: entry.actor.id, name: entry.actor.name)
    }

    private func party(
        _ party: AuditLogEntry.Party, role: Role, isRequestor: Bool
    ) -> OrderedJSON {
        .object([
            ("type", role.coding.concept), ("who", Self.reference(to: party)),
            ("requestor", .flag(isRequestor)), ("policy", policy),
            // The entry knows the site, not the address that it had then.
            (
                "network",
                .object([("address", .text(Self.uri(ofSite: party.site))), ("type", .text("5"))])
            ),
        ])
    }

    private var user: OrderedJSON {
        let actor = entry.actor
        let isSite = actor.role == "peer" || actor.role == "node"
        return .object([
            ("type", FHIRCoding(.participation, "IRCP", "information recipient").concept),
            ("role", .array([.object([("text", .text(actor.role))])])),
            (
                "who",
                isSite
                    ? Self.reference(to: actorAsParty)
                    : Self.identifier("urn:accord:account", actor.id, display: actor.name)
            ),
            ("name", actor.name.map { .text($0) }), ("requestor", .flag(true)),
            ("policy", policy),
        ])
    }

    private func client(role: Role) -> OrderedJSON {
        let device = entry.device ?? entry.actor.signIn ?? "unknown"
        return .object([
            ("type", role.coding.concept), ("who", .object([("display", .text(device))])),
            ("requestor", .flag(false)),
            ("network", .object([("address", .text(device)), ("type", .text("1"))])),
        ])
    }

    private var policy: OrderedJSON? {
        entry.basis.map { .array([.text("urn:accord:\($0.replacing(" ", with: ":"))")]) }
    }

    private var source: OrderedJSON {
        .object([
            ("site", site.name.map { .text($0) }), ("observer", Self.reference(to: site)),
            ("type", .array([FHIRCoding(.sourceType, "4", "Application Server").json])),
        ])
    }

    // MARK: - What

    private var entities: [OrderedJSON] {
        var entities: [OrderedJSON] = []
        if let patient = entry.patient { entities.append(entity(ofPatient: patient)) }
        if entry.kind == "search" {
            entities.append(query)
        } else if entry.patient != nil || entry.data != nil {
            entities.append(data)
        }
        if let session = entry.session { entities.append(entity(ofSession: session)) }
        if let request = entry.request {
            entities.append(
                .object([
                    (
                        "what",
                        .object([("identifier", .object([("value", .text(request))]))])
                    ),
                    ("type", FHIRCoding(.auditEntity, "XrequestId").json),
                ]))
        }
        return entities + [log]
    }

    private func entity(ofPatient pseudonym: String) -> OrderedJSON {
        .object([
            (
                "what",
                .object([
                    ("type", .text("Patient")),
                    (
                        "identifier",
                        .object([
                            ("system", .text("urn:accord:pseudonym:\(site.site)")),
                            ("value", .text(pseudonym)),
                        ])
                    ),
                ])
            ),
            ("type", FHIRCoding(.entityType, "1", "Person").json),
            ("role", FHIRCoding(.objectRole, "1", "Patient").json),
        ])
    }

    /// What was asked is not in the log: words that are looked for are names.
    private var query: OrderedJSON {
        .object([
            ("type", FHIRCoding(.entityType, "2", "System Object").json),
            ("role", FHIRCoding(.objectRole, "24", "Query").json),
            ("description", .text("The words of a search are not recorded.")),
            ("query", .text("bm90LXJlY29yZGVk")),
        ])
    }

    private var data: OrderedJSON {
        let touched = entry.data
        var details = [("events", touched.map { String($0.events) })]
        details.append(("compartments", touched?.compartments))
        for (name, figures) in [("type", touched?.types), ("count", touched?.counts)] {
            for (key, count) in (figures ?? [:]).sorted(by: { $0.key < $1.key }) {
                details.append(("\(name) \(key)", String(count)))
            }
        }
        if let merge = entry.merge {
            details += [
                ("merge rule", merge.rule), ("merge class", merge.conflictClass),
                ("shown", merge.shownText), ("superseded", merge.supersededText),
            ]
        }
        return .object([
            (
                "what",
                touched?.digest.map { Self.identifier("urn:accord:digest", $0, display: nil) }
                    ?? .object([("display", .text("data of the record"))])
            ),
            ("type", FHIRCoding(.entityType, "2", "System Object").json),
            ("role", FHIRCoding(.objectRole, "4", "Domain Resource").json),
            ("detail", Self.details(details)),
        ])
    }

    private func entity(ofSession session: String) -> OrderedJSON {
        .object([
            ("what", Self.identifier("urn:accord:session", session, display: nil)),
            ("type", FHIRCoding(.auditPart, "session").json),
            ("detail", Self.details([("delivery", entry.delivery.map(String.init))])),
        ])
    }

    /// Where the entry stands, and what else is in it.
    private var log: OrderedJSON {
        .object([
            ("what", Self.identifier("urn:accord:audit-log", origin, display: nil)),
            // Not a system object: profiles count those.
            ("type", FHIRCoding(.auditPart, "log").json),
            ("role", FHIRCoding(.objectRole, "13", "Security Resource").json),
            (
                "detail",
                Self.details([
                    ("seq", String(entry.seq)), ("clock", entry.clock),
                    ("sign-in", entry.actor.signIn), ("organisation", entry.actor.organisation),
                    ("software", entry.software), ("boot", entry.boot), ("salt", entry.salt),
                ])
            ),
        ])
    }

    // MARK: - Parts

    private static func details(_ pairs: [(String, String?)]) -> OrderedJSON {
        .array(
            pairs.compactMap { name, value in
                guard let value, !value.isEmpty else { return nil }
                return .object([("type", .text(name)), ("valueString", .text(value))])
            })
    }

    private static func uri(ofSite site: String) -> String { "urn:uuid:\(site)" }

    private static func reference(to party: AuditLogEntry.Party) -> OrderedJSON {
        identifier("urn:ietf:rfc:3986", uri(ofSite: party.site), display: party.name)
    }

    private static func identifier(
        _ system: String, _ value: String, display: String?
    ) -> OrderedJSON {
        .object([
            ("identifier", .object([("system", .text(system)), ("value", .text(value))])),
            ("display", display.map { .text($0) }),
        ])
    }
}
