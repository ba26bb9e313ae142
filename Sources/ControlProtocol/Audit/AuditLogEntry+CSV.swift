extension AuditLogEntry {
    /// The columns of a table of entries.
    public static let csvTitles = [
        "seq", "time", "clock", "kind", "outcome", "reason", "actor", "actorName", "role",
        "organisation", "signIn", "authority", "authorityRole", "device", "from", "fromName", "to",
        "toName", "toAddress",
        "patient", "compartments", "types", "counts", "events", "digest", "purpose", "basis",
        "session", "delivery", "request", "mergeRule", "mergeClass", "shown", "superseded",
        "software", "boot", "salt",
    ]

    /// The entry's values in those columns, each ready to stand in a record.
    public var csvFields: [String] {
        let texts: [String?] = [
            clock, kind, outcome, reason, actor.id, actor.name, actor.role, actor.organisation,
            actor.signIn, authority?.id, authority?.role, device, from?.site, from?.name, to?.site,
            to?.name, to?.address, patient,
            data?.compartments, Self.figures(data?.types), Self.figures(data?.counts),
            data.map { String($0.events) }, data?.digest, purpose, basis, session,
            delivery.map(String.init), request, merge?.rule, merge?.conflictClass, merge?.shownText,
            merge?.supersededText, software, boot, salt,
        ]
        return [String(seq), UTCText.instant(milliseconds: time)]
            + texts.map { CSVText.field($0 ?? "") }
    }

    private static func figures(_ figures: [String: Int]?) -> String? {
        figures?.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }
}
